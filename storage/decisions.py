"""Say what is written down about a decision, and what is not."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from filters.candidate import Candidate, Hop
from filters.caption_frequency import CaptionFrequency, CaptionFrequencyReason
from filters.duplicates import Duplicates, DuplicatesReason
from filters.facts import Fetched
from filters.lineup import MATCH_REASONS
from filters.verdict import Evidence, Outcome, Verdict
from filters.withdrawn import Withdrawn, WithdrawnReason
from storage.canonical import Written, plain
from storage.errors import SecretInTheClear
from storage.frontier import host_of
from storage.identifiers import new_id
from storage.keys import KeyRing
from storage.shares import Failed, Kept, Refused

STORED = "stored"
FAILED = "failed"
_TEXTS = frozenset({"text", "text_raw", "title"})
"""Captions stay as they are, even one that reads "data: sales of 2020"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a sighting row says of the decision: `reason` is None exactly when it was stored."""

    outcome: str
    reason: str | None
    evidence: Evidence
    verdicts: tuple[Verdict, ...]
    lineup: tuple[str, ...]
    epoch: int
    pair_id: str | None = None

    @property
    def decisive(self) -> Verdict | None:
        return next((each for each in self.verdicts if each.outcome is not Outcome.CLEAN), None)


def said_of_kept(kept: Kept) -> Said:
    return Said(
        outcome=STORED,
        reason=None,
        evidence={},
        verdicts=kept.pair.decision.verdicts,
        lineup=kept.pair.decision.lineup,
        epoch=kept.pair.decision.epoch,
        pair_id=kept.pair.pair_id,
    )


def said_of_refused(refused: Refused, pairs: Collection[str]) -> Said:
    """`pairs` are those that exist: a sighting is linked to no other."""
    verdict = refused.decision.decisive
    if verdict is None:
        raise ValueError("a refusal needs a verdict that is not clean")
    if verdict.outcome is Outcome.REFUSED and verdict.reason in MATCH_REASONS:
        raise SecretInTheClear("a match was handed in as an ordinary refusal")
    return Said(
        outcome=verdict.outcome,
        reason=verdict.reason,
        evidence=verdict.evidence,
        verdicts=refused.decision.verdicts,
        lineup=refused.decision.lineup,
        epoch=refused.decision.epoch,
        pair_id=refused.repeats if refused.repeats in pairs else None,
    )


def said_of_failed(failed: Failed, epoch: int) -> Said:
    return Said(
        outcome=FAILED,
        reason=failed.reason,
        evidence=failed.evidence,
        verdicts=(),
        lineup=(),
        epoch=epoch,
        pair_id=None,
    )


def said_of_repeated(kept: Kept) -> Said:
    """The pair was stored by someone else while this one was judged: what `duplicates` would say now."""
    return _overruled(kept, Duplicates.name, DuplicatesReason.PAIR.value, {})


def said_of_flooded(kept: Kept, captions: int, needed: int) -> Said:
    """Other captions of the picture were stored while this one was judged: what `duplicates` would say now."""
    return _overruled(kept, Duplicates.name, DuplicatesReason.FLOOD.value, {"captions": captions, "needed": needed})


def said_of_frequent(kept: Kept, pictures: int, needed: int) -> Said:
    """Other pictures with its caption were stored meanwhile: what `caption-frequency` would say now."""
    evidence: Evidence = {"pictures": pictures, "needed": needed}
    return _overruled(kept, CaptionFrequency.name, CaptionFrequencyReason.FLOOD.value, evidence)


def said_of_withdrawn(kept: Kept, kind: str) -> Said:
    return _overruled(kept, Withdrawn.name, WithdrawnReason.TOMBSTONE.value, {"withdrawn": kind})


def sighting_keys(keys: KeyRing, candidate: Candidate) -> tuple[str, str]:
    """Return (image_key, text_key): with the page they tell candidates apart and say nothing without the HMAC key."""
    source = "" if candidate.text_source is None else candidate.text_source.value
    return keys.hmac("image", candidate.image_url), keys.hmac("text", source, candidate.text)


def sighting_row(
    said: Said,
    candidate: Candidate,
    fetched: Fetched | tuple[Hop, ...] | None,
    *,
    key: tuple[str, str],
    at: datetime,
    sha256: str | None = None,
) -> dict[str, Any]:
    """Return the row, but for its run; what a column keeps as JSON is still as it was handed in.

    The text is in it only if the pair is kept or repeats one that is.
    """
    verdict = said.decisive
    image_url = recordable_url(plain(candidate.image_url))
    page_host, image_host = host_of(candidate.visit.url), host_of(image_url)
    return {
        "id": new_id(),
        "page_id": candidate.visit.page_id,
        "image_key": key[0],
        "text_key": key[1],
        "sha256": sha256,
        "page_url": plain(candidate.visit.url),
        "page_host": page_host,
        "page_host_reversed": page_host[::-1],
        "image_url": image_url,
        "image_host": image_host,
        "image_host_reversed": image_host[::-1],
        "outcome": said.outcome,
        "filter": None if verdict is None else verdict.filter,
        "filter_version": None if verdict is None else verdict.filter_version,
        "revision": None if verdict is None else verdict.revision,
        "reason": said.reason,
        "evidence": said.evidence,
        "candidate": None if said.pair_id is None else _written(candidate),
        "fetched": None if fetched is None else _written({"hops": fetched} if isinstance(fetched, tuple) else fetched),
        "verdicts": said.verdicts,
        "epoch": said.epoch,
        "pair_id": said.pair_id,
        "judged_at": at,
    }


def body_of(row: Mapping[str, Any], lineup: Sequence[str]) -> dict[str, Any]:
    """Return what the ledger says of a sighting: all that the row says, the caption only as a digest."""
    came = {} if row["sha256"] is None else {"image_sha256": row["sha256"]}
    return came | {
        "page_url": row["page_url"],
        "image_url": row["image_url"],
        "evidence": row["evidence"],
        "verdicts": row["verdicts"],
        "lineup": list(lineup),
        "pair_id": row["pair_id"],
        "candidate_sha256": _digest(row["candidate"]),
        "fetched_sha256": _digest(row["fetched"]),
    }


def recordable(value: Any) -> Any:
    """Return `value` as plain data in which `data:` URIs are but digest and length: they hold the picture itself."""
    return _without_data(plain(value))


def recordable_url(url: str) -> str:
    if url.lstrip()[:5].lower() != "data:":
        return url
    encoded = url.encode()
    return f"data:;sha256={hashlib.sha256(encoded).hexdigest()};length={len(encoded)}"


def _overruled(kept: Kept, name: str, reason: str, evidence: Evidence) -> Said:
    decision = kept.pair.decision
    asked = next((each for each in decision.verdicts if each.filter == name), None)
    verdict = Verdict(
        outcome=Outcome.REFUSED,
        filter=name,
        filter_version="1" if asked is None else asked.filter_version,
        revision=f"epoch {decision.epoch}" if asked is None else asked.revision,
        reason=reason,
        evidence=evidence,
    )
    return Said(
        outcome=verdict.outcome,
        reason=reason,
        evidence=evidence,
        verdicts=(*(each for each in decision.verdicts if each.filter != name), verdict),
        lineup=decision.lineup,
        epoch=decision.epoch,
        pair_id=kept.pair.pair_id if reason == DuplicatesReason.PAIR else None,
    )


def _written(value: Any) -> Written:
    """Take it apart only if a `data:` URI can be in it."""
    written = Written(value)
    return Written(recordable(value)) if b"data:" in written.text.lower() else written


def _without_data(value: Any) -> Any:
    match value:
        case str():
            return recordable_url(value)
        case Mapping():
            return {key: each if key in _TEXTS else _without_data(each) for key, each in value.items()}
        case list():
            return [_without_data(each) for each in value]
        case _:
            return value


def _digest(value: Any) -> str | None:
    if value is None:
        return None
    return (value if isinstance(value, Written) else Written(value)).sha256

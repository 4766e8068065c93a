"""Say what is written down about a decision, and what is not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from filters.caption_frequency import CaptionFrequency, CaptionFrequencyReason
from filters.duplicates import Duplicates, DuplicatesReason
from filters.lineup import MATCH_REASONS
from filters.verdict import Evidence, Outcome, Verdict
from filters.withdrawn import Withdrawn, WithdrawnReason
from storage.canonical import Written
from storage.drafts import Draft, KeptDraft
from storage.errors import SecretInTheClear
from storage.identifiers import new_id
from storage.shares import Failed, Kept, Refused

STORED = "stored"
FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a sighting row says of the decision: `reason` is None exactly when it was stored.

    `decisive` is the first of the verdicts that is not clean.
    """

    outcome: str
    reason: str | None
    evidence: Evidence
    verdicts: Written
    decisive: Verdict | None
    lineup: tuple[str, ...]
    epoch: int
    pair_id: str | None = None


def said_of_kept(draft: KeptDraft) -> Said:
    decision = draft.entry.pair.decision
    return Said(
        outcome=STORED,
        reason=None,
        evidence={},
        verdicts=draft.verdicts,
        decisive=None,
        lineup=decision.lineup,
        epoch=decision.epoch,
        pair_id=draft.pair_id,
    )


def said_of_refused(refused: Refused, verdicts: Written, pairs: Collection[str]) -> Said:
    """`verdicts` are its decision's; `pairs` are those that exist: a sighting is linked to no other."""
    verdict = refused.decision.decisive
    if verdict is None:
        raise ValueError("a refusal needs a verdict that is not clean")
    if verdict.outcome is Outcome.REFUSED and verdict.reason in MATCH_REASONS:
        raise SecretInTheClear("a match was handed in as an ordinary refusal")
    return Said(
        outcome=verdict.outcome,
        reason=verdict.reason,
        evidence=verdict.evidence,
        verdicts=verdicts,
        decisive=next(each for each in refused.decision.verdicts if each.outcome is not Outcome.CLEAN),
        lineup=refused.decision.lineup,
        epoch=refused.decision.epoch,
        pair_id=refused.repeats if refused.repeats in pairs else None,
    )


def said_of_failed(failed: Failed, verdicts: Written, epoch: int) -> Said:
    return Said(
        outcome=FAILED,
        reason=failed.reason,
        evidence=failed.evidence,
        verdicts=verdicts,
        decisive=None,
        lineup=(),
        epoch=epoch,
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


def sighting_row(said: Said, draft: Draft, at: datetime) -> dict[str, Any]:
    """Return the row, but for its run; what a column keeps as JSON is `Written`.

    The text is in it only if the pair is kept or repeats one that is.
    """
    verdict = said.decisive
    return {
        "id": new_id(),
        **draft.row,
        "outcome": said.outcome,
        "filter": None if verdict is None else verdict.filter,
        "filter_version": None if verdict is None else verdict.filter_version,
        "revision": None if verdict is None else verdict.revision,
        "reason": said.reason,
        "evidence": Written(said.evidence),
        "candidate": None if said.pair_id is None else draft.candidate,
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
        verdicts=Written((*(each for each in decision.verdicts if each.filter != name), verdict)),
        decisive=verdict,
        lineup=decision.lineup,
        epoch=decision.epoch,
        pair_id=kept.pair.pair_id if reason == DuplicatesReason.PAIR else None,
    )


def _digest(value: Any) -> str | None:
    if value is None:
        return None
    return (value if isinstance(value, Written) else Written(value)).sha256

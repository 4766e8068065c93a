"""Draft what is written of an entry whatever the database holds: all that is JSON is written once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from filters.candidate import Candidate
from filters.facts import Facts
from storage.canonical import Written, plain
from storage.frontier import host_of
from storage.held_pairs import text_digest
from storage.keys import KeyRing
from storage.recordable import recordable_url, written
from storage.shares import BesideMatch, Entry, Failed, Kept, Match, Refused, Share

_NO_VERDICTS: Final = Written(())


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Draft:
    """`row` are the columns of a sighting that are so whatever becomes of the entry; of a match only its keys are."""

    entry: Entry
    row: Mapping[str, Any]
    facts: Facts | None = None
    candidate: Written | None = None
    """All that the page said, should the entry be a pair or a further sighting of one."""
    verdicts: Written = _NO_VERDICTS

    @property
    def key(self) -> tuple[str, str, str]:
        """Page, image key and text key: they tell candidates of a run apart."""
        return self.row["page_id"], self.row["image_key"], self.row["text_key"]

    def __repr__(self) -> str:
        return f"<Draft of {self.entry!r}>"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class KeptDraft(Draft):
    """Of a pair that is to be kept; `picture` are the facts that hold of it whatever its caption."""

    entry: Kept
    pair_id: str
    sha256: str
    text_digest: str
    picture: Written


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DraftedShare:
    """A share and the drafts of its entries, in their order."""

    share: Share
    drafts: tuple[Draft, ...]


def drafted(keys: KeyRing, share: Share) -> DraftedShare:
    return DraftedShare(share=share, drafts=tuple(_draft(keys, each) for each in share.entries))


def sighting_keys(keys: KeyRing, candidate: Candidate) -> tuple[str, str]:
    """Return (image_key, text_key): with the page they tell candidates apart and say nothing without the HMAC key."""
    source = "" if candidate.text_source is None else candidate.text_source.value
    return keys.hmac("image", candidate.image_url), keys.hmac("text", source, candidate.text)


def _draft(keys: KeyRing, entry: Entry) -> Draft:
    image_key, text_key = sighting_keys(keys, entry.candidate)
    key = {"page_id": entry.candidate.visit.page_id, "image_key": image_key, "text_key": text_key}
    match entry:
        case Match() | BesideMatch():
            return Draft(entry=entry, row=key)
        case Kept(pair=pair):
            digest = pair.facts.digests.sha256
            return KeptDraft(
                entry=entry,
                row=key | _places(entry.candidate) | {"sha256": digest, "fetched": written(pair.fetched)},
                facts=pair.facts,
                candidate=written(entry.candidate),
                verdicts=Written(pair.decision.verdicts),
                pair_id=pair.pair_id,
                sha256=digest,
                text_digest=text_digest(entry.candidate.text),
                picture=Written(pair.facts.of_picture),
            )
        case Refused(fetched=fetched, facts=facts):
            came = {
                "sha256": None if facts is None else facts.digests.sha256,
                "fetched": None if fetched is None else written(fetched),
            }
            return Draft(
                entry=entry,
                row=key | _places(entry.candidate) | came,
                facts=facts,
                candidate=None if entry.repeats is None else written(entry.candidate),
                verdicts=Written(entry.decision.verdicts),
            )
        case Failed():
            hops = {"sha256": None, "fetched": written({"hops": entry.hops})}
            return Draft(entry=entry, row=key | _places(entry.candidate) | hops)


def _places(candidate: Candidate) -> dict[str, str]:
    page_url, image_url = plain(candidate.visit.url), recordable_url(plain(candidate.image_url))
    page_host, image_host = host_of(candidate.visit.url), host_of(image_url)
    return {
        "page_url": page_url,
        "page_host": page_host,
        "page_host_reversed": page_host[::-1],
        "image_url": image_url,
        "image_host": image_host,
        "image_host_reversed": image_host[::-1],
    }

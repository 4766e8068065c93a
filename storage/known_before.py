"""Look up what the database holds of shares that are about to be written, all of them at once."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, bindparam, func, select

from filters.facts import Facts
from storage import gate
from storage.among import among
from storage.batches import chunks
from storage.drafts import Draft, DraftedShare, KeptDraft
from storage.errors import UnknownPage
from storage.frontier import PageState
from storage.held_pairs import WITHDRAWN
from storage.keys import KeyRing
from storage.object_intents import intended
from storage.redacted_pictures import known_as_matches
from storage.shares import Entry, Kept, Refused, Share
from storage.tables import page, pair, picture, sighting, tombstone


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownBefore:
    """What is held when the shares come; what is decided in them is added while they are written."""

    epoch: int
    pages_over: set[str]
    decided: set[tuple[str, str, str]]
    """Page, image key and text key."""
    pairs: set[str]
    captions: Counter[str]
    """By picture."""
    pictures: Counter[str]
    """By digest of the caption."""
    tombstones: set[tuple[str, str]]
    kept_as: dict[str, str]
    """The object key of each picture that is held, by digest."""
    intended: set[str]
    """Object keys of the shares under which bytes may still be stored."""
    matches: set[str]
    """Pictures of the shares that were withdrawn as known material since they were judged."""

    def is_decided(self, draft: Draft) -> bool:
        return draft.key in self.decided

    def has_moved(self, share: DraftedShare) -> bool:
        """Say whether something has changed since the share was judged, so that nothing of it may be written."""
        new = [each for each in share.drafts if not self.is_decided(each)]
        return (
            any(each in self.matches for each in judged_before(share.share))
            or any(self._lost_what_counts(each) for each in new if isinstance(each, KeptDraft))
            or any(_epoch_of(each.entry) not in (None, self.epoch) for each in new)
        )

    def lost_keys_of(self, share: Share) -> frozenset[str]:
        """Return keys that neither a picture nor an intent has any more: their bytes were deleted, or soon will be."""
        return _object_keys(share) - frozenset(self.kept_as.values()) - self.intended

    def held_keys_of(self, share: Share) -> frozenset[str]:
        return _object_keys(share) & frozenset(self.kept_as.values())

    def _lost_what_counts(self, kept: KeptDraft) -> bool:
        """A picture that is held needs no other bytes; one that is not needs its own."""
        return kept.sha256 not in self.kept_as and kept.entry.object_key not in self.intended


def known_before(conn: Connection, keys: KeyRing, run_id: str, shares: Sequence[DraftedShare]) -> KnownBefore:
    """Raise `UnknownPage` if a share is of no page of the run."""
    pages = {each.share.page_id for each in shares}
    drafts = [each for share in shares for each in share.drafts]
    kept = [each for each in drafts if isinstance(each, KeptDraft)]
    digests = {each.sha256 for each in kept}
    pair_ids = {each.pair_id for each in kept}
    refused = [each.entry for each in drafts if isinstance(each.entry, Refused)]
    repeated = {each.repeats for each in refused if each.repeats}
    return KnownBefore(
        epoch=gate.epoch(conn),
        pages_over=_pages_over(conn, run_id, pages),
        decided={(row.page_id, row.image_key, row.text_key) for row in _asked(conn, _DECIDED, pages, run_id=run_id)},
        pairs={row.id for row in _asked(conn, _PAIRS, pair_ids | repeated)},
        captions=_counts(conn, _CAPTIONS, digests),
        pictures=_counts(conn, _PICTURES, {each.text_digest for each in kept}),
        tombstones={
            (row.kind, row.key)
            for kind, keyed in (("picture", digests), ("pair", pair_ids))
            for row in _asked(conn, _TOMBSTONES, keyed, kind=kind)
        },
        kept_as={row.sha256: row.object_key for row in _asked(conn, _KEPT_AS, digests)},
        intended=intended(conn, {each.entry.object_key for each in kept}),
        matches=known_as_matches(conn, keys, {each for share in shares for each in judged_before(share.share)}),
    )


def judged_before(share: Share) -> list[str]:
    """Return the pictures of which nobody has asked since whether they were withdrawn as known material."""
    refused = (each for each in share.entries if isinstance(each, Refused) and each.looked_up_at is None)
    measured = [each.facts.digests.sha256 for each in refused if each.facts is not None]
    return measured + [each.pair.facts.digests.sha256 for each in share.entries if isinstance(each, Kept)]


def _epoch_of(entry: Entry) -> int | None:
    """Return by which lists a picture was looked up last; None if none was, or if it is said of no sighting.

    Of a refused picture that was measured it matters too: a re-scan that is over has not seen it.
    """
    match entry:
        case Kept():
            return entry.pair.decision.epoch
        case Refused(facts=Facts()):
            return entry.decision.epoch if entry.looked_up_at is None else entry.looked_up_at
    return None


def _object_keys(share: Share) -> frozenset[str]:
    return frozenset(each.object_key for each in share.entries if isinstance(each, Kept))


def _pages_over(conn: Connection, run_id: str, pages: Collection[str]) -> set[str]:
    states = {row.id: row.state for row in _asked(conn, _PAGES, pages, run_id=run_id)}
    if states.keys() != set(pages):
        raise UnknownPage("the run has no such page")
    return {each for each, state in states.items() if state in (PageState.DONE, PageState.FAILED)}


def _asked(
    conn: Connection, question: Select[*tuple[Any, ...]], keys: Collection[str], **others: str
) -> Iterator[Row[*tuple[Any, ...]]]:
    for some in chunks(keys):
        yield from conn.execute(question, {"keys": some, **others})


def _counts(conn: Connection, question: Select[str, int], digests: Collection[str]) -> Counter[str]:
    return Counter({row[0]: row[1] for row in _asked(conn, question, digests)})


def _keyed(column: Column[str]) -> ColumnElement[bool]:
    return among(column, "keys")


def _held_with(column: Column[str]) -> Select[str, int]:
    return select(column, func.count()).where(_keyed(column), pair.c.state != WITHDRAWN).group_by(column)


_PAGES = select(page.c.id, page.c.state).where(_keyed(page.c.id), page.c.run_id == bindparam("run_id"))
_DECIDED = select(sighting.c.page_id, sighting.c.image_key, sighting.c.text_key).where(
    sighting.c.run_id == bindparam("run_id"), _keyed(sighting.c.page_id)
)
_PAIRS = select(pair.c.id).where(_keyed(pair.c.id))
_CAPTIONS = _held_with(pair.c.sha256)
_PICTURES = _held_with(pair.c.text_digest)
_TOMBSTONES = select(tombstone.c.kind, tombstone.c.key).where(
    tombstone.c.bars, tombstone.c.kind == bindparam("kind"), _keyed(tombstone.c.key)
)
_KEPT_AS = select(picture.c.sha256, picture.c.object_key).where(_keyed(picture.c.sha256))
"""Built once: they are asked for every group."""

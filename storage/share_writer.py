"""Say what becomes of each entry of a share, and write it all inside the caller's transaction."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Column, Connection, func, select, tuple_

from filters.facts import Facts
from filters.page_incident import beside_a_match
from filters.verdict import Outcome
from storage import gate
from storage.canonical import plain
from storage.decisions import (
    Said,
    said_of_failed,
    said_of_flooded,
    said_of_frequent,
    said_of_kept,
    said_of_refused,
    said_of_repeated,
    said_of_withdrawn,
    sighting_keys,
)
from storage.errors import SecretInTheClear, UnknownPage
from storage.frontier import PageState, decided_keys, end_page, host_of
from storage.held_pairs import WITHDRAWN, text_digest
from storage.incident_records import IncidentRecords
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.object_intents import intended
from storage.redacted_pictures import was_match
from storage.redaction import Found, Redacted, of_pictures, redact
from storage.share_rows import ShareRows
from storage.shares import BesideMatch, Entry, Failed, Kept, Match, Receipt, Refused, Result, Share
from storage.tables import page, pair, picture, sighting, tombstone


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What the database holds about the share; `decided`, `pairs` and the counts grow while it is written."""

    epoch: int
    page_over: bool
    decided: set[tuple[str, str]]
    pairs: set[str]
    captions: Counter[str]
    """By picture."""
    pictures: Counter[str]
    """By digest of the caption."""
    tombstones: set[tuple[str, str]]
    kept_as: dict[str, str]
    """The object key of each picture that is held, by digest."""
    lost_keys: frozenset[str]
    """Keys that neither a picture nor an intent has any more: their bytes were deleted, or are about to be."""
    matches: bool
    """Whether a picture of the share was withdrawn as known material since it was judged."""

    def keys_held_of(self, share: Share) -> frozenset[str]:
        return frozenset(self.kept_as.values()) & {each.object_key for each in share.entries if isinstance(each, Kept)}


class ShareWriter:
    """Write shares of one run. Writing the same share twice changes nothing the second time."""

    def __init__(
        self,
        ledger: Ledger,
        keys: KeyRing,
        *,
        run_id: str,
        settings_digest: str,
        incident_public_key: str | None,
        incident_due_days: int,
        max_captions_per_image: int,
        max_pictures_per_caption: int,
    ) -> None:
        self._ledger = ledger
        self._keys = keys
        self._run_id = run_id
        self._settings_digest = settings_digest
        self._incidents = IncidentRecords(
            keys=keys, public_key=incident_public_key, run_id=run_id, due_days=incident_due_days
        )
        self._max_captions = max_captions_per_image
        self._max_pictures = max_pictures_per_caption

    def write(self, conn: Connection, share: Share) -> Receipt:
        known = self._known(conn, share)
        if self._has_moved(known, share):
            nothing = self._nothing_of(known, share)
            return Receipt(results=nothing, epoch=known.epoch, page_done=False, lost_keys=known.lost_keys)
        rows = ShareRows(run_id=self._run_id, settings_digest=self._settings_digest, documents=share.documents)
        results = tuple(self._enter(rows, known, each) for each in share.entries)
        documents = rows.insert(conn, self._ledger)
        redacted = [self._redact(conn, each) for each in _recorded_matches(share, results)]
        if share.last and not known.page_over:
            end_page(conn, share.page_id, PageState.DONE)
        return Receipt(
            results=results,
            epoch=known.epoch,
            page_done=share.last,
            documents=documents,
            held_keys=known.keys_held_of(share),
            left_objects=any(each.pictures for each in redacted),
            left_hashes=frozenset(digest for each in redacted for digest in each.known),
        )

    def _known(self, conn: Connection, share: Share) -> _Known:
        of_page = (page.c.id == share.page_id) & (page.c.run_id == self._run_id)
        state = conn.execute(select(page.c.state).where(of_page)).scalar_one_or_none()
        if state is None:
            raise UnknownPage("the run has no such page")
        kept = [each.pair for each in share.entries if isinstance(each, Kept)]
        keys = {each.object_key for each in share.entries if isinstance(each, Kept)}
        kept_as = _kept_as(conn, [each.facts.digests.sha256 for each in kept])
        graves = [("picture", each.facts.digests.sha256) for each in kept] + [("pair", each.pair_id) for each in kept]
        repeated = [each.repeats for each in share.entries if isinstance(each, Refused) and each.repeats]
        return _Known(
            epoch=gate.epoch(conn),
            page_over=state in (PageState.DONE, PageState.FAILED),
            decided=decided_keys(conn, share.page_id),
            pairs=_pairs_among(conn, [each.pair_id for each in kept] + repeated),
            captions=_counted(conn, pair.c.sha256, [each.facts.digests.sha256 for each in kept]),
            pictures=_counted(conn, pair.c.text_digest, [text_digest(each.candidate.text) for each in kept]),
            tombstones=_tombstones_among(conn, graves),
            kept_as=kept_as,
            lost_keys=frozenset(keys - set(kept_as.values()) - intended(conn, keys)),
            matches=was_match(conn, self._keys, _judged_before(share)),
        )

    def _has_moved(self, known: _Known, share: Share) -> bool:
        new = (each for each in share.entries if not self._is_decided(known, each))
        return (
            known.matches
            or self._lost_what_counts(known, share)
            or any(_epoch_of(each) not in (None, known.epoch) for each in new)
        )

    def _lost_what_counts(self, known: _Known, share: Share) -> bool:
        """A picture that is held needs no other bytes; one that is not needs its own."""
        kept = (each for each in share.entries if isinstance(each, Kept) and not self._is_decided(known, each))
        return any(
            each.object_key in known.lost_keys and each.pair.facts.digests.sha256 not in known.kept_as for each in kept
        )

    def _nothing_of(self, known: _Known, share: Share) -> tuple[Result, ...]:
        return tuple(Result.ALREADY if self._is_decided(known, each) else Result.EPOCH_MOVED for each in share.entries)

    def _is_decided(self, known: _Known, entry: Entry) -> bool:
        return sighting_keys(self._keys, entry.candidate) in known.decided

    def _enter(self, rows: ShareRows, known: _Known, entry: Entry) -> Result:
        match entry:
            case Match() | BesideMatch():
                return self._enter_event(rows, known, entry)
        key = sighting_keys(self._keys, entry.candidate)
        if key in known.decided:
            return Result.ALREADY
        known.decided.add(key)
        match entry:
            case Kept():
                return self._enter_kept(rows, known, entry, key)
            case Refused():
                rows.see(said_of_refused(entry, known.pairs), entry.candidate, entry.fetched, key, entry.facts)
                if entry.shadow is not None and entry.decision.decisive is not None:
                    rows.shade(entry.decision.decisive, entry.shadow)
            case Failed():
                rows.see(said_of_failed(entry, known.epoch), entry.candidate, entry.hops, key)
        return Result.RECORDED

    def _enter_kept(self, rows: ShareRows, known: _Known, kept: Kept, key: tuple[str, str]) -> Result:
        said, result = self._fate(known, kept)
        sighting_id = rows.see(said, kept.candidate, kept.pair.fetched, key, kept.pair.facts)
        if result is Result.STORED:
            known.pairs.add(kept.pair.pair_id)
            known.captions[kept.pair.facts.digests.sha256] += 1
            known.pictures[text_digest(kept.candidate.text)] += 1
            rows.keep(kept, sighting_id)
            known.kept_as.setdefault(kept.pair.facts.digests.sha256, kept.object_key)
        return result

    def _enter_event(self, rows: ShareRows, known: _Known, entry: Match | BesideMatch) -> Result:
        if known.page_over:  # an event has no key by which it could be known again, but its page ends with it
            return Result.ALREADY
        event_id = str(uuid4())
        if isinstance(entry, BesideMatch):
            rows.happen(event_id, "beside-match", beside_a_match(), {})
            return Result.RECORDED
        verdict = entry.decision.decisive
        if verdict is None or verdict.outcome is not Outcome.REFUSED:
            raise SecretInTheClear("a match needs the verdict that refused it")
        sealed = self._incidents.seal(event_id, entry, rows.at)
        rows.seal(event_id, sealed, verdict, due=self._incidents.due(entry, rows.at.date()))
        return Result.RECORDED

    def _redact(self, conn: Connection, match: Match) -> Redacted:
        """Take back what was recorded before anybody knew: of the page, the address, and the picture wherever it is.

        What rests on the words of the page reaches that page only.
        """
        visit, facts = match.candidate.visit, match.facts
        of_page = (sighting.c.page_host == host_of(visit.url)) & (sighting.c.page_url == plain(visit.url))
        if match.rests_on_words:
            seen = [] if facts is None else [facts.digests.sha256]
            return redact(conn, self._ledger, self._incidents, of_page, seen=seen)
        image_key = sighting_keys(self._keys, match.candidate)[0]
        where, found = of_page | (sighting.c.image_key == image_key), {}
        if facts is not None:
            found = {facts.digests.sha256: Found(facts=facts, decision=match.decision)}
            where |= of_pictures(list(found))
        return redact(conn, self._ledger, self._incidents, where, found=found)

    def _fate(self, known: _Known, kept: Kept) -> tuple[Said, Result]:
        """Ask once more what could have changed since the pair was judged."""
        image_sha256 = kept.pair.facts.digests.sha256
        if ("picture", image_sha256) in known.tombstones:
            return said_of_withdrawn(kept, "picture"), Result.TOMBSTONED
        if ("pair", kept.pair.pair_id) in known.tombstones:
            return said_of_withdrawn(kept, "pair"), Result.TOMBSTONED
        if kept.pair.pair_id in known.pairs:
            return said_of_repeated(kept), Result.DUPLICATE
        captions = known.captions[image_sha256] + 1
        if self._max_captions and captions > self._max_captions:
            return said_of_flooded(kept, captions, self._max_captions), Result.FLOODED
        pictures = known.pictures[text_digest(kept.candidate.text)] + 1
        if self._max_pictures and pictures > self._max_pictures:
            return said_of_frequent(kept, pictures, self._max_pictures), Result.CAPTION_FLOODED
        return said_of_kept(kept), Result.STORED


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


def _judged_before(share: Share) -> list[str]:
    """Return the pictures of which nobody has asked since whether they were withdrawn as known material."""
    refused = (each for each in share.entries if isinstance(each, Refused) and each.looked_up_at is None)
    measured = [each.facts.digests.sha256 for each in refused if each.facts is not None]
    return measured + [each.pair.facts.digests.sha256 for each in share.entries if isinstance(each, Kept)]


def _recorded_matches(share: Share, results: Sequence[Result]) -> Iterator[Match]:
    for entry, result in zip(share.entries, results, strict=True):
        if isinstance(entry, Match) and result is Result.RECORDED:
            yield entry


def _pairs_among(conn: Connection, ids: Sequence[str]) -> set[str]:
    return set(conn.execute(select(pair.c.id).where(pair.c.id.in_(ids))).scalars()) if ids else set()


def _kept_as(conn: Connection, digests: Sequence[str]) -> dict[str, str]:
    query = select(picture.c.sha256, picture.c.object_key).where(picture.c.sha256.in_(digests))
    return dict(conn.execute(query).all()) if digests else {}


def _counted(conn: Connection, column: Column[str], digests: Sequence[str]) -> Counter[str]:
    held = column.in_(digests) & (pair.c.state != WITHDRAWN)
    counted = select(column, func.count()).where(held).group_by(column)
    return Counter(dict(conn.execute(counted).all()) if digests else {})


def _tombstones_among(conn: Connection, graves: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    if not graves:
        return set()
    query = select(tombstone.c.kind, tombstone.c.key).where(tombstone.c.bars)
    query = query.where(tuple_(tombstone.c.kind, tombstone.c.key).in_(graves))
    return {(kind, key) for kind, key in conn.execute(query).all()}

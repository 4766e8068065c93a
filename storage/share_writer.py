"""Say what becomes of each entry of a share, and write it all inside the caller's transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection

from filters.page_incident import beside_a_match
from filters.verdict import Outcome
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
)
from storage.drafts import Draft, DraftedShare, KeptDraft, drafted, sighting_keys
from storage.errors import SecretInTheClear
from storage.frontier import end_pages, host_of
from storage.incident_records import IncidentRecords
from storage.keys import KeyRing
from storage.known_before import KnownBefore, known_before
from storage.ledger import Ledger
from storage.redaction import Found, Redacted, of_pictures, redact
from storage.seen_hosts import any_of
from storage.share_rows import ShareRows
from storage.shares import BesideMatch, Failed, Match, Receipt, Refused, Result, Share
from storage.tables import sighting


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

    def write(self, conn: Connection, shares: Sequence[Share]) -> list[Receipt]:
        """Write them in their order, and return what became of each."""
        return [receipt for some in _together(shares) for receipt in self._write_together(conn, some)]

    def _write_together(self, conn: Connection, some: Sequence[Share]) -> list[Receipt]:
        shares = [drafted(self._keys, each) for each in some]
        known = known_before(conn, self._keys, self._run_id, shares)
        rows = ShareRows(run_id=self._run_id, settings_digest=self._settings_digest)
        receipts = [self._write(rows, known, each) for each in shares]
        rows.insert(conn, self._ledger)
        ended = {share.page_id for share, receipt in zip(some, receipts, strict=True) if receipt.page_done}
        told = [self._redacted(conn, *each) for each in zip(some, receipts, strict=True)]
        end_pages(conn, ended - known.pages_over)
        return told

    def _write(self, rows: ShareRows, known: KnownBefore, ready: DraftedShare) -> Receipt:
        share, drafts = ready.share, ready.drafts
        if known.has_moved(ready):
            nothing = tuple(Result.ALREADY if known.is_decided(each) else Result.EPOCH_MOVED for each in drafts)
            lost = known.lost_keys_of(share)
            return Receipt(results=nothing, epoch=known.epoch, page_done=False, lost_keys=lost)
        before = len(rows)
        results = tuple(self._enter(rows, known, each) for each in drafts)
        return Receipt(
            results=results,
            epoch=known.epoch,
            page_done=share.last,
            documents=rows.offer(share.documents, since=before),
            held_keys=known.held_keys_of(share),
        )

    def _enter(self, rows: ShareRows, known: KnownBefore, draft: Draft) -> Result:
        entry = draft.entry
        if isinstance(entry, Match | BesideMatch):
            return self._enter_event(rows, known, entry)
        if known.is_decided(draft):
            return Result.ALREADY
        known.decided.add(draft.key)
        match entry:
            case Refused():
                rows.see(said_of_refused(entry, draft.verdicts, known.pairs), draft)
                if entry.shadow is not None and entry.decision.decisive is not None:
                    rows.shade(entry.decision.decisive, entry.shadow)
            case Failed():
                rows.see(said_of_failed(entry, draft.verdicts, known.epoch), draft)
        return self._enter_kept(rows, known, draft) if isinstance(draft, KeptDraft) else Result.RECORDED

    def _enter_kept(self, rows: ShareRows, known: KnownBefore, draft: KeptDraft) -> Result:
        said, result = self._fate(known, draft)
        sighting_id = rows.see(said, draft)
        if result is Result.STORED:
            known.pairs.add(draft.pair_id)
            known.captions[draft.sha256] += 1
            known.pictures[draft.text_digest] += 1
            rows.keep(draft, sighting_id)
            known.kept_as.setdefault(draft.sha256, draft.entry.object_key)
        return result

    def _enter_event(self, rows: ShareRows, known: KnownBefore, entry: Match | BesideMatch) -> Result:
        if (
            entry.candidate.visit.page_id in known.pages_over
        ):  # an event has no key by which it could be known again, but its page ends with it
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

    def _redacted(self, conn: Connection, share: Share, receipt: Receipt) -> Receipt:
        """Take back what its matches reach, and say so."""
        redacted = [self._redact(conn, each) for each in _recorded_matches(share, receipt.results)]
        if not redacted:
            return receipt
        return replace(
            receipt,
            left_objects=any(each.pictures for each in redacted),
            left_hashes=frozenset(digest for each in redacted for digest in each.known),
        )

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
        where: list[ColumnElement[bool]] = [of_page, sighting.c.image_key == image_key]
        found = {}
        if facts is not None:
            found = {facts.digests.sha256: Found(facts=facts, decision=match.decision)}
            where.append(of_pictures(list(found)))
        return redact(conn, self._ledger, self._incidents, any_of(*where), found=found)

    def _fate(self, known: KnownBefore, draft: KeptDraft) -> tuple[Said, Result]:
        """Ask once more what could have changed since the pair was judged."""
        kept = draft.entry
        if ("picture", draft.sha256) in known.tombstones:
            return said_of_withdrawn(kept, "picture"), Result.TOMBSTONED
        if ("pair", draft.pair_id) in known.tombstones:
            return said_of_withdrawn(kept, "pair"), Result.TOMBSTONED
        if draft.pair_id in known.pairs:
            return said_of_repeated(kept), Result.DUPLICATE
        captions = known.captions[draft.sha256] + 1
        if self._max_captions and captions > self._max_captions:
            return said_of_flooded(kept, captions, self._max_captions), Result.FLOODED
        pictures = known.pictures[draft.text_digest] + 1
        if self._max_pictures and pictures > self._max_pictures:
            return said_of_frequent(kept, pictures, self._max_pictures), Result.CAPTION_FLOODED
        return said_of_kept(draft), Result.STORED


def _together(shares: Sequence[Share]) -> Iterator[Sequence[Share]]:
    """Part them so that one with a match, which takes back what was recorded, is written by itself."""
    some: list[Share] = []
    for share in shares:
        if some and (_is_of_match(share) or _is_of_match(some[-1])):
            yield some
            some = []
        some.append(share)
    if some:
        yield some


def _is_of_match(share: Share) -> bool:
    return any(isinstance(each, Match | BesideMatch) for each in share.entries)


def _recorded_matches(share: Share, results: Sequence[Result]) -> Iterator[Match]:
    for entry, result in zip(share.entries, results, strict=True):
        if isinstance(entry, Match) and result is Result.RECORDED:
            yield entry

"""Take back what stands beside known material that was found late, as if it had been a match when it was seen."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from filters.decision import Decision
from filters.facts import Facts
from filters.page_incident import beside_a_match
from storage.batches import chunks
from storage.blanking import blank, places_of
from storage.consent_documents import forget_documents, named_in_row
from storage.incident_records import IncidentRecords
from storage.late_matches import late_match
from storage.ledger import INCIDENTS, OPERATORS, Ledger
from storage.redacted_pictures import forget_matches, forget_unused, refuse_for_good
from storage.seen_hosts import any_of
from storage.shadow_counts import forget_impossible
from storage.share_rows import ShareRows
from storage.tables import page, pair, sighting, tally, tombstone
from storage.tombstones import PAIR

_PAGES_AT_ONCE: Final = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What is known now of a picture: its facts, and the decision that refuses it as known material."""

    facts: Facts
    decision: Decision

    def __repr__(self) -> str:
        return "<Found>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Redacted:
    """How much was taken back. Once the transaction is durable, call `doomed_objects.delete_doomed`."""

    sightings: int = 0
    matches: int = 0
    pairs: int = 0
    pictures: int = 0
    known: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    """Pictures that were held, and are known material or were seen in a match: unless a pair still has one, its hashes
    are to be forgotten too."""

    def __add__(self, other: "Redacted") -> "Redacted":
        return Redacted(
            sightings=self.sightings + other.sightings,
            matches=self.matches + other.matches,
            pairs=self.pairs + other.pairs,
            pictures=self.pictures + other.pictures,
            known=self.known | other.known,
        )


def of_pictures(digests: Collection[str]) -> ColumnElement[bool]:
    """Match the sightings that showed one of these pictures, whether they are held or were withdrawn."""
    pairs = select(pair.c.id).where(pair.c.sha256.in_(digests))
    withdrawn = select(tombstone.c.key).where(tombstone.c.kind == PAIR, tombstone.c.sha256.in_(digests))
    return any_of(sighting.c.sha256.in_(digests), sighting.c.pair_id.in_(pairs), sighting.c.pair_id.in_(withdrawn))


def redact(
    conn: Connection,
    ledger: Ledger,
    records: IncidentRecords,
    where: ColumnElement[bool],
    *,
    found: Mapping[str, Found] | None = None,
    told: Mapping[str, Found] | None = None,
    seen: Collection[str] = (),
) -> Redacted:
    """Delete the sightings that `where` matches, and all of the same pages in every run, with what came of them.

    `found` are the pictures, by SHA-256, that are known material now; `where` has to match all their sightings, as
    `of_pictures` does. A sighting of one of them becomes a match with an incident of its own, every other one becomes
    `page.incident`. Tallies say so, bodies of the ledger are blanked, pairs and pictures are gone, and what was held of
    `found` is refused for good by `withdrawn_match`. Nothing that is written says a time but the day.

    `told` are sightings, by their ids, that the words beside the picture make a match: each gets an incident, and the
    same picture on other pages stays. `seen` are the pictures, by SHA-256, that such a match showed.

    `records` seals; the run it names is replaced by that of each sighting.
    """
    known = found or {}
    shown = {each: known[digest] for each, digest in _shown(conn, known).items()} | dict(told or {})
    redaction = _Redaction(conn=conn, ledger=ledger, records=records, found=known, shown=shown)
    held = refuse_for_good(conn, records.keys, known)
    pages = [
        (host, url)
        for host, url in conn.execute(select(sighting.c.page_host, sighting.c.page_url).where(where).distinct())
    ]
    done = Redacted(known=held | frozenset(seen))
    for some in chunks(pages, _PAGES_AT_ONCE):
        done += redaction.of_pages(some)
    return done + Redacted(pictures=forget_matches(conn, ledger, known))


def _shown(conn: Connection, found: Mapping[str, Found]) -> dict[str, str]:
    """Return which sightings show which of the pictures, while their pairs still say so."""
    if not found:
        return {}
    digest = func.coalesce(pair.c.sha256, sighting.c.sha256, tombstone.c.sha256).label("sha256")
    joined = sighting.outerjoin(pair, pair.c.id == sighting.c.pair_id)
    joined = joined.outerjoin(tombstone, (tombstone.c.kind == PAIR) & (tombstone.c.key == sighting.c.pair_id))
    rows = conn.execute(select(sighting.c.id, digest).select_from(joined).where(of_pictures(found)))
    return {row.id: row.sha256 for row in rows}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Redaction:
    conn: Connection
    ledger: Ledger
    records: IncidentRecords
    found: Mapping[str, Found]
    shown: Mapping[str, Found]
    """By sighting."""

    def of_pages(self, pages: Sequence[tuple[str, str]]) -> Redacted:
        rows = self._rows(pages)
        ids = [row.id for row in rows]
        pairs = self._delete_pairs(ids)
        told = [*places_of(self.conn, ids), *places_of(self.conn, ids, segment=OPERATORS)]  # also of who reviewed them
        blank(self.conn, self.ledger, told, segment=INCIDENTS, at=_today())
        for some in chunks(ids):
            self.conn.execute(delete(sighting).where(sighting.c.id.in_(some)))
        matches = self._write_events(rows)
        pictures = forget_unused(self.conn, {row.sha256 for row in rows if row.sha256} | pairs, self.found)
        documents = {digest for row in rows for digest in named_in_row(dict(row._mapping))}
        forget_documents(self.conn, documents, {host for row in rows for host in (row.page_host, row.image_host)})
        return Redacted(sightings=len(rows), matches=matches, pairs=len(pairs), pictures=pictures)

    def _rows(self, pages: Sequence[tuple[str, str]]) -> Sequence[Row[Any]]:
        hosts, urls = {host for host, _ in pages}, {url for _, url in pages}
        query = select(sighting, page.c.depth, page.c.seed, page.c.found_on)
        query = query.join(page, page.c.id == sighting.c.page_id)
        return self.conn.execute(query.where(sighting.c.page_host.in_(hosts), sighting.c.page_url.in_(urls))).all()

    def _delete_pairs(self, sightings: Sequence[str]) -> set[str]:
        """Delete the pairs that these sightings were stored as, and return the pictures of them."""
        pictures: set[str] = set()
        for some in chunks(sightings):
            theirs = pair.c.sighting_id.in_(some)
            pictures |= set(self.conn.execute(select(pair.c.sha256).where(theirs)).scalars())
            self.conn.execute(delete(pair).where(theirs))
        return pictures

    def _write_events(self, rows: Sequence[Row[Any]]) -> int:
        """Return how many are matches. What a run's sightings are taken off its tallies, its events are added to."""
        now, matches = datetime.now(UTC), 0
        for run_id in sorted({row.run_id for row in rows}):
            events = ShareRows(run_id=run_id, settings_digest="", at=now)
            of_run = [row for row in rows if row.run_id == run_id]
            _uncount(self.conn, run_id, Counter((row.outcome, row.reason or "") for row in of_run))
            forget_impossible(self.conn, run_id)
            matches += sum(self._enter(events, row) for row in of_run)
            events.insert(self.conn, self.ledger)
        return matches

    def _enter(self, events: ShareRows, row: Row[Any]) -> bool:
        event_id = str(uuid4())
        now_known = self.shown.get(row.id)
        if now_known is None:
            events.happen(event_id, "beside-match", beside_a_match(), {})
            return False
        match = late_match(row, now_known.facts, now_known.decision)
        verdict = now_known.decision.decisive
        if verdict is None:
            raise ValueError("what is found to be known material needs the verdict that says so")
        records = replace(self.records, run_id=events.run_id)
        sealed = records.seal(event_id, match, events.at)
        events.seal(event_id, sealed, verdict, due=records.due(match, events.at.date()))
        return True


def _uncount(conn: Connection, run_id: str, counts: Counter[tuple[str, str]]) -> None:
    for (outcome, reason), count in counts.items():
        this = (tally.c.run_id == run_id) & (tally.c.outcome == outcome) & (tally.c.reason == reason)
        conn.execute(update(tally).where(this).values(count=tally.c.count - count))
    conn.execute(delete(tally).where(tally.c.run_id == run_id, tally.c.count <= 0))


def _today() -> date:
    return datetime.now(UTC).date()

"""Tell everything that is recorded about a pair, a picture, an address, a host or a run, in the order of time."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from filters.indexes.hosts import is_address, normalise_host
from storage.addresses import spellings
from storage.among import among
from storage.batches import chunks
from storage.database import Database
from storage.frontier import host_of, url_digest
from storage.kept_pictures import original_of
from storage.list_revisions import revision_at
from storage.rescan_records import covered_epoch, done_since
from storage.seen_hosts import any_of, failed_on, seen_on
from storage.tables import host_entry, ledger_record, list_, page, pair, revision, sighting, tombstone
from storage.tombstones import PAIR
from storage.trail_pages import read_unread
from storage.trail_parts import LedgerPlace, Listing, Subject, Trail, TrailPair, TrailSighting, UnreadPage
from storage.trail_runs import runs_of
from storage.trail_sightings import lists_in_force, read_sightings
from storage.trail_withdrawals import pairs_withdrawn, withdrawals_of

MOST_SIGHTINGS = 1000
"""A trail shows so many sightings at most, the oldest; `Trail.total` says how many there are."""
_FAILED = page.c.state == "failed"
_PAIRS = select(
    pair.c.id.label("pair_id"),
    pair.c.sha256.label("image_sha256"),
    *(pair.c.run_id, pair.c.state, pair.c.epoch, pair.c.stored_at),
)


def trail_of_pair(db: Database, pair_id: str, *, most: int = MOST_SIGHTINGS) -> Trail:
    with db.read() as conn:
        return _trail(conn, Subject(kind="pair", value=pair_id), sighting.c.pair_id == pair_id, most)


def trail_of_image(db: Database, sha256: str, *, most: int = MOST_SIGHTINGS) -> Trail:
    """Tell of all sightings whose bytes came, or were stored. What matched known material has none."""
    with db.read() as conn:
        digest = original_of(conn, sha256.strip().lower())
    of_pairs = sighting.c.pair_id.in_(select(pair.c.id).where(pair.c.sha256 == digest))  # recorded before digests were
    withdrawn = select(tombstone.c.key).where(tombstone.c.kind == PAIR, tombstone.c.sha256 == digest)
    of_picture = any_of(of_pairs, sighting.c.sha256 == digest, sighting.c.pair_id.in_(withdrawn))
    with db.read() as conn:
        return _trail(conn, Subject(kind="image", value=digest), of_picture, most)


def trail_of_url(db: Database, url: str, *, most: int = MOST_SIGHTINGS) -> Trail:
    """Tell of all sightings on a page, or of a picture, at an address, and of runs that did not read the page.

    What matched known material has no sighting.
    """
    spelled = spellings(url)
    hosts = {host_of(each) for each in spelled}
    on_page = sighting.c.page_host.in_(hosts) & sighting.c.page_url.in_(spelled)
    of_image = sighting.c.image_host.in_(hosts) & sighting.c.image_url.in_(spelled)
    with db.read() as conn:
        unread = read_unread(conn, page.c.url_digest.in_(set(map(url_digest, spelled))), most)
        return _trail(conn, Subject(kind="url", value=url), any_of(on_page, of_image), most, unread=unread)


def trail_of_host(db: Database, host: str, *, most: int = MOST_SIGHTINGS) -> Trail:
    """Tell of all sightings of a host and its subdomains, and of the blocklist entries that ever covered it.

    With the pages that could not be read.
    """
    name = normalise_host(host)
    with db.read() as conn:
        seen = seen_on(name)
        unread = read_unread(conn, failed_on(name), most)
        return _trail(conn, Subject(kind="host", value=name), seen, most, listings=_listings(conn, name), unread=unread)


def trail_of_run(db: Database, run_id: str, *, most: int = MOST_SIGHTINGS) -> Trail:
    with db.read() as conn:
        unread = read_unread(conn, _FAILED & (page.c.run_id == run_id), most)
        return _trail(conn, Subject(kind="run", value=run_id), sighting.c.run_id == run_id, most, unread=unread)


def _trail(
    conn: Connection,
    subject: Subject,
    which: ColumnElement[bool],
    most: int,
    *,
    listings: tuple[Listing, ...] = (),
    unread: tuple[UnreadPage, ...] = (),
) -> Trail:
    sightings = read_sightings(conn, which, most)
    pairs = _pairs(conn, sightings)
    withdrawn = withdrawals_of(conn, subject, sightings, pairs)
    return Trail(
        subject=subject,
        sightings=sightings,
        total=len(sightings) if len(sightings) < most else _count(conn, which),
        pairs=(*pairs, *pairs_withdrawn(sightings, pairs, withdrawn)),
        ledger=(*_places(conn, subject), *(each.ledger for each in sightings if each.ledger is not None)),
        withdrawn=withdrawn,
        listings=listings,
        unread=unread,
        runs=runs_of(conn, {each.run_id for each in sightings} | {each.run_id for each in unread}),
    )


def _count(conn: Connection, which: ColumnElement[bool]) -> int:
    return int(conn.execute(select(func.count()).select_from(sighting).where(which)).scalar_one())


def _pairs(conn: Connection, sightings: Sequence[TrailSighting]) -> tuple[TrailPair, ...]:
    found: list[Row[*tuple[Any, ...]]] = []
    for some in chunks({each.pair_id for each in sightings if each.pair_id is not None}):
        found += conn.execute(_PAIRS.where(among(pair.c.id, some)))
    rows = sorted(found, key=lambda row: (row.stored_at, row.pair_id))
    covered = covered_epoch(conn)
    lists = {each.epoch: each.lists for each in sightings}
    lists |= lists_in_force(conn, {max(row.epoch, covered) for row in rows} - lists.keys())
    done = done_since(conn, min((row.stored_at for row in rows), default=None)) if covered else []
    return tuple(_as_pair(row, max(row.epoch, covered), lists, done) for row in rows)


def _as_pair(
    row: Row[*tuple[Any, ...]],
    epoch: int,
    lists: Mapping[int, tuple[str, ...]],
    done: Sequence[tuple[datetime, datetime]],
) -> TrailPair:
    ended = [at for _, at in done[bisect_right(done, row.stored_at, key=lambda each: each[0]) :]]
    told = {"epoch": epoch, "lists": lists[epoch], "rescans": len(ended), "rescanned_at": max(ended, default=None)}
    return TrailPair(**{**row._mapping, **told})


def _places(conn: Connection, subject: Subject) -> tuple[LedgerPlace, ...]:
    """Records of the subject itself, such as the start and the end of a run."""
    of_subject = select(ledger_record).where(ledger_record.c.subject == subject.value)
    rows = conn.execute(of_subject.order_by(ledger_record.c.segment, ledger_record.c.sequence))
    return tuple(LedgerPlace(segment=row.segment, sequence=row.sequence, hash=row.leaf) for row in rows)


def _listings(conn: Connection, host: str) -> tuple[Listing, ...]:
    """Return what covers or covered the host by its name; what an import is still writing is no listing yet."""
    began = (revision.c.list == host_entry.c.list) & (revision.c.number == host_entry.c.since)
    sealed = (list_.c.name == host_entry.c.list) & (host_entry.c.since <= list_.c.number)
    columns = select(host_entry, revision.c.by, revision.c.at, list_.c.number)
    query = columns.join(revision, began).join(list_, sealed)
    named = host_entry.c.list.in_(select(list_.c.name)) & host_entry.c.host.in_(_entries_for(host))
    return tuple(
        Listing(
            list=row.list,
            host=row.host,
            action=row.action,
            why=row.why,
            by=row.by,
            since=row.since,
            since_at=row.at,
            until=until,
            until_at=revision_at(conn, row.list, until),
        )
        for row in conn.execute(query.where(named).order_by(revision.c.at, host_entry.c.id)).all()
        for until in (row.until if row.until is not None and row.until <= row.number else None,)
    )


def _entries_for(host: str) -> list[str]:
    parents = [host]
    while not is_address(host) and "." in parents[-1]:
        parents.append(parents[-1].partition(".")[2])
    return [*parents, f"={host}", *(f".{each}" for each in parents[1:])]

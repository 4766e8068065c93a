"""Say what is left after a fault, and whether it is what a work that nobody disturbed leaves."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, Table, func, select

from storage.finding import Finding
from storage.list_kinds import HASHES
from storage.repair import repair
from storage.tables import (
    event,
    hash_entry,
    incident,
    list_,
    object_intent,
    pair,
    picture,
    run,
    sighting,
    tally,
    tombstone,
)
from storage.verify import verify
from storage.verify_bytes import check_bytes
from tests.faults.place import Installation, Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What is held, and how often it was said; two works that end alike leave the same."""

    pairs: frozenset[str]
    pictures: frozenset[str]
    tombstones: frozenset[tuple[str, str]]
    entries: frozenset[tuple[str, str]]
    tallies: frozenset[tuple[str, str, int]]
    sightings: int
    events: int
    incidents: int
    runs: int
    intents: int


def left_at(place: Place) -> Left:
    with _opened(place) as opened, opened.db.read() as conn:
        return _left(conn)


def half_kept(place: Place) -> list[str]:
    """Return the pictures whose bytes are not theirs, and the pairs without a picture: there is never one."""
    with _opened(place) as opened, opened.db.read() as conn:
        rows = conn.execute(select(picture.c.sha256, picture.c.object_key)).all()
        without = conn.execute(select(pair.c.id).where(pair.c.sha256.not_in(select(picture.c.sha256)))).scalars()
        return [row.sha256 for row in rows if not _is_whole(opened, *row)] + list(without)


def wrong_after_repair(place: Place) -> list[Finding]:
    """Clear away what a crash left, and return what `verify --deep` finds then."""
    with _opened(place) as opened:
        repair(opened.db, opened.objects, opened.checkpoints)
        found = list(verify(opened.db, opened.objects, opened.checkpoints))
        return found + list(check_bytes(opened.db, opened.objects))


def unknown_objects(place: Place) -> set[str]:
    """Return the keys of objects that no picture has."""
    with _opened(place) as opened:
        with opened.db.read() as conn:
            known = set(conn.execute(select(picture.c.object_key)).scalars())
        return {each.key for each in opened.objects.keys()} - known  # noqa: SIM118 - a store is no dict


@contextmanager
def _opened(place: Place) -> Iterator[Installation]:
    with place.in_environment():
        opened = Installation.open(place)
        try:
            yield opened
        finally:
            opened.db.close()


def _is_whole(opened: Installation, digest: str, object_key: str) -> bool:
    return sha256(opened.objects.get(object_key)).hexdigest() == digest


def _left(conn: Connection) -> Left:
    names = conn.execute(select(list_.c.name)).scalars().all()
    entries = {(name, value) for name in names for value in _counting(conn, name)}
    tallies: Counter[tuple[str, str]] = Counter()
    for outcome, reason, count in conn.execute(select(tally.c.outcome, tally.c.reason, tally.c.count)):
        tallies[outcome, reason] += count
    return Left(
        pairs=frozenset(conn.execute(select(pair.c.id)).scalars()),
        pictures=frozenset(conn.execute(select(picture.c.sha256)).scalars()),
        tombstones=frozenset((row.kind, row.key) for row in conn.execute(select(tombstone.c.kind, tombstone.c.key))),
        entries=frozenset(entries),
        tallies=frozenset((*key, count) for key, count in tallies.items()),
        sightings=_count(conn, sighting),
        events=_count(conn, event),
        incidents=_count(conn, incident),
        runs=_count(conn, run),
        intents=_count(conn, object_intent),
    )


def _counting(conn: Connection, name: str) -> Iterable[str]:
    return conn.execute(select(hash_entry.c.value).where(HASHES.counting(name))).scalars()


def _count(conn: Connection, table: Table) -> int:
    return int(conn.execute(select(func.count()).select_from(table)).scalar_one())

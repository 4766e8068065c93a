"""Check that every picture has its bytes, and that no other bytes are kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from storage.batches import chunks
from storage.database import Database
from storage.finding import Finding
from storage.object_intents import held_keys, intended, left_intents
from storage.objects import ObjectStore, StoredObject
from storage.tables import doomed_object, picture

REPAIR: Final = "type: altsieve verify --repair"


def check_objects(conn: Connection, db: Database, objects: ObjectStore) -> Iterator[Finding]:
    """List the store once beside the pictures, both in the order of their keys; read no bytes.

    A crawl may be at work: what looks wrong in the view of `conn` is asked for again before it is said.
    """
    for key in left_intents(db):
        text = f"Object {key} was to be stored by a run that is over, and nothing has it; {REPAIR}."
        yield Finding(code="object.left", subject=key, text=text)
    walk = _Walk()
    pictures = conn.execute(select(picture).order_by(picture.c.sha256).execution_options(yield_per=1000))
    yield from walk.beside(pictures, objects.keys())
    for rows in chunks(walk.without_bytes):
        yield from _missing(db, objects, rows)
    for keys in chunks(walk.without_picture):
        yield from _orphans(db, keys)


def orphans(db: Database, keys: Iterable[str]) -> list[str]:
    """Return the keys that nothing in the database names."""
    some = list(keys)
    with db.read() as conn:
        known = held_keys(conn, some) | intended(conn, some) | _doomed(conn, some)
    return [each for each in some if each not in known]


def size_of(facts: dict[str, Any]) -> int | None:
    """Return how many bytes the store holds of a picture: what was taken out of its metadata left no gap."""
    return facts.get("digests", {}).get("size_bytes")  # type: ignore[no-any-return]  # as the table has it


@dataclass(slots=True)
class _Walk:
    """What one listing beside another leaves to be asked for again."""

    without_bytes: list[Row[Any]] = field(default_factory=list)
    without_picture: list[str] = field(default_factory=list)

    def beside(self, pictures: Iterable[Row[Any]], found: Iterable[StoredObject]) -> Iterator[Finding]:
        rows, last = iter(pictures), ""
        row = next(rows, None)
        for each in found:
            if each.key < last or not each.readable:  # out of order is what is unfinished, too
                self.without_picture.append(each.key)
                continue
            last = each.key
            while row is not None and row.object_key < each.key:
                yield from self._lacking(row)
                row = next(rows, None)
            if row is not None and row.object_key == each.key:
                yield from _differing(row, each.size_bytes)
                row = next(rows, None)
            else:
                self.without_picture.append(each.key)
        while row is not None:
            yield from self._lacking(row)
            row = next(rows, None)

    def _lacking(self, row: Row[Any]) -> Iterator[Finding]:
        self.without_bytes.append(row)
        yield from _differing(row, size_of(row.facts))


def _differing(row: Row[Any], size_bytes: int | None) -> Iterator[Finding]:
    if row.facts.get("digests", {}).get("sha256") != row.sha256:
        yield finding("picture.differs", row.sha256, "has the facts of another one")
    elif size_of(row.facts) != size_bytes:
        yield finding("object.differs", row.sha256, "has bytes that are not its own")


def finding(code: str, digest: str, what: str) -> Finding:
    return Finding(code=code, subject=digest, text=f"Picture {digest} {what}.")


def _missing(db: Database, objects: ObjectStore, rows: Iterable[Row[Any]]) -> Iterator[Finding]:
    lost = [each for each in rows if not objects.exists(each.object_key)]
    with db.read() as conn:  # it may have been withdrawn since
        held = held_keys(conn, [each.object_key for each in lost])
    for each in lost:
        if each.object_key in held:
            yield finding("object.missing", each.sha256, "has lost its bytes: bring them back from a backup")


def _orphans(db: Database, keys: Iterable[str]) -> Iterator[Finding]:
    for key in orphans(db, keys):
        text = f"Object {key} belongs to no picture of the database; if it is of no other one either, {REPAIR}."
        yield Finding(code="object.orphan", subject=key, text=text)


def _doomed(conn: Connection, keys: Iterable[str]) -> set[str]:
    """Of those `check_withdrawn` tells."""
    query = select(doomed_object.c.object_key).where(doomed_object.c.object_key.in_(list(keys)))
    return set(conn.execute(query).scalars())

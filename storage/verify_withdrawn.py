"""Check that nothing is left of what was withdrawn: no row, no words, no facts, no bytes."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, Select, Text, cast, func, or_, select

from storage.finding import Finding
from storage.held_hashes import HeldHashes
from storage.keys import KeyRing
from storage.objects import ObjectStore, digest_in
from storage.redacted_pictures import KEYED_AS
from storage.tables import doomed_object, measurement, pair, picture, sighting, tombstone, withdrawn_match
from storage.tombstones import PAIR, PICTURE

_HOW = "Type: altsieve withdraw and the same again"


def check_withdrawn(conn: Connection, objects: ObjectStore, keys: KeyRing, hashes: HeldHashes) -> Iterator[Finding]:
    """Of known material nothing is named: a finding about it says the keyed digest by which it is refused."""
    yield from _check_rows(conn)
    yield from _check_matches(conn, keys)
    yield from _check_doomed(conn, objects, keys)
    yield from _check_hashes(conn, keys, hashes)


def _check_rows(conn: Connection) -> Iterator[Finding]:
    looks: tuple[tuple[str, Select[tuple[str, str]], str], ...] = (
        ("withdrawn.pair-left", _graves(PAIR, pair.c.id == tombstone.c.key), "is held"),
        ("withdrawn.picture-left", _graves(PICTURE, picture.c.sha256 == tombstone.c.key), "is held"),
        ("withdrawn.facts-left", _graves(PICTURE, measurement.c.sha256 == tombstone.c.key), "has facts that are held"),
        ("withdrawn.words-left", _words_left(), "has words that are held"),
    )
    for code, left, what in looks:
        for row in conn.execute(left.distinct()):
            text = f"The {row.kind} {row.key} was withdrawn, but {what}. {_HOW}."
            yield Finding(code=code, subject=row.key, text=text)


def _graves(kind: str, left: ColumnElement[bool]) -> Select[tuple[str, str]]:
    """Return what is barred for good, and still there."""
    return select(tombstone.c.kind, tombstone.c.key).where(tombstone.c.kind == kind, tombstone.c.bars, left)


def _words_left() -> Select[tuple[str, str]]:
    """A pair that did not bar may have been stored again: then its words are where they belong."""
    held = select(pair.c.id).where(pair.c.id == tombstone.c.key).exists()
    said = or_(*(func.coalesce(cast(sighting.c[each], Text), "null") != "null" for each in ("candidate", "fetched")))
    graves = select(tombstone.c.kind, tombstone.c.key).where(tombstone.c.kind == PAIR, ~held)
    return graves.where(sighting.c.pair_id == tombstone.c.key, said)


def _check_matches(conn: Connection, keys: KeyRing) -> Iterator[Finding]:
    keyed = set(conn.execute(select(withdrawn_match.c.key)).scalars())
    if not keyed:
        return
    held = (select(table.c.sha256) for table in (picture, measurement, sighting, tombstone))
    for query in held:
        for digest in conn.execute(query.where(query.selected_columns[0].is_not(None)).distinct()).scalars():
            key = keys.hmac(KEYED_AS, digest)
            if key in keyed:
                yield Finding(code="withdrawn.match-left", subject=key, text="Something is held of known material.")


def _check_doomed(conn: Connection, objects: ObjectStore, keys: KeyRing) -> Iterator[Finding]:
    """Bytes that a crash left."""
    for key in conn.execute(select(doomed_object.c.object_key)).scalars():
        if objects.exists(key):
            yield Finding(
                code="withdrawn.bytes-left",
                subject=keys.hmac(KEYED_AS, digest_in(key)),
                text="The bytes of a picture that was withdrawn, or given up before it was stored, are still there. "
                "The next crawl deletes them. At once: altsieve verify --repair",
            )


def _check_hashes(conn: Connection, keys: KeyRing, hashes: HeldHashes) -> Iterator[Finding]:
    """The file of hashes that re-scans read is brought up to date by the next one, but not before."""
    gone = sorted(hashes.gone(conn))
    if not gone:
        return
    barred = set(conn.execute(select(tombstone.c.key).where(tombstone.c.kind == PICTURE, tombstone.c.bars)).scalars())
    known = set(conn.execute(select(withdrawn_match.c.key)).scalars())
    for digest in gone:
        key = keys.hmac(KEYED_AS, digest)
        if digest in barred or key in known:
            yield Finding(
                code="withdrawn.hashes-left",
                subject=key,
                text="Hashes of a picture that was withdrawn are still in the file that re-scans read. "
                "Type: altsieve rescan.",
            )

"""Check that every pair has its accepted sighting, its picture and its id, and every accepted sighting its pair."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, select

from filters.decision import pair_id
from storage.decisions import STORED
from storage.finding import Finding
from storage.tables import pair, picture, sighting, tombstone
from storage.tombstones import PAIR


def check_pairs(conn: Connection) -> Iterator[Finding]:
    query = (
        select(pair, sighting.c.outcome, sighting.c.pair_id, sighting.c.candidate, picture.c.sha256.label("kept"))
        .outerjoin(sighting, sighting.c.id == pair.c.sighting_id)
        .outerjoin(picture, picture.c.sha256 == pair.c.sha256)
    )
    for row in conn.execute(query.execution_options(yield_per=1000)):
        yield from _check_pair(row)
    yield from _check_lost(conn)


def _check_pair(row: Row[Any]) -> Iterator[Finding]:
    if row.kept is None:
        yield _finding("pair.no-picture", row.id, "has no picture")
    if row.outcome != STORED or row.pair_id != row.id or row.candidate is None:
        yield _finding("pair.undecided", row.id, "has no sighting that was accepted")
    elif not _is_itself(row):
        yield _finding("pair.differs", row.id, "is not the picture and the caption that its id was made of")


def _is_itself(row: Row[Any]) -> bool:
    text = str(row.candidate.get("text"))
    return (row.id, row.text_digest) == (pair_id(row.sha256, text), sha256(text.encode()).hexdigest())


def _check_lost(conn: Connection) -> Iterator[Finding]:
    theirs = select(pair.c.id).where(pair.c.sighting_id == sighting.c.id).exists()
    taken_back = (tombstone.c.kind == PAIR) & (tombstone.c.key == sighting.c.pair_id)
    kept = (sighting.c.outcome == STORED) & ~select(tombstone.c.id).where(taken_back).exists()
    for sighting_id in conn.execute(select(sighting.c.id).where(kept, ~theirs)).scalars():
        text = f"Sighting {sighting_id} was stored, but its pair is missing."
        yield Finding(code="pair.missing", subject=sighting_id, text=text)
    theirs = select(pair.c.id).where(pair.c.sha256 == picture.c.sha256).exists()
    for digest in conn.execute(select(picture.c.sha256).where(~theirs)).scalars():
        yield Finding(code="picture.unused", subject=digest, text=f"Picture {digest} is kept, but no pair has it.")


def _finding(code: str, pair: str, what: str) -> Finding:
    return Finding(code=code, subject=pair, text=f"Pair {pair} {what}.")

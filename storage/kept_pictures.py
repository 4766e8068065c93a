"""Write the facts of pictures that are kept; of one that is there already, only what models say of it now is new."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from filters.facts import Facts, Score
from storage.among import among
from storage.batches import chunks
from storage.bulk import insert_all
from storage.canonical import plain
from storage.database import Database
from storage.scores import merged
from storage.tables import picture


def keep_pictures(
    conn: Connection, rows: Sequence[Mapping[str, Any]], safety: Sequence[tuple[Score, ...] | None]
) -> set[str]:
    """Return the object keys of those that are new.

    `rows` are as the table has them, and `safety` is what models say of each; one picture may be in many.
    """
    held: set[str] = set()
    for some in chunks({row["sha256"] for row in rows}):
        held |= set(conn.execute(select(picture.c.sha256).where(among(picture.c.sha256, some))).scalars())
    new = {row["sha256"]: row for row in reversed(rows) if row["sha256"] not in held}
    insert_all(conn, picture, list(new.values()))
    for row, scores in zip(rows, safety, strict=True):
        if row is not new.get(row["sha256"]) and scores is not None:
            note_safety(conn, row["sha256"], scores)
    return {row["object_key"] for row in new.values()}


def key_of(db: Database, sha256: str) -> str | None:
    """Return the object key of a picture; None if it is not held."""
    return keys_of(db, [sha256]).get(sha256)


def keys_of(db: Database, digests: Iterable[str]) -> dict[str, str]:
    """Return the object keys of those of the pictures that are held."""
    found: dict[str, str] = {}
    with db.read() as conn:
        for some in chunks(digests):
            query = select(picture.c.sha256, picture.c.object_key).where(picture.c.sha256.in_(some))
            found |= dict(conn.execute(query).all())
    return found


def original_of(conn: Connection, sha256: str) -> str:
    """Return the digest of the original bytes, be it given that or the digest of what is stored in their place."""
    stored = select(picture.c.sha256).where(picture.c.stored_sha256 == sha256)
    return conn.execute(stored).scalars().first() or sha256


def note_safety(conn: Connection, sha256: str, scores: Sequence[Score]) -> None:
    """Note what models say of a picture that is held; of one that is gone nothing is noted."""
    this = picture.c.sha256 == sha256
    facts = conn.execute(select(picture.c.facts).where(this)).scalar_one_or_none()
    if facts is None:
        return
    before = msgspec.convert(facts, Facts).safety
    now = merged(before, scores)
    if now != before:
        conn.execute(update(picture).where(this).values(facts={**facts, "safety": plain(now)}))

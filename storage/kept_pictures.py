"""Write the facts of pictures that are kept; of one that is there already, only what models say of it now is new."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from filters.facts import Facts, Score
from storage.canonical import plain
from storage.scores import merged
from storage.tables import picture


def keep_pictures(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """`rows` are as the table has them; one picture may be in many."""
    if not rows:
        return
    digests = {row["sha256"] for row in rows}
    held = dict(conn.execute(select(picture.c.sha256, picture.c.facts).where(picture.c.sha256.in_(digests))).all())
    if new := [dict(row) for row in rows if row["sha256"] not in held]:
        conn.execute(insert(picture).on_conflict_do_nothing(), new)
    for row in rows:
        if row["sha256"] in held and (said := row["facts"]["safety"]) is not None:
            note_safety(conn, row["sha256"], msgspec.convert(said, tuple[Score, ...]))


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

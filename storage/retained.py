"""Retain what was measured of pictures that are not kept, so that lists that come later are compared with it too."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from filters.facts import Facts
from storage.among import among
from storage.tables import measurement, picture, tombstone
from storage.tombstones import PICTURE
from storage.upsert import upsert

_WITHDRAWN = "withdrawn."


def is_retained(reason: str | None) -> bool:
    """Of what was withdrawn nothing is left, so nothing of it is retained when it is found again."""
    return reason is None or not reason.startswith(_WITHDRAWN)


def retain(conn: Connection, measured: Sequence[Facts], at: datetime) -> None:
    """Write what was measured, but for pictures that are held: those have their facts, and whatever was retained goes.

    What a decoder saw replaces what was there; digests alone, of a file that none could read, replace nothing.
    """
    by_digest = {each.digests.sha256: each for each in sorted(measured, key=_was_seen)}
    if not by_digest:
        return
    barred = (tombstone.c.kind == PICTURE) & tombstone.c.bars & among(tombstone.c.key, by_digest)
    for withdrawn in conn.execute(select(tombstone.c.key).where(barred)).scalars():  # whatever it is refused for now
        del by_digest[withdrawn]
    held = set(conn.execute(select(picture.c.sha256).where(among(picture.c.sha256, by_digest))).scalars())
    if held:
        conn.execute(delete(measurement).where(among(measurement.c.sha256, held)))
    new = upsert(conn, measurement)
    anew = new.on_conflict_do_update(
        index_elements=["sha256"], set_={"facts": new.excluded.facts, "measured_at": new.excluded.measured_at}
    )
    facts = [each for digest, each in by_digest.items() if digest not in held]
    if seen := _rows(filter(_was_seen, facts), at):
        conn.execute(anew, seen)
    if unseen := _rows((each for each in facts if not _was_seen(each)), at):
        conn.execute(new.on_conflict_do_nothing(), unseen)


def _was_seen(facts: Facts) -> bool:
    return facts.picture is not None


def _rows(facts: Iterable[Facts], at: datetime) -> list[dict[str, Any]]:
    return [{"sha256": each.digests.sha256, "facts": each.of_picture, "measured_at": at} for each in facts]

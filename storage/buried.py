"""Compare what was withdrawn with lists that come later, and what is held with what was withdrawn since."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, Select, Text, cast, func, select

from filters.facts import Digests, Facts, Picture, View
from filters.indexes.graves import GRAVE_DISTANCE_BITS, GRAVE_MIN_QUALITY
from storage.batches import chunks
from storage.held_file import block_of
from storage.held_hashes import rows_of
from storage.held_matches import items_matched
from storage.rescan_entries import NewEntry
from storage.tables import gate_change, tombstone
from storage.tombstones import PICTURE

_AT_ONCE: Final = 5_000


def buried_facts(conn: Connection, sha256: str) -> Facts | None:
    """Return what is still known of a picture that was withdrawn; None if it was not, or from before this was kept."""
    row = conn.execute(_graves().where(tombstone.c.key == sha256)).one_or_none()
    if row is None:
        return None
    return Facts(digests=msgspec.convert(row.digests, Digests), picture=_picture(row))


def all_buried(conn: Connection) -> set[str]:
    return set(conn.execute(select(_graves().subquery().c.key)).scalars())


def buried_matched(conn: Connection, entries: Sequence[NewEntry]) -> set[str]:
    """Return the pictures that were withdrawn and that an entry may match."""
    rows = conn.execute(_graves(), execution_options={"yield_per": _AT_ONCE})
    return {key for graves in chunks(rows, _AT_ONCE) for key in _matched(graves, entries)}


def new_graves(conn: Connection, since: int | None) -> Iterator[NewEntry]:
    """Yield what pictures look like that were withdrawn after an epoch: copies of them may be held."""
    query = _graves()
    if since is not None:
        query = query.join(gate_change, gate_change.c.subject == tombstone.c.act).where(gate_change.c.epoch > since)
    for row in conn.execute(query):
        for view in row.near or ():
            if view["pdq_quality"] >= GRAVE_MIN_QUALITY:
                yield NewEntry(type="pdq", value=view["pdq"], distance_bits=GRAVE_DISTANCE_BITS)


def _matched(graves: Sequence[Row[Any]], entries: Sequence[NewEntry]) -> Iterator[str]:
    block = block_of(rows_of(_measured(each)) for each in graves)
    for number in items_matched(entries, lambda: [block]):
        yield graves[number].key


def _graves() -> Select[Any]:
    """Of what does not bar, the facts are retained."""
    query = select(tombstone.c.key, tombstone.c.near, tombstone.c.digests)
    known = func.coalesce(cast(tombstone.c.digests, Text), "null") != "null"
    return query.where(tombstone.c.kind == PICTURE, tombstone.c.bars, known)


def _measured(row: Row[Any]) -> dict[str, Any]:
    shown = None if row.near is None else {"views": row.near}
    return {"digests": row.digests, "picture": shown, "measured_by": ()}


def _picture(row: Row[Any]) -> Picture | None:
    if row.near is None:
        return None
    views = msgspec.convert(row.near, tuple[View, ...])
    return Picture(format="", width_px=0, height_px=0, frames=len(views), views=views)

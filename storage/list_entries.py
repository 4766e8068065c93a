"""Add entries to a list, end them, or replace them all by what has changed."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.list_revisions import Change, Kind
from storage.staging import Key

EntryOf: TypeAlias = Callable[[Key], dict[str, Any]]
"""The columns of an entry's own, from its key."""

_CHUNK = 10_000


def replace_entries(
    conn: Connection, before: Connection, change: Change, number: int, keys: Iterable[Key], entry_of: EntryOf
) -> tuple[int, int]:
    """Let exactly `keys` (sorted, distinct) count from `number` on; return how many were added and removed.

    `before` is a connection of its own, which does not see what this one writes while both lists are walked.
    """
    kind = change.kind
    current = before.execute(
        select(kind.table.c.id, *kind.key_columns).where(kind.counting(change.name)).order_by(*kind.key_columns),
        execution_options={"yield_per": _CHUNK},
    )
    counts = {"added": 0, "removed": 0}

    def changes() -> Iterator[tuple[str, Any]]:
        for key, entry in _differences(keys, ((tuple(row[1:]), row[0]) for row in current)):
            counts["added" if entry is None else "removed"] += 1
            yield ("add", key) if entry is None else ("end", entry)

    differences = changes()
    while chunk := list(itertools.islice(differences, _CHUNK)):
        add_entries(conn, change, number, (key for what, key in chunk if what == "add"), entry_of)
        end_entries(conn, kind, number, [entry for what, entry in chunk if what == "end"])
    return counts["added"], counts["removed"]


def add_entries(conn: Connection, change: Change, number: int, keys: Iterable[Key], entry_of: EntryOf) -> None:
    common = {"list": change.name, "since": number}
    if rows := [common | entry_of(key) for key in keys]:
        conn.execute(insert(change.kind.table), rows)


def end_entries(conn: Connection, kind: Kind, number: int, ids: Iterable[int]) -> None:
    this = update(kind.table).where(kind.table.c.id == bindparam("entry")).values(until=number)
    if rows := [{"entry": each} for each in ids]:
        conn.execute(this, rows)


def _differences(wanted: Iterable[Key], current: Iterable[tuple[Key, int]]) -> Iterator[tuple[Key, int | None]]:
    """Walk two sorted lists at once: yield (key, None) of what is only wanted, (key, id) of what is only there."""
    there = iter(current)
    found = next(there, None)
    for key in wanted:
        while found is not None and found[0] < key:
            yield found
            found = next(there, None)
        if found is not None and found[0] == key:
            found = next(there, None)
        else:
            yield key, None
    if found is not None:
        yield found
    yield from there

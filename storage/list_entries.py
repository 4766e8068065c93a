"""Add entries to a list, or end them, from one revision on."""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, insert, update

from storage.list_kinds import Kind
from storage.list_revisions import Change
from storage.staging import Key

EntryOf: TypeAlias = Callable[[Key], dict[str, Any]]
"""The columns of an entry's own, from its key."""


def add_entries(conn: Connection, change: Change, number: int, keys: Iterable[Key], entry_of: EntryOf) -> None:
    """The statement is compiled once and given tuples: an import has millions."""
    common = {"list": change.name, "since": number}
    if rows := [common | entry_of(key) for key in keys]:
        columns = [*rows[0]]
        statement = insert(change.kind.table).compile(conn.engine, column_keys=columns)
        in_order = itemgetter(*(statement.positiontup or columns))
        conn.exec_driver_sql(str(statement), [in_order(row) for row in rows])


def end_entries(conn: Connection, kind: Kind, number: int, ids: Iterable[int]) -> None:
    this = update(kind.table).where(kind.table.c.id == bindparam("entry")).values(until=number)
    if rows := [{"entry": each} for each in ids]:
        conn.execute(this, rows)

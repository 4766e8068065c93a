"""Add entries to a list, or end them, from one revision on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, bindparam, insert, update

from storage.list_kinds import Kind
from storage.list_revisions import Change
from storage.staging import Key

EntryOf: TypeAlias = Callable[[Key], dict[str, Any]]
"""The columns of an entry's own, from its key."""


def add_entries(conn: Connection, change: Change, number: int, keys: Iterable[Key], entry_of: EntryOf) -> None:
    """Write tuples, by COPY or by a statement that is compiled once: an import has millions."""
    common = {"list": change.name, "since": number}
    if not (rows := [common | entry_of(key) for key in keys]):
        return
    _write(conn, change.kind.table, [*rows[0]], rows)


def end_entries(conn: Connection, kind: Kind, number: int, ids: Iterable[int]) -> None:
    this = update(kind.table).where(kind.table.c.id == bindparam("entry")).values(until=number)
    if rows := [{"entry": each} for each in ids]:
        conn.execute(this, rows)


def _write(conn: Connection, table: Table, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    if conn.dialect.name == "postgresql":
        from storage.bulk_load import copy  # loads the driver, which takes a tenth of a second

        copy(conn, table, columns, map(itemgetter(*columns), rows))
    else:
        statement = insert(table).compile(conn.engine, column_keys=columns)
        in_order = itemgetter(*(statement.positiontup or columns))
        conn.exec_driver_sql(str(statement), [in_order(row) for row in rows])

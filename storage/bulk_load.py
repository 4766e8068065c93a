"""Fill the tables of a new database in bulk: indexes and triggers come after the rows, numbers go on after them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

from psycopg import DataError, sql
from sqlalchemy import Column, Connection, MetaData, Table, Text, delete, func, insert, select, text

from storage.errors import StorageError
from storage.tables import metadata

Rows: TypeAlias = Sequence[tuple[Any, ...]]

_CACHE_KIB: Final = 128 << 10
"""Keys are looked up and indexes are sorted in it; with the 2 MiB of SQLite itself 10^6 rows took twice as long."""
_TRIGGERS_OF_SQLITE: Final = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
_TABLES_WITH_TRIGGERS: Final = text(
    "SELECT DISTINCT event_object_schema, event_object_table FROM information_schema.triggers ORDER BY 1, 2"
)


class CannotHold(StorageError):
    """A row holds what this database cannot: PostgreSQL has no text with a NUL character."""


@contextmanager
def filling(conn: Connection) -> Iterator[None]:
    """Take indexes and triggers away, and what migrations put into tables; bring the first two back at the end.

    Triggers would note each picture as new. What they had noted is loaded like all the rest.
    """
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB}")  # for as long as the connection is open
    tables = metadata.sorted_tables
    indexes = [each for table in tables for each in sorted(table.indexes, key=lambda index: str(index.name))]
    with _without_triggers(conn):
        for table in reversed(tables):
            conn.execute(delete(table))
        for index in indexes:
            index.drop(conn)
        yield
        for index in indexes:
            index.create(conn)
    if conn.dialect.name == "postgresql":
        for table in tables:
            _go_on_counting(conn, table)
        conn.execute(text("ANALYZE"))


def load(conn: Connection, table: Table, rows: Rows) -> None:
    """Add rows whose values are as they are stored, in the order of the table's columns."""
    if conn.dialect.name == "postgresql":
        copy(conn, table, [each.name for each in table.columns], rows)
    else:
        conn.exec_driver_sql(_insert(conn, table), list(rows))


def copy(conn: Connection, table: Table, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Add rows to a table of PostgreSQL, with values for these columns and the defaults for the others."""
    names = sql.SQL(", ").join(sql.Identifier(each) for each in columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(_named(conn, table), names)
    driver: Any = conn.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except DataError as error:  # its text would show the row
        state = error.sqlstate or "a NUL character"
        raise CannotHold(f"a row of {table.name} holds what PostgreSQL cannot store ({state})") from None


def _insert(conn: Connection, table: Table) -> str:
    """The values have been made into what the driver takes, so no type of a column has anything to do with them."""
    bare = Table(table.name, MetaData(), *(Column(each.name, Text) for each in table.columns))
    return str(insert(bare).compile(dialect=conn.dialect))


@contextmanager
def _without_triggers(conn: Connection) -> Iterator[None]:
    if conn.dialect.name == "postgresql":
        tables = [tuple(each) for each in conn.execute(_TABLES_WITH_TRIGGERS)]
        before = [f"ALTER TABLE {_quoted(conn, *each)} DISABLE TRIGGER USER" for each in tables]
        after = [f"ALTER TABLE {_quoted(conn, *each)} ENABLE TRIGGER USER" for each in tables]
    else:
        triggers = conn.execute(_TRIGGERS_OF_SQLITE).all()
        before = [f"DROP TRIGGER {_quoted(conn, each.name)}" for each in triggers]
        after = [each.sql for each in triggers]
    for each in before:
        conn.exec_driver_sql(each)
    yield
    for each in after:
        conn.exec_driver_sql(each)


def _go_on_counting(conn: Connection, table: Table) -> None:
    """SQLite counts from the highest number by itself."""
    column = table.autoincrement_column
    if column is None:
        return
    last = conn.execute(select(func.max(column))).scalar_one()
    counter = func.pg_get_serial_sequence(_quoted(conn, *filter(None, (table.schema, table.name))), column.name)
    if last is not None and conn.execute(select(counter)).scalar_one() is not None:
        conn.execute(select(func.setval(counter, last)))


def _named(conn: Connection, table: Table) -> sql.Identifier:
    return sql.Identifier(*filter(None, (conn.schema_for_object(table), table.name)))


def _quoted(conn: Connection, *names: str) -> str:
    return ".".join(map(conn.dialect.identifier_preparer.quote_identifier, names))

"""Insert many rows at once by the quickest way that each database has: COPY, or statements of many rows."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError

from storage.batches import chunks

Rows: TypeAlias = Sequence[Mapping[str, Any]]
_Bind: TypeAlias = Callable[[Any], Any]

_FEW: Final = 3
"""So many rows are inserted one by one where COPY, which is two more round trips, would gain nothing."""
_ROWS_AT_ONCE: Final = 100
"""Python's other threads run while SQLite does, and want to go on when it is done: once a statement, not once a row."""


def insert_all(conn: Connection, table: Table, rows: Rows) -> None:
    """Insert rows that all have the columns of the first one; defaults of a column are not asked for."""
    if not rows:
        return
    names = tuple(rows[0])
    values = _bound(table, names, rows, conn.dialect)
    if conn.dialect.name == "postgresql" and len(rows) > _FEW:
        _copy(conn, table, names, values)
        return
    for some in chunks(values, _ROWS_AT_ONCE):
        statement = _statement(_named(conn, table), names, len(some), conn.dialect.paramstyle)
        conn.exec_driver_sql(statement, tuple(chain.from_iterable(some)))


def _bound(table: Table, names: Sequence[str], rows: Rows, dialect: Dialect) -> list[tuple[Any, ...]]:
    """Return the values as the driver takes them, as the types of the columns say."""
    columns = []
    for name in names:
        bind = _processor(table, name, dialect)
        column = [row[name] for row in rows]
        columns.append(column if bind is None else _each_bound(bind, column))
    return list(zip(*columns, strict=True))


def _each_bound(bind: _Bind, values: Sequence[Any]) -> list[Any]:
    """Bind what is in many rows, such as their time, once."""
    bound = {name: bind(each) for name, each in {id(each): each for each in values}.items()}
    return [bound[id(each)] for each in values]


@lru_cache(maxsize=500)
def _processor(table: Table, name: str, dialect: Dialect) -> _Bind | None:
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(maxsize=1000)
def _statement(table: tuple[str, ...], names: tuple[str, ...], rows: int, paramstyle: str) -> str:
    mark = "?" if paramstyle == "qmark" else "%s"
    row = f"({', '.join(mark for _ in names)})"
    values = ", ".join(row for _ in range(rows))
    return f"INSERT INTO {_quoted(table)} ({_listed(names)}) VALUES {values}"  # noqa: S608 - names of our own


def _copy(conn: Connection, table: Table, names: tuple[str, ...], values: Sequence[tuple[Any, ...]]) -> None:
    import psycopg  # loaded already: it is the connection's
    from psycopg import sql

    from storage.bulk_load import CannotHold

    statement = f"COPY {_quoted(_named(conn, table))} ({_listed(names)}) FROM STDIN"
    driver: Any = conn.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(sql.SQL(statement)) as copy:
            for row in values:
                copy.write_row(row)
    except psycopg.DataError as error:  # its text would show the row
        raise CannotHold(f"a row of {table.name} holds what PostgreSQL cannot store ({error.sqlstate})") from None
    except psycopg.Error as error:
        raise DBAPIError.instance(
            statement,
            None,
            error,
            psycopg.Error,
            hide_parameters=True,
            connection_invalidated=driver.closed,
            dialect=conn.dialect,
        ) from None


def _named(conn: Connection, table: Table) -> tuple[str, ...]:
    return tuple(each for each in (conn.schema_for_object(table), table.name) if each)


def _quoted(names: tuple[str, ...]) -> str:
    return ".".join(f'"{each}"' for each in names)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{each}"' for each in names)

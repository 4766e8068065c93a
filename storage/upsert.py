"""Insert rows of which some may be there: SQLite and PostgreSQL say it in the same words, each in its own class."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def upsert(conn: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """Return an insert that has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if conn.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # loaded already: it is the connection's

    return postgresql.insert(table)

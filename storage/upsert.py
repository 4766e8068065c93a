"""Insert rows of which some may be there: SQLite and PostgreSQL say it in the same words, each in its own class."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)

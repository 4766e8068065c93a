"""Have the database say what the SHA-256 of a sealed incident is, to those too who may not read it."""

from sqlalchemy import ColumnElement, Connection, func

from storage.tables import incident


def sealed_sha256(conn: Connection) -> ColumnElement[str | None]:
    """Return it in hex, for a query of `incident`; null where nothing is sealed.

    On PostgreSQL it is a function of the owner's, which the auditor may call; on SQLite `storage/sqlite.py` has one.
    """
    if conn.dialect.name == "postgresql":
        return func.incidents.sealed_sha256(incident.c.event_id)
    return func.sha256_hex(incident.c.sealed)

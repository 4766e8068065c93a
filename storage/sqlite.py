"""Open a SQLite file so that transactions begin as said and survive a power cut."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from sqlite3 import SQLITE_BUSY
from sqlite3 import Connection as SqliteConnection
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

from storage.canonical import as_json
from storage.errors import DatabaseBusy
from storage.tables import INCIDENTS_SCHEMA

_WRITES = "altsieve_writes"
_BUSY_TIMEOUT_S = 30
READS_KIB = 8_192
WRITES_KIB = 262_144
"""Of pages, for the one connection that writes and has read so many: most leaves of the indexes of a million pairs."""
_LOG_PAGES = 64_000
"""The log is folded into the file each 256 MB of it: a page of an index that was changed often is written once then."""


def engine(path: Path, *, cache_kib: int = READS_KIB, connections: int = 5) -> Engine:
    """Of the connections so many stay open. What one has read it reads again after another one has written."""
    made = create_engine(
        f"sqlite:///{path}",
        execution_options={"schema_translate_map": {INCIDENTS_SCHEMA: None}},  # SQLite has no schemas
        hide_parameters=True,  # an exception must not show what was to be stored
        json_serializer=to_json,
        json_deserializer=msgspec.json.decode,
        pool_size=connections,
    )
    event.listen(made, "connect", _set_up)
    event.listen(made, "connect", lambda connection, _: connection.execute(f"PRAGMA cache_size = -{cache_kib}").close())
    event.listen(made, "begin", _begin)
    return made


@contextmanager
def begin(conn: Connection, *, writes: bool) -> Iterator[None]:
    conn.execution_options(**{_WRITES: writes})
    try:
        with conn.begin():
            yield
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", None) == SQLITE_BUSY:
            where = conn.engine.url.database
            raise DatabaseBusy(
                f"others have been writing to {where} all the while; try again when they are done"
            ) from None
        raise


def to_json(value: object) -> str:
    return as_json(value).decode()


def _set_up(connection: SqliteConnection, _record: Any) -> None:
    # sqlite3 of Python 3.11 would begin transactions by itself, deferred and not before DDL or SELECT: we begin them
    connection.isolation_level = None
    connection.create_function("sha256_hex", 1, _sha256_hex, deterministic=True)
    for pragma in (
        f"busy_timeout = {_BUSY_TIMEOUT_S * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        f"wal_autocheckpoint = {_LOG_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _sha256_hex(value: bytes | None) -> str | None:
    return None if value is None else sha256(value).hexdigest()


def _begin(conn: Connection) -> None:
    writes = conn.get_execution_options().get(_WRITES, False)
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

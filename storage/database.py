"""Open the SQLite file so that a transaction is one: begun as said, durable when committed, gone when rolled back."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, Self

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError

from storage.errors import NotMigrated, NotSupported
from storage.tables import INCIDENTS_SCHEMA

MIGRATIONS = Path(__file__).parent.parent / "migrations"
_WRITES = "altsieve_writes"
_BUSY_TIMEOUT_S = 30


class Database:
    """One database file. `read()` and `write()` are one transaction each; leaving the block commits it."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self.path = path

    @classmethod
    def open(cls, url: str) -> Self:
        path = _path_of(url)
        return cls(_engine(path), path)

    @property
    def folder(self) -> Path:
        """Where the keys, the checkpoints and the locks of runs are."""
        return self.path.parent

    def read(self) -> AbstractContextManager[Connection]:
        """One view of the database that later commits do not change."""
        return self._transaction(writes=False)

    def write(self) -> AbstractContextManager[Connection]:
        """Take the write lock at once, waiting up to 30 seconds for it; an exception undoes everything."""
        return self._transaction(writes=True)

    def is_new(self) -> bool:
        """Say whether nothing was ever laid down here."""
        if not self.path.exists():
            return True
        with self.read() as conn:
            return not inspect(conn).get_table_names()

    def require_migrated(self) -> None:
        found, needed = self._revision(), newest_revision()
        if found != needed:
            state = "has not been set up" if found is None else f"is at {found}, this version needs {needed}"
            raise NotMigrated(f"the database {self.path} {state}; type: altsieve db upgrade")

    def empty_log(self) -> bool:
        """Cut off the write-ahead log, which still holds what was deleted; False while somebody reads or writes."""
        if self._engine.dialect.name != "sqlite":
            return False  # a row that was deleted stays in PostgreSQL's files until VACUUM
        raw = self._engine.raw_connection()
        try:
            cursor: Any = raw.cursor()
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            raw.close()
        return bool(busy == 0)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        with self._engine.connect() as conn:
            conn.execution_options(**{_WRITES: writes})
            with conn.begin():
                yield conn

    def _revision(self) -> str | None:
        if self.is_new():
            return None
        with self.read() as conn:
            if not inspect(conn).has_table("alembic_version"):
                return None
            return conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def newest_revision() -> str:
    """Return the revision that the code of this version needs; Alembic, asked for it, takes a fifth of a second."""
    return max(each.name[:4] for each in (MIGRATIONS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def _path_of(url: str) -> Path:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise NotSupported("DATABASE_URL cannot be read; write it as sqlite:///folder/file.db") from None
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise NotSupported("only SQLite files are supported so far: set DATABASE_URL to sqlite:///folder/file.db")
    return Path(str(parsed.database)).absolute()


def _engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        execution_options={"schema_translate_map": {INCIDENTS_SCHEMA: None}},  # SQLite has no schemas
        hide_parameters=True,  # an exception must not show what was to be stored
        json_serializer=_to_json,
        json_deserializer=msgspec.json.decode,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _to_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _set_up(connection: SqliteConnection, _record: Any) -> None:
    # sqlite3 of Python 3.11 would begin transactions by itself, deferred and not before DDL or SELECT: we begin them
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_TIMEOUT_S * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(conn: Connection) -> None:
    writes = conn.get_execution_options().get(_WRITES, False)
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

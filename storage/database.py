"""Open the database so that a transaction is one: begun as said, durable when committed, gone when rolled back."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, Table, inspect, text
from sqlalchemy.engine import URL

from storage import sqlite
from storage.database_url import HOW_TO_WRITE_IT, named, parsed_url
from storage.errors import NotMigrated, NotSupported
from storage.locks import DatabaseLocks, FileLocks, Locks

MIGRATIONS = Path(__file__).parent.parent / "migrations"
IMPORTING = "importing"
"""Stands for the revision while `altsieve db import` fills the tables; if it is still there, that was killed."""
_FOLDER = Path("data")


class Left(StrEnum):
    """Where a database still holds what was deleted."""

    NOWHERE = "nowhere"
    LOG = "log"
    """Of SQLite: while somebody reads it, it is not cut off."""
    FILES = "files"
    """Of PostgreSQL: others read them, or only their owner may write them anew."""
    SERVER_LOG = "server-log"
    """Of PostgreSQL: until it is overwritten."""


class Database:
    """One database. `read()` and `write()` are one transaction each; leaving the block commits it.

    One writer is at work at a time, on PostgreSQL as on SQLite: what a transaction that writes has read is still so
    when it commits.
    """

    def __init__(self, engine: Engine, folder: Path, writer: Engine | None = None) -> None:
        """`writer` is the engine of transactions that write, where it is another one."""
        self._engine = engine
        self._writer = writer or engine
        self.folder = folder.absolute()
        """Where the keys, the checkpoints, the indexes and the logs are."""

    @classmethod
    def open(cls, url: str, folder: str | Path | None = None) -> Self:
        """`folder` is STATE_FOLDER; without it, that of the SQLite file, or `data`."""
        parsed = parsed_url(url)
        if parsed.get_backend_name() == "postgresql":
            from storage import postgresql  # its driver takes a tenth of a second to load

            return cls(postgresql.engine(parsed), Path(folder or _FOLDER))
        path = _path_of(parsed)
        writer = sqlite.engine(path, cache_kib=sqlite.WRITES_KIB, connections=1)
        return cls(sqlite.engine(path), Path(folder or path.parent), writer)

    @property
    def name(self) -> str:
        """Where it is, without user and password."""
        return named(self._engine.url)

    @property
    def dialect(self) -> str:
        """Return sqlite or postgresql."""
        return self._engine.dialect.name

    @cached_property
    def locks(self) -> Locks:
        """Locks that are free as soon as their process is gone."""
        return FileLocks(self.folder) if self.dialect == "sqlite" else DatabaseLocks(self._engine)

    def read(self) -> AbstractContextManager[Connection]:
        """One view of the database that later commits do not change."""
        return self._transaction(writes=False)

    def write(self) -> AbstractContextManager[Connection]:
        """Be the one that writes, at once or after waiting up to 30 seconds; an exception undoes everything."""
        return self._transaction(writes=True)

    def is_new(self) -> bool:
        """Say whether nothing was ever laid down here."""
        if self.dialect == "sqlite" and not Path(str(self._engine.url.database)).exists():
            return True
        with self.read() as conn:
            return not inspect(conn).get_table_names()

    @classmethod
    def open_migrated(cls, url: str, folder: str | Path | None = None) -> Self:
        """Open one that this version understands; raise `NotMigrated`, and leave no connection behind."""
        opened = cls.open(url, folder)
        try:
            opened.require_migrated()
        except BaseException:
            opened.close()
            raise
        return opened

    def require_migrated(self) -> None:
        """Raise `NotMigrated`; a database that the next release has brought up is still understood."""
        found, needed = self.revision(), newest_revision()
        if found == IMPORTING:
            state = "is being filled, or was left so by an import that was killed"
            raise NotMigrated(f"the database {self.name} {state}; type: altsieve db import DIR")
        if found is None or int(found) < int(needed):
            state = "has not been set up" if found is None else f"is at {found}, this version needs {needed}"
            raise NotMigrated(f"the database {self.name} {state}; type: altsieve db upgrade")
        if int(found) > int(needed) + 1:
            state = f"is at {found}, this version knows {needed}"
            raise NotMigrated(f"the database {self.name} {state}: install the release that brought it there")

    def revision(self) -> str | None:
        """Return which revision the tables are at; None if there are none; raise `NotSupported` for other tables."""
        if self.is_new():
            return None
        with self.read() as conn:
            known = inspect(conn).has_table("alembic_version")
            found = conn.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None
        if found != IMPORTING and not str(found).isdecimal():
            raise NotSupported(
                f"the database {self.name} has the tables of another program: give Altsieve one of its own"
            )
        return str(found)

    def wipe(self, *tables: Table) -> Left:
        """See that files and logs hold nothing more of what was deleted from tables, and say where they still do."""
        if self.dialect == "sqlite":
            return Left.NOWHERE if self.empty_log() else Left.LOG  # what is deleted from its file is overwritten
        from storage.postgresql_files import rewrite

        return Left.SERVER_LOG if rewrite(self._engine, tables) else Left.FILES

    def empty_log(self) -> bool:
        """Cut off SQLite's write-ahead log, which still holds what was deleted; False while somebody is at work."""
        if self.dialect != "sqlite":
            return False
        raw = self._engine.raw_connection()
        try:
            cursor: Any = raw.cursor()
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            raw.close()
        return bool(busy == 0)

    def close(self) -> None:
        self.locks.close()
        self._engine.dispose()
        self._writer.dispose()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        engine = self._writer if writes else self._engine
        with engine.connect() as conn, _begun(conn, writes=writes):
            yield conn


def newest_revision() -> str:
    """Return the revision that the code of this version needs; Alembic, asked for it, takes a fifth of a second."""
    return max(each.name[:4] for each in (MIGRATIONS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def _path_of(url: URL) -> Path:
    if url.database in (None, "", ":memory:"):
        raise NotSupported(f"a database in memory would be gone with its process; {HOW_TO_WRITE_IT}")
    return Path(str(url.database)).absolute()


def _begun(conn: Connection, *, writes: bool) -> AbstractContextManager[None]:
    if conn.dialect.name == "sqlite":
        return sqlite.begin(conn, writes=writes)
    from storage import postgresql

    return postgresql.begin(conn, writes=writes)

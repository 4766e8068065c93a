"""Lock what one process at a time may work on: the lock is free as soon as its process is gone, however it went."""

import fcntl
import hashlib
import os
import time
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from storage.errors import StorageError

_PAUSE_S: Final = 0.02
_LEAST_WAIT_S: Final = 0.2
"""A look at a lock holds it for an instant, so one failure does not mean that somebody has it."""


class Lock(Protocol):
    """A lock that this process holds."""

    def is_ours(self) -> bool:
        """Say whether it is so still: asked in a transaction that writes, it is so for all that this one does."""
        ...

    def release(self) -> None: ...


class Locks(Protocol):
    """The locks of an installation, by name."""

    def take(self, name: str, *, wait_s: float = 0.0) -> Lock | None:
        """Return None if somebody else has it until the wait is over."""
        ...

    def is_held(self, name: str) -> bool:
        """Say whether any process has it, this one included."""
        ...

    def close(self) -> None:
        """End what the locks need; those that are held are free after it if they need a connection."""
        ...


class FileLocks:
    """Locked files in a folder, for processes of one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, name: str, *, wait_s: float = 0.0) -> Lock | None:
        path, until = self._folder / f"{name}.lock", time.monotonic() + max(wait_s, _LEAST_WAIT_S)
        while (descriptor := _locked(path, fcntl.LOCK_EX)) is None:
            if time.monotonic() >= until:
                return None
            time.sleep(_PAUSE_S)
        return _FileLock(path, descriptor)

    def is_held(self, name: str) -> bool:
        path = self._folder / f"{name}.lock"
        if not path.exists():
            return False
        descriptor = _locked(path, fcntl.LOCK_SH)
        if descriptor is None:
            return True
        os.close(descriptor)
        return False

    def close(self) -> None:
        """A locked file needs nothing."""


class _FileLock:
    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor: int | None = descriptor

    def is_ours(self) -> bool:
        return self._descriptor is not None

    def release(self) -> None:
        if self._descriptor is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None


class DatabaseLocks:
    """Advisory locks of sessions of PostgreSQL, for processes of all machines; each has a connection of its own.

    A connection that breaks frees its lock while its process lives on, so a run is fenced besides (`run.holder`).
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held: set[_DatabaseLock] = set()

    def take(self, name: str, *, wait_s: float = 0.0) -> Lock | None:
        conn = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        until = time.monotonic() + max(wait_s, _LEAST_WAIT_S)
        try:
            while not conn.execute(select(func.pg_try_advisory_lock(lock_key(name)))).scalar_one():
                if time.monotonic() >= until:
                    conn.close()
                    return None
                time.sleep(_PAUSE_S)
        except BaseException:
            conn.invalidate()
            raise
        lock = _DatabaseLock(conn, self._held)
        self._held.add(lock)
        return lock

    def is_held(self, name: str) -> bool:
        """Asked of another session than the one that may have it."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            free = conn.execute(select(func.pg_try_advisory_lock_shared(lock_key(name)))).scalar_one()
            if free:
                conn.execute(select(func.pg_advisory_unlock_shared(lock_key(name))))
        return not free

    def close(self) -> None:
        for each in list(self._held):
            each.release()


class _DatabaseLock:
    def __init__(self, conn: Connection, among: "set[_DatabaseLock]") -> None:
        self._conn: Connection | None = conn
        self._among = among
        self._session = _session_of(conn)

    def is_ours(self) -> bool:
        """Not so once the session is another one: a connection that broke is made anew, and holds nothing."""
        if self._conn is None:
            return False
        try:
            return _session_of(self._conn) == self._session
        except (DBAPIError, StorageError):
            return False

    def release(self) -> None:
        if self._conn is not None:
            if not self._conn.invalidated:
                self._conn.detach()  # the session ends, and its lock with it
            self._conn.close()
            self._conn = None
            self._among.discard(self)


def _session_of(conn: Connection) -> int:
    return int(conn.execute(select(func.pg_backend_pid())).scalar_one())


def _locked(path: Path, kind: int) -> int | None:
    """Return the open and locked file; None if someone else has it, or has just removed it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        if path.exists() and os.fstat(descriptor).st_ino == path.stat().st_ino:
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


def lock_key(name: str) -> int:
    """Return the 64-bit key of an advisory lock."""
    return int.from_bytes(hashlib.sha256(f"altsieve:{name}".encode()).digest()[:8], signed=True)

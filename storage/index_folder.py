"""Keep the folder of index files beside the database, and tidy away what no list counts by."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from storage.database import Database
from storage.errors import NotReady
from storage.list_kinds import HASHES, HOSTS
from storage.list_revisions import newest_revisions

SUFFIXES: Final = {HOSTS: ".hosts", HASHES: ".hashes"}


class IndexNotWritten(NotReady):
    """An index file cannot be written or read."""


class IndexFolder:
    """Whoever writes to it holds its lock together with others, whoever tidies it holds it alone."""

    def __init__(self, database_folder: Path) -> None:
        self.path = database_folder / "indexes"

    @contextmanager
    def locked(self, kind: int) -> Iterator[bool]:
        """Say whether the lock was taken, which it is unless `kind` says not to wait."""
        try:
            self.path.mkdir(exist_ok=True)
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise IndexNotWritten(
                f"the folder of indexes cannot be written to ({error.strerror}): "
                "make room, or let the folder of the database be written to"
            ) from None
        try:
            yield _taken(descriptor, kind)
        finally:
            os.close(descriptor)

    def tidy(self, db: Database) -> None:
        """Remove what is of no newest revision, unless somebody is just building one."""
        with self.locked(fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
            if not alone:
                return
            with db.read() as conn:  # not before the lock is held: a revision may have been sealed until then
                newest = [(each, of) for of in SUFFIXES for each in newest_revisions(conn, of)]
            needed = {self.path / f"{each.list}@{each.number}{SUFFIXES[of]}" for each, of in newest}
            for found in self.path.glob("*@*"):
                if found not in needed:
                    found.unlink(missing_ok=True)


def tidy_indexes(db: Database) -> None:
    """Remove index files that nothing counts by; a folder that cannot be written to is left as it is."""
    with contextlib.suppress(IndexNotWritten, OSError):
        IndexFolder(db.folder).tidy(db)


def _taken(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind)
    except BlockingIOError:
        return False
    return True

"""Keep an index file for each blocklist beside the database, so that no run reads millions of rows."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from filters.indexes.entries import NotAnEntry
from filters.indexes.host_trie import BrokenIndex, EntryIndex, open_trie, write_trie
from storage.index_folder import IndexFolder, IndexNotWritten
from storage.list_kinds import HOSTS
from storage.list_revisions import Revision, require_as_recorded
from storage.tables import host_entry

BLOCK: Final = "block"
ALLOW: Final = "allow"
LIFT: Final = "lift"
"""What an entry does: block, be allowed by a person over every list, or lift what its own list blocks."""

_CHUNK = 10_000


class HostIndexes:
    """Each file is named after the revision it holds, and says inside which contents that is.

    Runs map them. A file may be removed while a run maps it: on POSIX its pages stay until the last map is gone.
    """

    def __init__(self, database_folder: Path) -> None:
        self._folder = IndexFolder(database_folder)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Nothing is tidied away until the block is left: a new index is of a revision that does not count yet."""
        with self._folder.locked(fcntl.LOCK_SH):
            yield

    def build(self, conn: Connection, name: str, number: int, digest: str) -> None:
        """Write the index of a revision that is sealed or about to be."""
        with _explained(name):
            path = self._path(name, number)
            write_trie(path, *(_entries(conn, name, number, action) for action in (BLOCK, LIFT)), digest=digest)

    def open(self, conn: Connection, revision: Revision) -> EntryIndex:
        """Return the index of a revision; where it is missing or broken, build it anew from rows that are whole."""
        try:
            return open_trie(self._path(revision.list, revision.number), revision.digest)
        except (BrokenIndex, OSError):
            require_as_recorded(conn, HOSTS, revision)
        with self.at_work(), _explained(revision.list):
            self.build(conn, revision.list, revision.number, revision.digest)
            return open_trie(self._path(revision.list, revision.number), revision.digest)

    def _path(self, name: str, number: int) -> Path:
        return self._folder.path / f"{name}@{number}.hosts"


def _entries(conn: Connection, name: str, number: int, action: str) -> Iterator[tuple[str, str]]:
    columns = select(host_entry.c.host, host_entry.c.why)
    counting = columns.where(HOSTS.counting_in(name, number), host_entry.c.action == action)
    for row in conn.execute(counting.order_by(host_entry.c.host), execution_options={"yield_per": _CHUNK}):
        yield row.host, row.why


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise IndexNotWritten(
            f"the index of blocklist {name} cannot be written ({error.strerror}): "
            "make room, or let the folder of the database be written to"
        ) from None
    except NotAnEntry:
        raise IndexNotWritten(f"blocklist {name} holds an entry that is in no form it could be found by") from None
    except BrokenIndex:
        raise IndexNotWritten(
            f"the index of blocklist {name} is broken as soon as it is written: check the disk"
        ) from None

"""Keep an index file for each list of known material beside the database, so that no run reads millions of rows."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, Connection, select

from filters.indexes.entry_columns import EntryPart, gather_parts
from filters.indexes.hash_image import BrokenIndex, open_hashes, write_gathered
from filters.indexes.hash_parts import HashParts
from filters.indexes.known import KNOWN_GOOD, KnownEntry
from storage.index_folder import IndexFolder, IndexNotWritten
from storage.list_kinds import HASHES
from storage.list_revisions import Revision, require_as_recorded
from storage.tables import hash_entry

SUFFIX: Final = ".hashes"
_CHUNK: Final = 10_000


class HashIndexes:
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
            gathered = gather_parts(_parts(conn, HASHES.counting_in(name, number)))
            write_gathered(self._path(name, number), gathered, digest)

    def open(self, conn: Connection, revision: Revision) -> HashParts:
        """Return the index of a revision; where it is missing or broken, build it anew from rows that are whole."""
        try:
            return open_hashes(self._path(revision.list, revision.number), revision.digest)
        except (BrokenIndex, OSError):
            require_as_recorded(conn, HASHES, revision)
        with self.at_work(), _explained(revision.list):
            self.build(conn, revision.list, revision.number, revision.digest)
            return open_hashes(self._path(revision.list, revision.number), revision.digest)

    def _path(self, name: str, number: int) -> Path:
        return self._folder.path / f"{name}@{number}{SUFFIX}"


def matching(conn: Connection, which: ColumnElement[bool]) -> Iterator[KnownEntry]:
    """Yield entries that can match."""
    for part in _parts(conn, which):
        yield from map(KnownEntry, *part)


def _parts(conn: Connection, which: ColumnElement[bool]) -> Iterator[EntryPart]:
    columns = [hash_entry.c[each] for each in ("type", "value", "category", "distance_bits", "severity", "id")]
    query = select(*columns).where(which, hash_entry.c.category != KNOWN_GOOD)
    for part in conn.execute(query, execution_options={"yield_per": _CHUNK}).partitions():
        yield EntryPart(*zip(*part, strict=True))


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise IndexNotWritten(
            f"the index of list {name} cannot be written ({error.strerror}): "
            "make room, or let the folder of the database be written to"
        ) from None
    except BrokenIndex:
        raise IndexNotWritten(f"the index of list {name} is broken as soon as it is written: check the disk") from None
    except (ValueError, KeyError):
        raise IndexNotWritten(f"list {name} holds an entry that is no hash of its type") from None

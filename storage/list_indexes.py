"""Keep an index file for each list of a kind beside the database, so that no run reads millions of rows."""

import fcntl
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from sqlalchemy import Connection

from filters.indexes.mapped_file import BrokenIndex
from storage.index_folder import SUFFIXES, IndexFolder, IndexNotWritten
from storage.list_kinds import Kind
from storage.list_revisions import Revision, require_as_recorded

Index = TypeVar("Index")


class ListIndexes(ABC, Generic[Index]):
    """Each file is named after the revision it holds, and says inside which contents that is.

    Runs map them. A file may be removed while a run maps it: on POSIX its pages stay until the last map is gone.
    """

    kind: ClassVar[Kind]
    misfits: ClassVar[tuple[type[Exception], ...]]
    """What is raised for an entry that the index has no place for."""
    misfit_is: ClassVar[str]

    def __init__(self, database_folder: Path) -> None:
        self._folder = IndexFolder(database_folder)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Nothing is tidied away until the block is left: a new index is of a revision that does not count yet."""
        with self._folder.locked(fcntl.LOCK_SH):
            yield

    def build(self, conn: Connection, name: str, number: int, digest: str) -> None:
        """Write the index of a revision that is sealed or about to be."""
        with self._explained(name):
            self._write(self._path(name, number), conn, name, number, digest)

    def open(self, conn: Connection, revision: Revision) -> Index:
        """Return the index of a revision; where it is missing or broken, build it anew from rows that are whole."""
        path = self._path(revision.list, revision.number)
        try:
            return self._map(path, revision.digest)
        except (BrokenIndex, OSError):
            require_as_recorded(conn, self.kind, revision)
        with self.at_work(), self._explained(revision.list):
            self.build(conn, revision.list, revision.number, revision.digest)
            return self._map(path, revision.digest)

    @abstractmethod
    def _write(self, path: Path, conn: Connection, name: str, number: int, digest: str) -> None: ...

    @abstractmethod
    def _map(self, path: Path, digest: str) -> Index: ...

    def _path(self, name: str, number: int) -> Path:
        return self._folder.path / f"{name}@{number}{SUFFIXES[self.kind]}"

    @contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise IndexNotWritten(
                f"the index of {self.kind.noun} {name} cannot be written ({error.strerror}): "
                "make room, or let the folder of the database be written to"
            ) from None
        except BrokenIndex:
            raise IndexNotWritten(
                f"the index of {self.kind.noun} {name} is broken as soon as it is written: check the disk"
            ) from None
        except self.misfits:
            raise IndexNotWritten(f"{self.kind.noun} {name} holds an entry that is {self.misfit_is}") from None

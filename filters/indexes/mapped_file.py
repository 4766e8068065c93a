"""Write a file whole or not at all, map it read-only, and notice if somebody writes to it all the same."""

import mmap
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, BufferedWriter
from pathlib import Path


class BrokenIndex(RuntimeError):
    """An index file is missing, cut, changed, of another revision, or does not find what was planted in it."""


@contextmanager
def written_whole(path: Path) -> Iterator[BufferedWriter]:
    """Give a file that takes the name `path` once all is written and on the disk."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def mapped(file: BufferedReader, length: int) -> memoryview:
    """Return so many bytes of a file, which all processes that map it share."""
    return memoryview(mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ))


class Written:
    """What tells whether an open file was written to. That another takes its name, or none, changes nothing in it."""

    def __init__(self, file: BufferedReader) -> None:
        self._descriptor = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._descriptor)
        self._state = self._now()

    def is_unchanged(self) -> bool:
        return self._now() == self._state

    def _now(self) -> tuple[int, int]:
        found = os.fstat(self._descriptor)
        return found.st_mtime_ns, found.st_size

"""Sort the entries of an import, each once, without holding them all in memory."""

import sqlite3
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

Key = tuple[str, ...]


class Staging:
    """A private temporary database, gone when the block is left; it waits for nobody and makes nobody wait.

    So a list of millions of lines is read and sorted before the write lock of the records is taken.
    """

    def __init__(self, width: int) -> None:
        self._names = ", ".join(f"key_{n}" for n in range(width))
        self._marks = ", ".join("?" * width)

    def __enter__(self) -> Self:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute(f"CREATE TABLE entry ({self._names})")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()

    def fill(self, keys: Iterable[Key]) -> None:
        self._db.execute("BEGIN")
        self._db.executemany(f"INSERT INTO entry VALUES ({self._marks})", keys)  # noqa: S608 - only question marks
        self._db.execute("COMMIT")

    def __iter__(self) -> Iterator[Key]:
        """Yield the keys in the order of their bytes."""
        yield from self._db.execute(
            f"SELECT DISTINCT {self._names} FROM entry ORDER BY {self._names}"  # noqa: S608 - our own column names
        )

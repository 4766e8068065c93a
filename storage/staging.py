"""Sort the entries of an import, and note how they differ from what a list holds, without holding them in memory."""

import itertools
import sqlite3
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

Key = tuple[str, ...]


class Staging:
    """A private temporary database, gone when the block is left; it waits for nobody and makes nobody wait.

    So a list of millions of lines is read, sorted and compared before the write lock of the records is taken.
    """

    added = 0
    ended = 0

    def __init__(self, width: int) -> None:
        self._names = ", ".join(f"key_{n}" for n in range(width))
        self._marks = ", ".join("?" * width)

    def __enter__(self) -> Self:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute(f"CREATE TABLE entry ({self._names})")
        self._db.execute(f"CREATE TABLE added ({self._names})")
        self._db.execute("CREATE TABLE ended (id INTEGER PRIMARY KEY)")
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

    def compare(self, current: Iterable[tuple[Key, int]]) -> None:
        """Note which keys are new, and the ids of those that are no more; `current` is sorted as the keys are."""
        self._db.execute("BEGIN")
        self._db.executemany(
            f"INSERT INTO added VALUES ({self._marks})",  # noqa: S608 - only question marks
            self._new(current),
        )
        self._db.execute("COMMIT")
        self.added, self.ended = self._count("added"), self._count("ended")

    def new_keys(self, most: int) -> Iterator[list[Key]]:
        """Yield the keys that are new, at most so many at once."""
        keys = self._db.execute(f"SELECT {self._names} FROM added ORDER BY rowid")  # noqa: S608 - our own names
        while chunk := list(itertools.islice(keys, most)):
            yield chunk

    def ended_ids(self, most: int) -> Iterator[list[int]]:
        ids = self._db.execute("SELECT id FROM ended ORDER BY id")
        while chunk := [row[0] for row in itertools.islice(ids, most)]:
            yield chunk

    def _new(self, current: Iterable[tuple[Key, int]]) -> Iterator[Key]:
        for key, gone in _differences(self, current):
            if gone is None:
                yield key
            else:
                self._db.execute("INSERT INTO ended VALUES (?)", (gone,))

    def _count(self, table: str) -> int:
        return int(self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own names


def _differences(wanted: Iterable[Key], current: Iterable[tuple[Key, int]]) -> Iterator[tuple[Key, int | None]]:
    """Walk two sorted lists at once: yield (key, None) of what is only wanted, (key, id) of what is only there."""
    there = iter(current)
    found = next(there, None)
    for key in wanted:
        while found is not None and found[0] < key:
            yield found
            found = next(there, None)
        if found is not None and found[0] == key:
            found = next(there, None)
        else:
            yield key, None
    if found is not None:
        yield found
    yield from there

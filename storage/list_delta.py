"""Hold what an exchange says of its entries until all of it is there, without holding it in memory."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from types import TracebackType
from typing import Final, Self

from storage.hash_formats.listed import ListedHash
from storage.hash_formats.updates import Update
from storage.list_lines import Rejection, RejectReason

_SAYS_NOTHING: Final = frozenset(
    {RejectReason.WRONG_LENGTH, RejectReason.NOT_HEX, RejectReason.UNKNOWN_TYPE, RejectReason.UNKNOWN_CATEGORY}
)
"""An update of which only this is left does not end what is known of its entry."""


class Delta:
    """A private temporary database of the newest update of each entry, gone when the block is left."""

    def __enter__(self) -> Self:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("CREATE TABLE entry (key TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID")
        self._db.execute("CREATE TABLE hash (key TEXT NOT NULL, type TEXT, value TEXT, category TEXT, severity TEXT)")
        self._db.execute("CREATE INDEX hash_key ON hash (key)")
        self._rejected: Counter[RejectReason] = Counter()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()

    def add(self, updates: Iterable[Update]) -> None:
        """Of two updates of one entry the newer counts, whatever order they come in; of two as old, the later."""
        self._db.execute("BEGIN")
        for each in updates:
            self._rejected.update(each.rejected)
            if not _says_nothing(each) and self._is_newest(each):
                self._put(each)
        self._db.execute("COMMIT")

    def names(self, key: str) -> bool:
        """Say whether an entry was updated or deleted; then only `hashes` holds what counts of it."""
        return self._db.execute("SELECT 1 FROM entry WHERE key = ?", (key,)).fetchone() is not None

    def hashes(self) -> Iterator[ListedHash]:
        rows = self._db.execute("SELECT type, value, category, key, severity FROM hash ORDER BY rowid")
        for type_, value, category, key, severity in rows:
            yield ListedHash(type=type_, value=value, category=category, source_entry=key, severity=severity)

    @property
    def taken(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM hash").fetchone()[0])

    @property
    def unreadable(self) -> int:
        return sum(count for reason, count in self._rejected.items() if reason in _SAYS_NOTHING)

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        by_count = sorted(self._rejected.items(), key=lambda each: (-each[1], each[0]))
        return tuple(Rejection(reason=reason.value, count=count, lines=()) for reason, count in by_count)

    def _is_newest(self, update: Update) -> bool:
        known = self._db.execute("SELECT at FROM entry WHERE key = ?", (update.key,)).fetchone()
        return known is None or update.at is None or known[0] <= _seconds(update.at)

    def _put(self, update: Update) -> None:
        self._db.execute("DELETE FROM hash WHERE key = ?", (update.key,))
        self._db.execute("INSERT OR REPLACE INTO entry VALUES (?, ?)", (update.key, _seconds(update.at)))
        rows = [(update.key, each.type, each.value, str(each.category), each.severity) for each in update.hashes or ()]
        self._db.executemany("INSERT INTO hash VALUES (?, ?, ?, ?, ?)", rows)


def _says_nothing(update: Update) -> bool:
    return update.hashes == () and not _SAYS_NOTHING.isdisjoint(update.rejected)


def _seconds(moment: datetime | None) -> float:
    """An update without a time is older than any with one that comes later."""
    return 0.0 if moment is None else moment.timestamp()

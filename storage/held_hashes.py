"""Keep the hashes of all that is held in one mapped file, and name those that new entries of lists may match.

What is named is only nominated: the filters judge it. So the file may name too much, and must never name too little:
it is brought up to date before each use, counted against the database, and compared key by key if the counts differ.
"""

import fcntl
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, delete, func, select, union_all

from storage.batches import chunks
from storage.database import Database
from storage.held_file import BLOCK_ROWS, Block, BrokenFile, HeldFile, Kind, Row
from storage.held_search import MOST_TARGETS, NearSearch, Positions, Target
from storage.rescan_entries import NewEntry
from storage.tables import measurement, picture, unindexed

FILE: Final = Path("indexes") / "held.hashes"
HASHER: Final = "altsieve-hasher"
_KINDS: Final[Mapping[str, Kind]] = {"pdq": Kind.PDQ, "phash16": Kind.PHASH16}
_EXACT: Final[Mapping[str, tuple[Kind, int]]] = {
    "sha256": (Kind.SHA256, 0),
    "md5": (Kind.MD5_SHA1, 0),
    "sha1": (Kind.MD5_SHA1, 4),
}
"""Where the digest of each type begins: in rows of this kind, at this word."""
_AT_ONCE: Final = 64
"""Blocks that are searched together."""
_ITEMS_AT_ONCE: Final = 5_000


class HeldHashes:
    """The file beside one database. Whatever reads or writes it holds its lock meanwhile."""

    def __init__(self, db: Database, *, block_rows: int = BLOCK_ROWS) -> None:
        self._db = db
        self._path = db.folder / FILE
        self._block_rows = block_rows

    def refresh(self) -> int:
        """Bring the file up to date, and return of how many pictures it has the hashes."""
        with self._locked():
            try:
                file = HeldFile.open(self._path)
            except BrokenFile:
                return self._built_anew()
            with self._db.read() as conn:
                news = dict(conn.execute(select(unindexed.c.sha256, unindexed.c.number)).all())
                file.forget(news)
                self._append(file, conn, news)
                held = _count(conn)
                if file.held() != held:
                    self._reconcile(file, conn)
            if file.held() != held:
                return self._built_anew()
            self._forget_news(news.values())
            return held

    def nominated(self, entries: Sequence[NewEntry], told: Callable[[float], None] = lambda share: None) -> set[str]:
        """Return the SHA-256 of each picture that an entry may match; `told` hears how much of it is done."""
        with self._locked():
            file = HeldFile.open(self._path)
            return set(file.digests_of(sorted(items_matched(entries, file.blocks, told))))

    def count(self) -> int:
        """Return of how many pictures it has the hashes."""
        with self._locked():
            return HeldFile.open(self._path).held()

    def digests(self) -> set[str]:
        """Return the SHA-256 of everything that is held."""
        with self._locked():
            return set(HeldFile.open(self._path).digests())

    def hashers(self) -> dict[str, int]:
        """Return how many pictures were measured by each version of the hasher; "0" stands for those never seen."""
        with self._locked():
            counts: Counter[int] = Counter()
            for block in HeldFile.open(self._path).blocks():
                versions, many = np.unique(block.words[7, block.kinds == Kind.MD5_SHA1], return_counts=True)
                counts.update(dict(zip(versions.tolist(), many.tolist(), strict=True)))
        return {str(version): count for version, count in sorted(counts.items())}

    def forget_gone(self, digests: Collection[str]) -> None:
        """Leave nothing of those of these pictures that the database does not have any more."""
        if not self._path.exists():
            return
        with self._db.read() as conn:
            there = {each["digests"]["sha256"] for some in chunks(digests) for each in _facts(conn, some)}
        self.forget(set(digests) - there)

    def gone(self, conn: Connection) -> set[str]:
        """Return the pictures whose hashes are still here, though the database does not have them any more."""
        if not self._path.exists():
            return set()
        try:
            return self.digests() - set(conn.execute(_keys()).scalars())
        except BrokenFile:  # nobody reads it, and it is built anew
            return set()

    def forget(self, digests: Iterable[str]) -> None:
        """Leave nothing of these pictures. A file that is broken is removed: the next one does not have them."""
        if not self._path.exists():
            return
        with self._locked():
            try:
                HeldFile.open(self._path).forget(digests)
            except BrokenFile:
                self._path.unlink(missing_ok=True)

    def _built_anew(self) -> int:
        file = HeldFile.create(self._path, block_rows=self._block_rows)
        with self._db.read() as conn:
            news = dict(conn.execute(select(unindexed.c.sha256, unindexed.c.number)).all())
            for rows in chunks(_facts(conn), _ITEMS_AT_ONCE):
                file.append(rows_of(each) for each in rows)
            held = _count(conn)
        self._forget_news(news.values())
        return held

    def _append(self, file: HeldFile, conn: Connection, digests: Iterable[str]) -> None:
        for some in chunks(digests):
            file.append(rows_of(each) for each in _facts(conn, some))

    def _reconcile(self, file: HeldFile, conn: Connection) -> None:
        """Something was deleted since, or written past the triggers."""
        there, keys = set(file.digests()), set(conn.execute(_keys()).scalars())
        file.forget(there - keys)
        self._append(file, conn, keys - there)

    def _forget_news(self, numbers: Iterable[int]) -> None:
        with self._db.write() as conn:
            for some in chunks(numbers):
                conn.execute(delete(unindexed).where(unindexed.c.number.in_(some)))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path.with_name("held.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def items_matched(
    entries: Sequence[NewEntry],
    blocks: Callable[[], Iterable[Block]],
    told: Callable[[float], None] = lambda share: None,
) -> set[int]:
    """Return the number of each item of which an entry may match a row; `blocks` are gone through more than once."""
    exact = _Exact(entries)
    batches = list(chunks(_targets(entries), MOST_TARGETS // 2)) or [[]]
    found: set[int] = set()
    for number, targets in enumerate(batches):
        search = NearSearch(targets)
        for some in chunks(blocks(), _AT_ONCE):
            found |= _items_near(search, some) | (exact.items(some) if number == 0 else set())
        told((number + 1) / len(batches))
    return found


def rows_of(facts: Mapping[str, Any]) -> list[Row]:
    """Return the hashes that are asked of a picture; `facts` as they are stored."""
    digests, shown = facts["digests"], facts["picture"] or {"views": ()}
    measured_by = dict(facts["measured_by"])
    rest = bytes.fromhex(digests["md5"] + digests["sha1"][:24]) + _version(measured_by.get(HASHER))
    pdq = dict.fromkeys(each for view in shown["views"] for each in (view["pdq"], *view["orientations"]))
    phash16 = dict.fromkeys(view["phash16"] for view in shown["views"])
    return [
        Row(kind=Kind.SHA256, value=bytes.fromhex(digests["sha256"])),
        Row(kind=Kind.MD5_SHA1, value=rest),
        *(Row(kind=Kind.PDQ, value=bytes.fromhex(each)) for each in pdq),
        *(Row(kind=Kind.PHASH16, value=bytes.fromhex(each)) for each in phash16),
    ]


def _version(version: str | None) -> bytes:
    return (int(version) if version is not None and version.isdecimal() else 0).to_bytes(4, "big")


def _targets(entries: Iterable[NewEntry]) -> Iterator[Target]:
    for each in entries:
        if each.type in _KINDS:
            yield Target(kind=_KINDS[each.type], value=bytes.fromhex(each.value), distance_bits=each.distance_bits)


def _items_near(search: NearSearch, blocks: Sequence[Block]) -> set[int]:
    found = search.near([(each.words, each.kinds) for each in blocks])
    return {int(item) for block, rows in zip(blocks, found, strict=True) for item in block.items[rows]}


class _Exact:
    """Digests are compared by their first 64 bits: what is nominated is compared in full by the filter."""

    def __init__(self, entries: Iterable[NewEntry]) -> None:
        heads: dict[str, set[int]] = {name: set() for name in _EXACT}
        for each in entries:
            if each.type in heads:
                heads[each.type].add(int(each.value[:16], 16))
        self._heads = {name: np.array(sorted(found), dtype=np.uint64) for name, found in heads.items() if found}

    def items(self, blocks: Iterable[Block]) -> set[int]:
        return {int(item) for block in blocks for name in self._heads for item in block.items[self._rows(name, block)]}

    def _rows(self, name: str, block: Block) -> Positions:
        kind, word = _EXACT[name]
        rows = np.flatnonzero(block.kinds == kind)
        heads = (block.words[word, rows].astype(np.uint64) << np.uint64(32)) | block.words[word + 1, rows]
        return rows[np.isin(heads, self._heads[name])]


def _keys() -> Any:
    return union_all(select(picture.c.sha256), select(measurement.c.sha256))


def _count(conn: Connection) -> int:
    return sum(
        int(conn.execute(select(func.count()).select_from(each)).scalar_one()) for each in (picture, measurement)
    )


def _facts(conn: Connection, digests: Sequence[str] | None = None) -> Iterator[Mapping[str, Any]]:
    for table in (picture, measurement):
        query = select(table.c.facts)
        if digests is not None:
            query = query.where(table.c.sha256.in_(digests))
        yield from conn.execute(query, execution_options={"yield_per": _ITEMS_AT_ONCE}).scalars()

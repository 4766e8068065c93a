"""Keep the hashes of all that is held in one mapped file, and name those that new entries of lists may match.

What is named is only nominated: the filters judge it. So the file may name too much, and must never name too little:
it is brought up to date before each use, counted against the database, and compared key by key if the counts differ.
"""

import fcntl
import os
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, delete, func, select, union_all

from storage.batches import chunks
from storage.database import Database
from storage.held_file import BLOCK_ROWS, BrokenFile, HeldFile, Kind, Row
from storage.held_matches import items_matched
from storage.rescan_entries import NewEntry
from storage.tables import held_index, measurement, picture, unindexed
from storage.upsert import upsert

FILE: Final = Path("indexes") / "held.hashes"
HASHER: Final = "altsieve-hasher"
_ITEMS_AT_ONCE: Final = 5_000


class HeldHashes:
    """The file beside one database. Whatever reads or writes it holds its lock meanwhile."""

    def __init__(self, db: Database, *, block_rows: int = BLOCK_ROWS) -> None:
        self._db = db
        self._path = db.folder / FILE
        self._block_rows = block_rows

    def refresh(self) -> int:
        """Bring the file up to date, and return of how many pictures it has the hashes.

        There may be files elsewhere, on another machine or in a backup; the database knows by a token which one took in
        last what `unindexed` no longer names, and any other one is built anew.
        """
        with self._locked():
            while (held := self._refreshed()) is None:
                pass  # another file was brought up to date meanwhile
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

    def _refreshed(self) -> int | None:
        """Return None if another file took something in while this one did."""
        try:
            return self._brought_up()
        except BrokenFile:
            return self._built_anew()

    def _brought_up(self) -> int | None:
        file = HeldFile.open(self._path)
        with self._db.read() as conn:
            if (token := _token(conn)) not in file.tokens:
                raise BrokenFile("another file took in what this one may lack")
            news = dict(conn.execute(select(unindexed.c.sha256, unindexed.c.number)).all())
            file.forget(news)
            self._append(file, conn, news)
            held = _count(conn)
            if file.held() != held:
                self._reconcile(file, conn)
        if file.held() != held:
            raise BrokenFile("this file does not have what the database has")
        return held if not news or self._took_in(file, token, news.values()) else None

    def _built_anew(self) -> int | None:
        file = HeldFile.create(self._path, block_rows=self._block_rows)
        with self._db.read() as conn:
            token = _token(conn)
            news = dict(conn.execute(select(unindexed.c.sha256, unindexed.c.number)).all())
            for rows in chunks(_facts(conn), _ITEMS_AT_ONCE):
                file.append(rows_of(each) for each in rows)
            held = _count(conn)
        return held if self._took_in(file, token, news.values()) else None

    def _took_in(self, file: HeldFile, before: str | None, numbers: Iterable[int]) -> bool:
        """Note that this file has what these rows name, unless the token is not any more what it was `before`."""
        token = secrets.token_hex(16)
        file.mark(*filter(None, (before, token)))
        with self._db.write() as conn:
            if _token(conn) != before:
                return False
            row = upsert(conn, held_index).values(id=1, token=token)
            conn.execute(row.on_conflict_do_update(index_elements=[held_index.c.id], set_={"token": token}))
            for some in chunks(numbers):
                conn.execute(delete(unindexed).where(unindexed.c.number.in_(some)))
        return True

    def _append(self, file: HeldFile, conn: Connection, digests: Iterable[str]) -> None:
        for some in chunks(digests):
            file.append(rows_of(each) for each in _facts(conn, some))

    def _reconcile(self, file: HeldFile, conn: Connection) -> None:
        """Something was deleted since, or written past the triggers."""
        there, keys = set(file.digests()), set(conn.execute(_keys()).scalars())
        file.forget(there - keys)
        self._append(file, conn, keys - there)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path.with_name("held.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


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


def _token(conn: Connection) -> str | None:
    return conn.execute(select(held_index.c.token)).scalar_one_or_none()


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

"""Map a file of the hashes of all that is held: columns in blocks, appended to, and blanked in place.

It is derived: what does not look as it was left is `BrokenFile`, and is built anew. A row is one hash of one item, and
all rows of an item stand together; the first is its SHA-256. A block holds the rows column by column, the hash word by
word, as `storage.held_search` reads it. The header says how many rows count; what stands behind them never does.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from storage.held_search import WORDS, Kinds, Words, words_of

Items: TypeAlias = npt.NDArray[np.uint32]

BLOCK_ROWS: Final = 1 << 16
_FORM: Final = "held hashes 2"
_HEADER_BYTES: Final = 4096


class BrokenFile(RuntimeError):
    """The file is missing, or not as it was left: it must be built anew."""


class Kind(IntEnum):
    """What the hash of a row is."""

    GONE = 0
    """Its item is no longer held; nothing of the hash is left."""
    PDQ = 1
    PHASH16 = 2
    SHA256 = 3
    MD5_SHA1 = 4
    """The MD5, and after it the first half of the SHA-1 that fits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One hash of 32 bytes."""

    kind: Kind
    value: bytes

    def __repr__(self) -> str:
        return f"<Row {self.kind.name}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Rows of the file, as they are mapped; whoever writes to `words` and `kinds` writes to the file."""

    words: Words
    items: Items
    kinds: Kinds


def block_of(items: Iterable[Sequence[Row]], *, first: int = 0) -> Block:
    """Return the rows of items in memory; the first item has this number."""
    numbered = [(number, row) for number, item in enumerate(items, first) for row in item]
    return Block(
        words=words_of([row.value for _, row in numbered]),
        items=np.array([number for number, _ in numbered], dtype=np.uint32),
        kinds=np.array([row.kind for _, row in numbered], dtype=np.uint8),
    )


class HeldFile:
    """One process writes to it at a time: who does holds the lock of a re-scan, or that of a withdrawal."""

    def __init__(self, path: Path, block_rows: int) -> None:
        self._path = path
        self._dtype = _dtype(block_rows)
        self._block_rows = block_rows
        self._rows = self._items = 0
        self.tokens: tuple[str, ...] = ()
        """The token of what it holds, and the one before, which counts as long as the database has not the new one."""

    @classmethod
    def create(cls, path: Path, *, block_rows: int = BLOCK_ROWS) -> Self:
        """Begin an empty one in place of whatever is there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        file = cls(path, block_rows)
        file._write_header()
        return file

    @classmethod
    def open(cls, path: Path) -> Self:
        header = _read_header(path)
        file = cls(path, header["block_rows"])
        file._rows, file._items, file.tokens = header["rows"], header["items"], tuple(header["tokens"])
        if path.stat().st_size < file._size() or not file._ends_as_left():
            raise BrokenFile("the column file of held hashes is not as it was left")
        return file

    def __len__(self) -> int:
        """How many rows it has, those of items that are gone included."""
        return self._rows

    def append(self, items: Iterable[Sequence[Row]]) -> None:
        """Add the rows of items; they count once all are durable."""
        new = block_of(items, first=self._items)
        if not len(new.kinds):
            return
        before, self._rows, self._items = self._rows, self._rows + len(new.kinds), int(new.items[-1]) + 1
        self._write_rows(before, new.words, new.items, new.kinds)
        self._write_header()

    def mark(self, *tokens: str) -> None:
        """Say durably by which tokens the database may know it."""
        self.tokens = tokens
        self._write_header()

    def grow(self, rows: int, *, items: int) -> None:
        """Have so many rows and items, whose columns the caller fills in at once."""
        self._rows, self._items = rows, items
        with self._path.open("r+b") as file:
            file.truncate(self._size())
        self._write_header()

    def blocks(self, *, to_write: bool = False) -> Iterator[Block]:
        if self._rows == 0:
            return
        mapped = self._mapped(writable=to_write)
        for number in range(len(mapped)):
            count = min(self._block_rows, self._rows - number * self._block_rows)
            block = mapped[number]
            words, items, kinds = block["words"][:, :count], block["items"][:count], block["kinds"][:count]
            yield Block(words=words, items=items, kinds=kinds)
        if to_write:
            mapped.flush()

    def digests_of(self, items: npt.ArrayLike) -> list[str]:
        """Return the SHA-256 of items, of those that are not gone."""
        wanted = np.unique(np.asarray(items, dtype=np.uint32))
        found: list[str] = []
        for block in self.blocks() if len(wanted) else ():
            rows = np.flatnonzero(block.kinds == Kind.SHA256)
            rows = rows[np.isin(block.items[rows], wanted)]
            found += [each.tobytes().hex() for each in block.words[:, rows].T.astype(">u4")]
        return found

    def forget(self, digests: Iterable[str]) -> int:
        """Leave nothing of these pictures; return how many there were."""
        wanted = {bytes.fromhex(each) for each in digests}
        gone = self._items_of(wanted) if wanted else np.empty(0, dtype=np.uint32)
        for block in self.blocks(to_write=True) if len(gone) else ():
            theirs = np.isin(block.items, gone)
            if theirs.any():
                block.words[:, theirs] = 0
                block.kinds[theirs] = Kind.GONE
        return len(gone)

    def digests(self) -> Iterator[str]:
        """Yield the SHA-256 of all that is held."""
        for block in self.blocks():
            rows = np.flatnonzero(block.kinds == Kind.SHA256)
            yield from (each.tobytes().hex() for each in block.words[:, rows].T.astype(">u4"))

    def held(self) -> int:
        """Return how many items are not gone."""
        return sum(int(np.count_nonzero(block.kinds == Kind.SHA256)) for block in self.blocks())

    def _items_of(self, digests: set[bytes]) -> Items:
        first = np.unique([int.from_bytes(each[:4], "big") for each in digests]).astype(np.uint32)
        found = []
        for block in self.blocks():
            rows = np.flatnonzero(block.kinds == Kind.SHA256)
            rows = rows[np.isin(block.words[0, rows], first)]
            found += [int(block.items[row]) for row in rows if block.words[:, row].astype(">u4").tobytes() in digests]
        return np.array(sorted(found), dtype=np.uint32)

    def _write_rows(self, at: int, words: Words, items: Items, kinds: Kinds) -> None:
        with self._path.open("r+b") as file:
            file.truncate(self._size())
        mapped, done = self._mapped(writable=True), 0
        while done < len(kinds):
            number, start = divmod(at + done, self._block_rows)
            count = min(self._block_rows - start, len(kinds) - done)
            block, to, source = mapped[number], slice(start, start + count), slice(done, done + count)
            block["words"][:, to] = words[:, source]
            block["items"][to] = items[source]
            block["kinds"][to] = kinds[source]
            done += count
        mapped.flush()

    def _mapped(self, *, writable: bool) -> Any:
        blocks = -(-self._rows // self._block_rows)
        mode: Literal["r", "r+"] = "r+" if writable else "r"
        return np.memmap(self._path, dtype=self._dtype, mode=mode, offset=_HEADER_BYTES, shape=(blocks,))

    def _size(self) -> int:
        return _HEADER_BYTES + -(-self._rows // self._block_rows) * self._dtype.itemsize

    def _ends_as_left(self) -> bool:
        if self._rows == 0:
            return self._items == 0
        last = self._mapped(writable=False)[-1]
        at = (self._rows - 1) % self._block_rows
        return bool(last["items"][at] == self._items - 1) and int(last["kinds"][at]) in set(Kind)

    def _write_header(self) -> None:
        counts = {"block_rows": self._block_rows, "rows": self._rows, "items": self._items}
        said = {"form": _FORM, **counts, "tokens": self.tokens}
        with self._path.open("r+b") as file:
            file.write(json.dumps(said).encode().ljust(_HEADER_BYTES))
            file.flush()
            os.fsync(file.fileno())


def _dtype(block_rows: int) -> np.dtype[Any]:
    return np.dtype(
        [("words", "<u4", (WORDS, block_rows)), ("items", "<u4", (block_rows,)), ("kinds", "u1", (block_rows,))]
    )


def _read_header(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(_HEADER_BYTES))
    except (OSError, ValueError):
        raise BrokenFile("the column file of held hashes cannot be read") from None
    counts = [said.get(each) for each in ("block_rows", "rows", "items")] if isinstance(said, dict) else []
    sound = len(counts) == 3 and all(type(each) is int and each >= 0 for each in counts) and counts[0]
    if not sound or said.get("form") != _FORM or not isinstance(said.get("tokens"), list):
        raise BrokenFile("the column file of held hashes is of another form")
    return dict(said)

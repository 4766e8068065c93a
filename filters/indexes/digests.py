"""Find files by an exact digest in a list of known material."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from filters.indexes.canary import CanaryMissed

TYPES: Final = ("sha256", "sha1", "md5")
"""Strongest first."""
_HEAD_BYTES: Final = 8
_CHECKED_EVERY: Final = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestTable:
    """Digests in their order: the first eight bytes of each as a number, and the bytes after those; one is planted."""

    heads: npt.NDArray[np.uint64]
    tails: npt.NDArray[np.uint8]
    planted: int

    @classmethod
    def of(cls, values: npt.NDArray[np.uint8], planted: bytes) -> tuple["DigestTable", npt.NDArray[np.uint32]]:
        """Return the table of digests, all of one length, and for each row which of the values it is."""
        rows = np.concatenate((values, np.frombuffer(planted, dtype=np.uint8)[None, : values.shape[1]]))
        heads = np.ascontiguousarray(rows[:, :_HEAD_BYTES]).view(">u8").ravel().astype("<u8")
        order = np.argsort(heads, kind="stable").astype(np.uint32)
        at = int(np.flatnonzero(order == len(values))[0])
        return cls(heads=heads[order], tails=rows[order, _HEAD_BYTES:], planted=at), order

    def value(self, row: int) -> bytes:
        return int(self.heads[row]).to_bytes(_HEAD_BYTES, "big") + bytes(self.tails[row].tobytes())


class DigestIndex:
    """Answers for one type of digest; a position is a row of the table."""

    def __init__(self, table: DigestTable, planted: bytes) -> None:
        self.table = table
        self._planted = planted[: _HEAD_BYTES + table.tails.shape[1]]
        self._asked = 0
        self.check()

    def __len__(self) -> int:
        return len(self.table.heads) - 1

    def find(self, digest: bytes) -> list[int]:
        """Return the position of every entry with this digest."""
        self._asked += 1
        if self._asked % _CHECKED_EVERY == 0:
            self.check()
        return [row for row in self._rows(digest) if row != self.table.planted]

    def check(self) -> None:
        if self.table.planted not in self._rows(self._planted):
            raise CanaryMissed("the index of known digests does not find the entry planted in it")

    def _rows(self, digest: bytes) -> list[int]:
        head = np.uint64(int.from_bytes(digest[:_HEAD_BYTES], "big"))
        tail = digest[_HEAD_BYTES:]
        first, end = (int(np.searchsorted(self.table.heads, head, side=side)) for side in _SIDES)
        return [row for row in range(first, end) if self.table.tails[row].tobytes() == tail]


_SIDES: Final[tuple[Any, Any]] = ("left", "right")

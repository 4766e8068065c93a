"""Find all 256-bit hashes within a distance of another, missing none.

Two hashes at most 31 bits apart differ by at most one bit in a certain one of eleven words, or by at most two in some
other: were it more in each, they would be 32 apart. So a few looks into a table of each word find every one of them.
Where so many looks would be needed that it is no faster, and for few entries, all are compared. Every index is asked
for a planted entry at its start and from time to time: indexes that lost entries when they were saved are why
(`facebook/ThreatExchange` issue 1318).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from filters.indexes.canary import CanaryMissed
from filters.indexes.hamming_table import (
    FEW,
    WORDS,
    HammingTable,
    Positions,
    Rows,
    as_values,
    chunks,
    lanes_of,
    listed,
    place_of,
    ranges,
    spread_flips,
)

_Distances: TypeAlias = npt.NDArray[np.uint16]

_CHECKED_EVERY: Final = 4096
_AT_ONCE: Final = 1 << 14
"""Rows compared at once when all are: half a megabyte, which stays in the cache."""
_COST_OF_A_LOOK: Final = 8
"""A row that a table leads to costs so many times one of those that are compared in their order."""


class HammingIndex:
    """Answers exactly; `values` are 32 bytes each, and a position is an index into them."""

    def __init__(self, values: Sequence[bytes], *, few: int = FEW) -> None:
        planted = hashlib.sha256(b"canary" + b"".join(values)).digest()
        table, order = HammingTable.of(as_values(values), planted, few=few)
        self._begin(table, planted, order)

    @classmethod
    def over(cls, table: HammingTable, planted: bytes) -> "HammingIndex":
        """Return an index of a table in which this hash was planted; a position is a row of it."""
        index = cls.__new__(cls)
        index._begin(table, planted, None)
        return index

    def value(self, position: int) -> bytes:
        """Return the hash at a position of an index over a table."""
        return bytes(self.table.rows[position].astype(">u8").tobytes())

    def _begin(self, table: HammingTable, planted: bytes, order: Positions | None) -> None:
        self.table = table
        self._order = order
        self._planted = planted
        self._asked = 0
        self.check()

    def __len__(self) -> int:
        return len(self.table.rows) - 1

    def within(self, query: bytes, distance_bits: int) -> list[tuple[int, int]]:
        """Return (position, distance) of every entry at most `distance_bits` away, nearest first."""
        self._asked += 1
        if self._asked % _CHECKED_EVERY == 0:
            self.check()
        rows, distances = self._search(query, distance_bits)
        found = {int(row): int(far) for row, far in zip(rows, distances, strict=True) if row != self.table.planted}
        order = self._order
        at = found.items() if order is None else ((int(order[row]), far) for row, far in found.items())
        return sorted(at, key=lambda each: (each[1], each[0]))

    def check(self) -> None:
        """Ask for the planted entry, as it is and at the edge of what each way of searching must find."""
        for distance_bits in (0, 15, 31, 47, 48):
            rows, distances = self._search(spread_flips(self._planted, distance_bits), distance_bits)
            if (self.table.planted, distance_bits) not in zip(rows.tolist(), distances.tolist(), strict=True):
                raise CanaryMissed("the index of known hashes does not find the entry planted in it")

    def _search(self, query: bytes, distance_bits: int) -> tuple[npt.NDArray[np.intp], _Distances]:
        """Return rows and how far they are; a row may come more than once."""
        asked, table = lanes_of(query), self.table
        looks = _looks(table.word_bits, distance_bits) if table.word_bits else None
        per_look = len(table.rows) >> table.word_bits
        if looks is None or looks.count * (1 + per_look) * _COST_OF_A_LOOK > len(table.rows):
            return _compare_all(table.rows, asked, distance_bits)
        candidates = _candidates(table, looks, asked)
        distances = _distances(table.rows.take(candidates, axis=0), asked)
        near = np.flatnonzero(distances <= distance_bits)
        return candidates[near], distances[near]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Looks:
    """Which bits to flip in which word, those of the first word first."""

    word: npt.NDArray[np.intp]
    flips: Positions
    of_first: int

    @property
    def count(self) -> int:
        return len(self.flips)


@cache
def _looks(word_bits: int, distance_bits: int) -> _Looks:
    """Allow flips in each word so that one more in every word would add up to more than the distance."""
    at_most, more = divmod(distance_bits + 1, WORDS)
    allowed = [at_most if word < more else at_most - 1 for word in range(WORDS)]
    masks = [_masks(word_bits, flips) for flips in allowed]
    word = np.repeat(np.arange(WORDS), [len(each) for each in masks])
    return _Looks(word=word, flips=np.concatenate(masks), of_first=len(masks[0]))


@cache
def _masks(word_bits: int, flips: int) -> Positions:
    chosen = (bits for count in range(flips + 1) for bits in combinations(range(word_bits), count))
    return np.array([sum(1 << bit for bit in bits) for bits in chosen], dtype=np.uint32)


def _candidates(table: HammingTable, looks: _Looks, asked: Rows) -> npt.NDArray[np.intp]:
    """Return each row that has some word near enough to the query's, as often as it has one."""
    assert table.lists is not None  # noqa: S101 -- a table of words has all of them
    assert table.starts is not None  # noqa: S101 -- likewise
    values = _words(asked, table.word_bits)[looks.word] ^ looks.flips
    at = looks.word * table.starts.shape[1] + values
    starts = table.starts.ravel()
    begins = starts.take(at).astype(np.intp)
    lengths = starts.take(at + 1).astype(np.intp) - begins
    first = looks.of_first
    in_lists = begins[first:] + (looks.word[first:] - 1) * len(table.rows)
    in_order = ranges(begins[:first], lengths[:first])
    return np.concatenate((in_order, listed(table.lists, ranges(in_lists, lengths[first:]))))


def _words(asked: Rows, bits: int) -> Positions:
    lanes, shifts = _places(bits)
    return ((asked[lanes] >> shifts) & np.uint64((1 << bits) - 1)).astype(np.uint32)


@cache
def _places(bits: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.uint64]]:
    places = [place_of(word, bits) for word in range(WORDS)]
    return np.array([lane for lane, _ in places]), np.array([shift for _, shift in places], dtype=np.uint64)


def _compare_all(rows: Rows, asked: Rows, distance_bits: int) -> tuple[npt.NDArray[np.intp], _Distances]:
    found, distances = [np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.uint16)]
    for part in chunks(len(rows), _AT_ONCE):
        far = _distances(rows[part], asked)
        near = np.flatnonzero(far <= distance_bits)
        if near.size:
            found.append(near + part.start)
            distances.append(far[near])
    return np.concatenate(found), np.concatenate(distances)


def _distances(rows: Rows, asked: Rows) -> _Distances:
    bits = np.bitwise_count(rows ^ asked)
    far: _Distances = bits[:, 0].astype(np.uint16)
    for lane in range(1, bits.shape[1]):
        far += bits[:, lane]
    return far

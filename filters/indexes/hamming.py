"""Find all 256-bit hashes within a distance of another, missing none.

A hash is 16 words of 16 bits. If two hashes differ by at most 31 bits, some word differs by at most one bit, so 17
looks into a table of each word find every one of them; by at most 47, two bits and 137 looks. Farther, and for few
entries, all are compared. Tables are built from data at every start, never loaded, and checked with a planted entry:
indexes that lost entries when they were saved are why (`facebook/ThreatExchange` issue 1318).
"""

import hashlib
from collections.abc import Sequence
from itertools import combinations
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Positions: TypeAlias = npt.NDArray[np.intp]

HASH_BYTES: Final = 32
_WORDS: Final = 16
_WORD_BITS: Final = 16
_WORD_VALUES: Final = 1 << _WORD_BITS
_MOST_FLIPS: Final = 2
_FEW: Final = 10_000
"""Up to here comparing all is faster."""


class CanaryMissed(RuntimeError):
    """An index did not find what was planted in it: it must not be asked."""


class HammingIndex:
    """Answers exactly; `values` are 32 bytes each, and a position is an index into them."""

    def __init__(self, values: Sequence[bytes], *, few: int = _FEW) -> None:
        if any(len(each) != HASH_BYTES for each in values):
            raise ValueError("a hash has 32 bytes")
        self._count = len(values)
        self._canary = hashlib.sha256(b"canary" + b"".join(values)).digest()
        rows = np.frombuffer(b"".join((*values, self._canary)), dtype=">u2").reshape(-1, _WORDS).astype(np.uint16)
        self._lanes = np.ascontiguousarray(rows.view(np.uint64).T)
        self._tables = _Tables(rows) if self._count > few else None
        self.check()

    def __len__(self) -> int:
        return self._count

    def within(self, query: bytes, distance_bits: int) -> list[tuple[int, int]]:
        """Return (position, distance) of every entry at most `distance_bits` away, nearest first."""
        positions, distances = self._search(query, distance_bits)
        found = [(int(at), int(far)) for at, far in zip(positions, distances, strict=True) if at < self._count]
        return sorted(found, key=lambda each: (each[1], each[0]))

    def check(self) -> None:
        """Ask for the planted entry, as it is and at the edge of what each way of searching must find."""
        for distance_bits in (0, 15, 31, 47, 48):
            positions, distances = self._search(_spread_flips(self._canary, distance_bits), distance_bits)
            if (self._count, distance_bits) not in zip(positions.tolist(), distances.tolist(), strict=True):
                raise CanaryMissed("the index of known hashes does not find the entry planted in it")

    def _search(self, query: bytes, distance_bits: int) -> tuple[Positions, npt.NDArray[np.uint16]]:
        words = np.frombuffer(query, dtype=">u2").astype(np.uint16)
        if words.size != _WORDS:
            raise ValueError("a hash has 32 bytes")
        flips = distance_bits // _WORDS
        if self._tables is None or flips > _MOST_FLIPS:
            positions, lanes = np.arange(self._count + 1, dtype=np.intp), self._lanes
        else:
            positions = self._tables.near(words, flips)
            lanes = self._lanes[:, positions]
        distances = np.bitwise_count(lanes ^ words.view(np.uint64)[:, None]).sum(axis=0, dtype=np.uint16)
        near = distances <= distance_bits
        return positions[near], distances[near]


class _Tables:
    """For each of the 16 words: where the entries with each value of it are (compressed sparse rows)."""

    def __init__(self, rows: npt.NDArray[np.uint16]) -> None:
        count = len(rows)
        self._entries = np.concatenate([np.argsort(rows[:, word], kind="stable") for word in range(_WORDS)]).astype(
            np.uint32
        )
        counts = [np.bincount(rows[:, word], minlength=_WORD_VALUES) for word in range(_WORDS)]
        self._starts = np.stack([_running_starts(each) + word * count for word, each in enumerate(counts)])

    def near(self, words: npt.NDArray[np.uint16], flips: int) -> Positions:
        """Return each entry that has some word at most `flips` bits from the query's."""
        values = words[:, None] ^ _FLIPPED[flips]
        table = np.arange(_WORDS)[:, None]
        starts = self._starts[table, values].ravel()
        lengths = self._starts[table, values.astype(np.intp) + 1].ravel() - starts
        return np.unique(self._entries[_ranges(starts, lengths)]).astype(np.intp)


def _running_starts(counts: Positions) -> Positions:
    return np.concatenate(([0], np.cumsum(counts)))


def _ranges(starts: Positions, lengths: Positions) -> Positions:
    """Return starts[0], starts[0] + 1, ... for the first length, then those of the second, and so on."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())


def _spread_flips(value: bytes, bits: int) -> bytes:
    """Flip bits spread evenly over the words: the hardest case for a search word by word."""
    flipped = int.from_bytes(value, "big")
    for number in range(bits):
        word, within = number % _WORDS, number // _WORDS
        flipped ^= 1 << (word * _WORD_BITS + within * 5)
    return flipped.to_bytes(HASH_BYTES, "big")


def _masks(flips: int) -> npt.NDArray[np.uint16]:
    chosen = (bits for count in range(flips + 1) for bits in combinations(range(_WORD_BITS), count))
    return np.array([sum(1 << bit for bit in bits) for bits in chosen], dtype=np.uint16)


_FLIPPED: Final = tuple(_masks(flips) for flips in range(_MOST_FLIPS + 1))

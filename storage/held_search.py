"""Find which of many millions of hashes are near one of a few thousand, missing none.

A hash is 8 words of 32 bits. If two hashes differ by at most 31 bits, some word differs by at most 3. For three windows
of 24 bits in each word a table says which values are that near to a target; what passes all three is looked up by
halves of the word, one of which differs by at most one bit, and compared in full. Tables are small and all rows are
asked for one word before the next, because that is what fits into a processor's cache. Targets that reach farther, and
few ones, are compared with every row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Words: TypeAlias = npt.NDArray[np.uint32]
"""Eight rows: one for each word of the hashes, most significant first."""
Kinds: TypeAlias = npt.NDArray[np.uint8]
Positions: TypeAlias = npt.NDArray[np.intp]

WORDS: Final = 8
HASH_BITS: Final = 256
MOST_TARGETS: Final = 2048
"""So many at once: with more, most rows would pass the tables."""
_NEAR_BITS: Final = 31
_WORD_FLIPS: Final = 3
_WINDOW_BITS: Final = 24
_WINDOWS: Final = (8, 0, 4)
"""How far each is from the end of the word."""
_HALF_BITS: Final = 16
_HALVES: Final = (0, 1)
_FEW: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A hash of one kind, and how far a row of that kind may be from it or from its complement."""

    kind: int
    value: bytes
    distance_bits: int

    def __repr__(self) -> str:
        return f"<Target of kind {self.kind}>"


def words_of(values: Sequence[bytes]) -> Words:
    """Return hashes of 32 bytes word by word."""
    return np.ascontiguousarray(np.frombuffer(b"".join(values), dtype=">u4").astype(np.uint32).reshape(-1, WORDS).T)


class NearSearch:
    """Answers exactly: which rows are near any target. An inverted picture is asked for as well."""

    def __init__(self, targets: Sequence[Target], *, few: int = _FEW) -> None:
        if len(targets) * 2 > MOST_TARGETS:
            raise ValueError("too many targets at once")
        self._words = words_of([each.value for each in targets])
        self._words = np.concatenate([self._words, ~self._words], axis=1)
        self._kinds = np.array([each.kind for each in targets] * 2, dtype=np.uint8)
        self._reaches = np.array([each.distance_bits for each in targets] * 2, dtype=np.uint16)
        tabled = self._reaches <= _NEAR_BITS
        tabled &= np.count_nonzero(tabled) > few
        self._compared = np.flatnonzero(~tabled)
        self._tables = _Tables(self._words, np.flatnonzero(tabled)) if tabled.any() else None

    def near(self, blocks: Sequence[tuple[Words, Kinds]]) -> list[Positions]:
        """Return for each block of rows the positions of those that are near a target of their kind, in order."""
        found = [[self._near_one(*block, int(target)) for target in self._compared] for block in blocks]
        for number in range(WORDS if self._tables else 0):
            for (words, kinds), of_block in zip(blocks, found, strict=True):
                of_block += [self._verified(words, kinds, *each) for each in self._pairs(number, words[number])]
        return [np.unique(np.concatenate([np.empty(0, dtype=np.intp), *of_block])) for of_block in found]

    def _pairs(self, number: int, word: npt.NDArray[np.uint32]) -> list[tuple[Positions, Positions]]:
        return [] if self._tables is None else self._tables.candidates(number, word)

    def _near_one(self, words: Words, kinds: Kinds, target: int) -> Positions:
        distances = np.bitwise_count(words ^ self._words[:, target, None]).sum(axis=0, dtype=np.uint16)
        return np.flatnonzero((distances <= self._reaches[target]) & (kinds == self._kinds[target]))

    def _verified(self, words: Words, kinds: Kinds, rows: Positions, targets: Positions) -> Positions:
        distances = np.bitwise_count(words[:, rows] ^ self._words[:, targets]).sum(axis=0, dtype=np.uint16)
        found: Positions = rows[(distances <= self._reaches[targets]) & (kinds[rows] == self._kinds[targets])]
        return found


class _Tables:
    def __init__(self, words: Words, targets: Positions) -> None:
        # one large array, because the system backs it with large pages: looking into it is twice as fast
        self._windows = np.empty((WORDS, len(_WINDOWS), 1 << (_WINDOW_BITS - 3)), dtype=np.uint8)
        near = np.empty(1 << _WINDOW_BITS, dtype=np.bool_)
        for number, at in product(range(WORDS), range(len(_WINDOWS))):
            self._windows[number, at] = _near_table(_window(words[number, targets], _WINDOWS[at]), near)
        self._halves = [[_Half(_half(word[targets], half), targets) for half in _HALVES] for word in words]
        self._words = words

    def candidates(self, number: int, word: npt.NDArray[np.uint32]) -> list[tuple[Positions, Positions]]:
        """Return pairs of (rows, targets) of which this word differs by few enough bits, some of them twice."""
        first, *others = zip(_WINDOWS, self._windows[number], strict=True)
        rows = np.flatnonzero(_passing(*first, word))
        for window in others:
            rows = rows[_passing(*window, word[rows]) != 0]
        values = word[rows]
        pairs = []
        for half in _HALVES:
            at, targets = self._halves[number][half].near(_half(values, half))
            few = np.bitwise_count(values[at] ^ self._words[number, targets]) <= _WORD_FLIPS
            pairs.append((rows[at[few]], targets[few]))
        return pairs


class _Half:
    """Which targets have each value of half a word, or one that differs by a bit (compressed sparse rows)."""

    def __init__(self, values: npt.NDArray[np.uint32], targets: Positions) -> None:
        near = (values[:, None] ^ _HALF_MASKS).ravel()
        order = np.argsort(near, kind="stable")
        self._targets = np.repeat(targets, len(_HALF_MASKS))[order]
        counts = np.bincount(near, minlength=1 << _HALF_BITS)
        self._starts = np.concatenate(([0], np.cumsum(counts)))

    def near(self, values: npt.NDArray[np.uint32]) -> tuple[Positions, Positions]:
        """Return pairs of (position in `values`, target)."""
        starts = self._starts[values]
        lengths = self._starts[values.astype(np.intp) + 1] - starts
        before = np.cumsum(lengths) - lengths
        at = np.repeat(np.arange(len(values)), lengths)
        return at, self._targets[np.repeat(starts - before, lengths) + np.arange(len(at))]


def _near_table(values: npt.NDArray[np.uint32], near: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """Return a bit for each value of a window: whether it differs from one of these by few enough bits."""
    near[:] = False
    for mask in _WINDOW_MASKS:
        near[values ^ mask] = True
    return np.packbits(near, bitorder="little")


def _passing(at: int, table: npt.NDArray[np.uint8], word: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    """Return for each value a number that is 0 if its window is not in the table."""
    bits = (word >> np.uint32(at)).astype(np.uint8) & np.uint8(7)
    bytes_ = (_window(word, at) >> np.uint32(3)).astype(np.intp)
    passing: npt.NDArray[np.uint8] = table.take(bytes_, mode="clip") & np.left_shift(np.uint8(1), bits)
    return passing


def _window(word: npt.NDArray[np.uint32], at: int) -> npt.NDArray[np.uint32]:
    return (word >> np.uint32(at)) & np.uint32((1 << _WINDOW_BITS) - 1)


def _half(values: npt.NDArray[np.uint32], half: int) -> npt.NDArray[np.uint32]:
    return values >> np.uint32(_HALF_BITS) if half == 0 else values & np.uint32((1 << _HALF_BITS) - 1)


_HALF_MASKS: Final = np.array([0, *(1 << bit for bit in range(_HALF_BITS))], dtype=np.uint32)
_WINDOW_MASKS: Final = np.array(
    [
        sum(1 << bit for bit in bits)
        for count in range(_WORD_FLIPS + 1)
        for bits in combinations(range(_WINDOW_BITS), count)
    ],
    dtype=np.uint32,
)

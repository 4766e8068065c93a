"""Find which of many millions of hashes are near one of a few thousand, missing none.

A hash is 8 words of 32 bits. If two hashes differ by at most 31 bits, some word differs by at most 3. For three windows
of 24 bits in each word a table says which values are that near to a target; what passes all three is looked up by
halves of the word, one of which differs by at most one bit, and compared in full. Tables are small, all rows are asked
for one word before the next, and what is computed of a block goes where that of the block before was, because that is
what fits into a processor's cache. Targets that reach farther, and few ones, are compared with every row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Words: TypeAlias = npt.NDArray[np.uint32]
"""Eight rows: one for each word of the hashes, most significant first."""
Kinds: TypeAlias = npt.NDArray[np.uint8]
Positions: TypeAlias = npt.NDArray[np.intp]

WORDS: Final = 8
MOST_TARGETS: Final = 2048
"""So many at once: with more, most rows would pass the tables."""
_NEAR_BITS: Final = 31
_WORD_FLIPS: Final = 3
_WINDOW_BITS: Final = 24
_WINDOW_MASK: Final = np.uint32((1 << _WINDOW_BITS) - 1)
_WINDOWS: Final = (8, 0, 4)
"""How far each is from the end of the word."""
_NO_ROWS: Final = np.empty(0, dtype=np.intp)
_NO_WORDS: Final = np.empty(0, dtype=np.uint32)
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
        self._tabled_kinds = np.zeros(1 << 8, dtype=np.bool_)
        self._tabled_kinds[self._kinds[tabled]] = True
        self._tables = _Tables(self._words, np.flatnonzero(tabled)) if tabled.any() else None

    def near(self, blocks: Sequence[tuple[Words, Kinds]]) -> list[Positions]:
        """Return for each block of rows the positions of those that are near a target of their kind, in order."""
        found = [[self._near_one(*block, int(target)) for target in self._compared] for block in blocks]
        if self._tables is not None and blocks:
            asked = [_Asked(words, self._tabled_kinds[kinds]) for words, kinds in blocks]
            for number in range(WORDS):
                pairs = zip(blocks, self._tables.candidates(number, asked), found, strict=True)
                for (words, kinds), each, of_block in pairs:
                    of_block.append(self._verified(words, kinds, *each))
        return [np.unique(np.concatenate([_NO_ROWS, *of_block])) for of_block in found]

    def _near_one(self, words: Words, kinds: Kinds, target: int) -> Positions:
        distances = np.bitwise_count(words ^ self._words[:, target, None]).sum(axis=0, dtype=np.uint16)
        return np.flatnonzero((distances <= self._reaches[target]) & (kinds == self._kinds[target]))

    def _verified(self, words: Words, kinds: Kinds, rows: Positions, targets: Positions) -> Positions:
        distances = np.bitwise_count(words[:, rows] ^ self._words[:, targets]).sum(axis=0, dtype=np.uint16)
        found: Positions = rows[(distances <= self._reaches[targets]) & (kinds[rows] == self._kinds[targets])]
        return found


class _Asked:
    """Rows of a block, of which only some are of a kind that is asked for."""

    def __init__(self, words: Words, asked: npt.NDArray[np.bool_]) -> None:
        self._words = words
        self._rows = None if asked.all() else np.flatnonzero(asked)

    @property
    def count(self) -> int:
        return self._words.shape[1] if self._rows is None else len(self._rows)

    def word(self, number: int, room: "_Room") -> npt.NDArray[np.uint32]:
        if self._rows is None:
            whole: npt.NDArray[np.uint32] = self._words[number]
            return whole
        return np.take(self._words[number], self._rows, out=room.word[: len(self._rows)], mode="clip")

    def rows(self, of_asked: Positions) -> Positions:
        return of_asked if self._rows is None else self._rows[of_asked]


class _Tables:
    def __init__(self, words: Words, targets: Positions) -> None:
        # one large array, because the system backs it with large pages: looking into it is twice as fast
        self._windows = np.empty((WORDS, len(_WINDOWS), 1 << (_WINDOW_BITS - 3)), dtype=np.uint8)
        for number, at in product(range(WORDS), range(len(_WINDOWS))):
            self._windows[number, at] = _near_table(_window(words[number, targets], _WINDOWS[at]))
        self._halves = [[_Half(_half(word[targets], half), targets) for half in _HALVES] for word in words]
        self._words = words
        self._room = _Room()

    def candidates(self, number: int, asked: Sequence[_Asked]) -> list[tuple[Positions, Positions]]:
        """Return for each block pairs of (rows, targets) of which this word differs by few bits, some of them twice."""
        self._room.have(max((each.count for each in asked), default=0))
        passed = [self._passing(number, 0, each.word(number, self._room)) for each in asked]
        for window in range(1, len(_WINDOWS)):
            passed = [self._passing(number, window, *each) for each in passed]
        ends = np.cumsum([len(rows) for _, rows in passed])
        at, targets = self._pairs(number, np.concatenate([_NO_WORDS, *(values for values, _ in passed)]))
        parts = np.searchsorted(at, ends[:-1])
        rows = np.concatenate([_NO_ROWS, *(rows for _, rows in passed)])[at]
        in_parts = zip(asked, np.split(rows, parts), np.split(targets, parts), strict=True)
        return [(each.rows(rows), targets) for each, rows, targets in in_parts]

    def _passing(
        self, number: int, window: int, values: npt.NDArray[np.uint32], rows: Positions | None = None
    ) -> tuple[npt.NDArray[np.uint32], Positions]:
        """Return the values that are in a table, and which they are."""
        passing = self._room.passing(_WINDOWS[window], self._windows[number, window], values)
        return values.take(passing), passing if rows is None else rows.take(passing)

    def _pairs(self, number: int, values: npt.NDArray[np.uint32]) -> tuple[Positions, Positions]:
        """Return pairs of (position in `values`, target), in the order of positions."""
        pairs = []
        for half in _HALVES:
            at, targets = self._halves[number][half].near(_half(values, half))
            few = np.bitwise_count(values[at] ^ self._words[number, targets]) <= _WORD_FLIPS
            pairs.append((at[few], targets[few]))
        at, targets = (np.concatenate(each) for each in zip(*pairs, strict=True))
        order = np.argsort(at, kind="stable")
        return at[order], targets[order]


class _Room:
    """Where intermediate results of so many rows go: asking the system for room each time takes longer than they do."""

    def __init__(self) -> None:
        self._rows = -1
        self.have(0)

    def have(self, rows: int) -> None:
        if rows > self._rows:
            self._rows = rows
            self.word = np.empty(rows, dtype=np.uint32)
            self._values = np.empty(rows, dtype=np.uint32)
            self._bytes = np.empty(rows, dtype=np.intp)
            self._bits = np.empty(rows, dtype=np.uint8)
            self._found = np.empty(rows, dtype=np.uint8)

    def passing(self, at: int, table: npt.NDArray[np.uint8], word: npt.NDArray[np.uint32]) -> Positions:
        """Return the positions of those values of which a window is in a table."""
        count = len(word)
        values, bytes_, bits, found = (each[:count] for each in (self._values, self._bytes, self._bits, self._found))
        np.right_shift(word, np.uint32(at), out=values)
        np.bitwise_and(values, _WINDOW_MASK, out=values)
        np.right_shift(values, np.uint32(3), out=bytes_, casting="unsafe")
        table.take(bytes_, out=found, mode="clip")
        np.copyto(bits, values, casting="unsafe")
        np.bitwise_and(bits, np.uint8(7), out=bits)
        np.right_shift(found, bits, out=found)
        np.bitwise_and(found, np.uint8(1), out=found)
        return np.flatnonzero(found.view(np.bool_))


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


def _near_table(values: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    """Return a bit for each value of a window: whether it differs from one of these by few enough bits."""
    these = np.zeros(1 << _WINDOW_BITS, dtype=np.bool_)
    these[values] = True
    near = np.packbits(these, bitorder="little").view(np.uint64)
    for _ in range(_WORD_FLIPS):
        near = _one_flip_more(near)
    return near.view(np.uint8)


def _one_flip_more(near: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Add what differs by a bit from something that is in: first a bit that tells places in a number apart."""
    more = near.copy()
    for shift, first in _PLACES:
        more |= ((near >> shift) & first) | ((near & first) << shift)
    for bit in range(_WINDOW_BITS - len(_PLACES)):
        halves, those = (each.reshape(-1, 2, 1 << bit) for each in (near, more))
        for half in (0, 1):
            np.bitwise_or(those[:, half], halves[:, 1 - half], out=those[:, half])
    return more


def _window(word: npt.NDArray[np.uint32], at: int) -> npt.NDArray[np.uint32]:
    return (word >> np.uint32(at)) & _WINDOW_MASK


def _half(values: npt.NDArray[np.uint32], half: int) -> npt.NDArray[np.uint32]:
    return values >> np.uint32(_HALF_BITS) if half == 0 else values & np.uint32((1 << _HALF_BITS) - 1)


_HALF_MASKS: Final = np.array([0, *(1 << bit for bit in range(_HALF_BITS))], dtype=np.uint32)
_PLACES: Final = tuple(
    (np.uint64(1 << bit), np.uint64(sum(1 << at for at in range(64) if not at >> bit & 1))) for bit in range(6)
)
"""How far apart places in a number of 64 bits are that differ by a bit, and which is the first of each pair."""

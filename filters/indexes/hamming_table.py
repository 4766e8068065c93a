"""Lay 256-bit hashes out so that those which share 20 bits with another, or nearly, stand together.

Eleven stretches of up to 20 bits, none of which overlap, are the words of a hash. Rows are sorted by their first word,
and for each other word there is a list of rows in its order; a table of starts says where the rows with each value of a
word begin. A list has three bytes for a row, or four if there are too many: ten million hashes take 320 MB as rows, 300
MB as lists and 46 MB as starts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Rows: TypeAlias = npt.NDArray[np.uint64]
Positions: TypeAlias = npt.NDArray[np.uint32]
Lists: TypeAlias = npt.NDArray[np.uint8]
"""For each word but the first, and each row in its order, the bytes of where the row is, the least first."""

HASH_BYTES: Final = 32
LANES: Final = 4
LANE_BITS: Final = 64
WORDS: Final = 11
MOST_WORD_BITS: Final = 20
LEAST_WORD_BITS: Final = 4
FEW: Final = 10_000
"""Up to here comparing all is faster."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HammingTable:
    """`rows` are hashes as four numbers each, one of them planted; without `lists` and `starts` all are compared."""

    rows: Rows
    planted: int
    word_bits: int = 0
    lists: Lists | None = None
    starts: Positions | None = None

    @classmethod
    def of(cls, values: npt.NDArray[np.uint8], planted: bytes, *, few: int = FEW) -> tuple["HammingTable", Positions]:
        """Return the table of hashes, 32 bytes each, and for each row which of the values it is."""
        bits = word_bits_for(len(values), few=few)
        rows, order = sorted_rows(values, planted, bits)
        at = int(np.flatnonzero(order == len(values))[0])
        if not bits:
            return cls(rows=rows, planted=at), order
        tables = [word_table(rows, word, bits) for word in range(WORDS)]
        lists, starts = np.stack([packed(each) for each, _ in tables[1:]]), np.stack([each for _, each in tables])
        return cls(rows=rows, planted=at, word_bits=bits, lists=lists, starts=starts), order


def word_bits_for(count: int, *, few: int = FEW) -> int:
    """Return how long the words are to be, 0 for so few hashes that tables would not pay.

    Up to a million, about one row has each value of a word.
    """
    if count <= few:
        return 0
    return max(LEAST_WORD_BITS, min(MOST_WORD_BITS, count.bit_length() - 1))


def sorted_rows(values: npt.NDArray[np.uint8], planted: bytes, bits: int) -> tuple[Rows, Positions]:
    """Return the hashes and the planted one as rows in the order of their first word, and that order."""
    rows = np.empty((len(values) + 1, LANES), dtype="<u8")
    rows[:-1] = values.reshape(-1, HASH_BYTES).view(">u8")
    rows[-1] = lanes_of(planted)
    if not bits:
        return rows, np.arange(len(rows), dtype=np.uint32)
    order = _order(words_of(rows, 0, bits))
    return rows[order], order


def word_table(rows: Rows, word: int, bits: int) -> tuple[Positions, Positions]:
    """Return the rows in the order of a word, and where those with each value of it begin."""
    values = words_of(rows, word, bits)
    counts = np.bincount(values, minlength=1 << bits)
    starts = np.zeros((1 << bits) + 1, dtype=np.uint32)
    np.cumsum(counts, out=starts[1:])
    return _order(values), starts


def position_bytes(rows: int) -> int:
    """Return how many bytes say where each of so many rows is."""
    return 3 if rows <= 1 << 24 else 4


def packed(positions: Positions) -> Lists:
    """Return positions in their bytes; all of them are there."""
    in_bytes = positions.astype("<u4").view(np.uint8).reshape(-1, 4)
    return np.ascontiguousarray(in_bytes[:, : position_bytes(len(positions))])


def listed(lists: Lists, at: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the positions that stand at some places of all lists laid end to end."""
    width = lists.shape[2]
    found = np.zeros((len(at), 4), dtype=np.uint8)
    found[:, :width] = lists.reshape(-1, width).take(at, axis=0)
    return found.view("<u4").ravel().astype(np.intp)


def words_of(rows: Rows, word: int, bits: int) -> Positions:
    lane, shift = place_of(word, bits)
    return ((rows[:, lane] >> np.uint64(shift)) & np.uint64((1 << bits) - 1)).astype(np.uint32)


def place_of(word: int, bits: int) -> tuple[int, int]:
    """Return in which lane a word lies, and how many bits of the lane come after it."""
    lane, within = divmod(word, -(-WORDS // LANES))
    return lane, LANE_BITS - within * MOST_WORD_BITS - bits


def lanes_of(value: bytes) -> Rows:
    if len(value) != HASH_BYTES:
        raise ValueError("a hash has 32 bytes")
    return np.frombuffer(value, dtype=">u8").astype("<u8")


def as_values(values: Sequence[bytes]) -> npt.NDArray[np.uint8]:
    if any(len(each) != HASH_BYTES for each in values):
        raise ValueError("a hash has 32 bytes")
    return np.frombuffer(b"".join(values), dtype=np.uint8).reshape(-1, HASH_BYTES)


def ranges(starts: npt.NDArray[np.intp], lengths: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return starts[0], starts[0] + 1, ... for the first length, then those of the second, and so on."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())


def spread_flips(value: bytes, bits: int) -> bytes:
    """Flip bits spread evenly over the words: the hardest case for a search word by word."""
    flipped = int.from_bytes(value, "big")
    for number in range(bits):
        lane, after = place_of(number % WORDS, number // WORDS + 1)
        flipped ^= 1 << ((LANES - 1 - lane) * LANE_BITS + after)
    return flipped.to_bytes(HASH_BYTES, "big")


def chunks(count: int, size: int) -> Iterator[slice]:
    return (slice(start, start + size) for start in range(0, count, size))


def _order(values: Positions) -> Positions:
    """Sort value and position together as one number: far faster than to sort positions by value."""
    keys = values.astype(np.uint64) << np.uint64(32)
    keys |= np.arange(len(values), dtype=np.uint64)
    keys.sort()
    return keys.astype(np.uint32)

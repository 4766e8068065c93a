"""Note what is overwritten in a file, and let parts of it that lie in several places be read and overwritten as one."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final, TypeAlias

from filters.facts import Private
from filters.measure.private_metadata.patches import Patch

Range: TypeAlias = tuple[int, int]
"""Offset of the first byte, and that after the last."""
_JOINED_BYTES: Final = 8
"""Patches that lie so near each other are sent as one: each costs about as much."""


class Unremovable(Exception):
    """What is private cannot be taken out of this file without harm; `failure` is a stable code."""

    def __init__(self, failure: str) -> None:
        super().__init__(failure)
        self.failure = failure


class Broken(Exception):
    """A block cannot be read as what it should be: whoever knows its bounds blanks it whole."""


class Edits:
    """What is overwritten in one file. The copy of it is made with the first change."""

    def __init__(self, body: bytes) -> None:
        self.body: bytes | bytearray = body
        self.removed: set[Private] = set()
        self._original = body
        self._ranges: list[Range] = []

    def put(self, at: int, new: bytes, *what: Private) -> None:
        """Overwrite; what is so already is no change, and says nothing of what was there."""
        end = at + len(new)
        if self.body[at:end] == new:
            return
        if not isinstance(self.body, bytearray):
            self.body = bytearray(self.body)
        self.body[at:end] = new
        self._ranges.append((at, end))
        self.removed.update(what)

    def block(self, *places: Range) -> "Block":
        return Block(self, places)

    def patches(self) -> tuple[Patch, ...]:
        """Return what differs from the original, in order and without overlaps."""
        return tuple(
            Patch(offset=start, replacement=bytes(self.body[start:end])) for start, end in _merged(sorted(self._ranges))
        )


class Block:
    """Bytes of a file that belong together, wherever they lie; `data` is what they were when it was made."""

    __slots__ = ("_edits", "_places", "_starts", "data")

    def __init__(self, edits: Edits, places: Sequence[Range]) -> None:
        pieces = [bytes(edits.body[start:end]) for start, end in places]
        self.data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self._edits = edits
        self._places = places
        self._starts = list(accumulate(map(len, pieces), initial=0))

    def __len__(self) -> int:
        return len(self.data)

    def put(self, at: int, new: bytes, *what: Private) -> None:
        """Overwrite from `at` on, counted from the block's beginning; nothing beyond its end is touched."""
        for first, start, end in self._pieces(at, at + len(new)):
            self._edits.put(start, new[first - at : first - at + end - start], *what)

    def fill(self, start: int, end: int, *what: Private, filler: bytes = b"\0") -> None:
        self.put(start, filler * (end - start), *what)

    def part(self, start: int, end: int) -> "Block":
        return Block(self._edits, [(first, last) for _, first, last in self._pieces(start, end)])

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield for each place that is touched where in the block that begins, and where in the file it lies."""
        number = bisect_right(self._starts, start) - 1
        while number < len(self._places) and self._starts[number] < end:
            at, following = self._starts[number : number + 2]
            low, high = max(start, at), min(end, following)
            if low < high:
                first = self._places[number][0] - at
                yield low, first + low, first + high
            number += 1


def minus(ranges: Iterable[Range], kept: Iterable[Range]) -> Iterator[Range]:
    """Yield what is left of the ranges without those that are kept, in order."""
    held = list(_merged(sorted(kept), within=0))
    number = 0
    for start, end in _merged(sorted(ranges), within=0):
        while number < len(held) and held[number][1] <= start:
            number += 1
        following = number
        while following < len(held) and held[following][0] < end:
            if start < held[following][0]:
                yield start, held[following][0]
            start = max(start, held[following][1])
            following += 1
        if start < end:
            yield start, end


def overlap(touched: Iterable[Range], others: Iterable[Range]) -> bool:
    """Tell whether any range that is to be touched shares a byte with another one, or with one of the others."""
    end_of_any = end_of_touched = 0
    ranges = [*((*each, True) for each in touched), *((*each, False) for each in others)]
    for start, end, is_touched in sorted(ranges):
        if start < (end_of_any if is_touched else end_of_touched) and start < end:
            return True
        end_of_any = max(end_of_any, end)
        if is_touched:
            end_of_touched = max(end_of_touched, end)
    return False


def _merged(ranges: Sequence[Range], within: int = _JOINED_BYTES) -> Iterator[Range]:
    """Join ranges that are in order, and no more than so many bytes apart."""
    start, end = ranges[0] if ranges else (0, 0)
    for first, last in ranges:
        if first > end + within:
            yield start, end
            start, end = first, last
        end = max(end, last)
    if ranges:
        yield start, end

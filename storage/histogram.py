"""Count numbers in bins of equal width, without knowing beforehand where they lie."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_FINEST: Final = -10
_MOST_BINS: Final = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """Numbers from `low` up to but not including `high`, by kind."""

    low: float
    high: float
    counts: Counter[str]


@dataclass(kw_only=True, slots=True)
class Histogram:
    """Counts by kind, such as stored and refused. Memory is bounded whatever comes, and counts are exact.

    Edges are whole multiples of a width that is a power of two, from 1/1024 on; it doubles whenever more than 64 bins
    would be needed, so that two bins become one and the result does not depend on the order of the numbers.
    """

    _exponent: int = _FINEST
    _counts: dict[int, Counter[str]] = field(default_factory=dict)

    def add(self, value: float, kind: str) -> None:
        """Raise `ValueError` for what is no finite number."""
        if not math.isfinite(value):
            raise ValueError("only finite numbers can be counted")
        number = self._number(value)
        while number not in self._counts and self._span(number) > _MOST_BINS:
            self._double()
            number = self._number(value)
        self._counts.setdefault(number, Counter())[kind] += 1

    def bins(self, most: int = _MOST_BINS) -> Iterator[Bin]:
        """Yield the bins from the lowest to the highest that holds anything, empty ones between; at most `most`."""
        if not self._counts:
            return
        coarse = Histogram(_exponent=self._exponent, _counts={at: Counter(each) for at, each in self._counts.items()})
        while coarse._span(min(coarse._counts)) > most:
            coarse._double()
        width = math.ldexp(1.0, coarse._exponent)
        for at in range(min(coarse._counts), max(coarse._counts) + 1):
            yield Bin(low=at * width, high=(at + 1) * width, counts=coarse._counts.get(at, Counter()))

    def total(self) -> int:
        return sum(each.total() for each in self._counts.values())

    def _number(self, value: float) -> int:
        """Return which bin it is in, in whole numbers: these have no greatest."""
        numerator, denominator = value.as_integer_ratio()
        if self._exponent < 0:
            return (numerator << -self._exponent) // denominator
        return numerator // (denominator << self._exponent)

    def _span(self, number: int) -> int:
        return max(number, *self._counts) - min(number, *self._counts) + 1 if self._counts else 1

    def _double(self) -> None:
        self._exponent += 1
        halves, self._counts = self._counts, {}
        for at, counts in halves.items():
            self._counts.setdefault(at >> 1, Counter()).update(counts)

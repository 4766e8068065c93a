"""Choose round numbers for an axis, and say where a number lies on it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """Numbers from `low` to `high` on `from_px` to `to_px`; `low` is less than `high`."""

    low: float
    high: float
    from_px: float
    to_px: float

    def at(self, value: float) -> float:
        """Return the place in pixels, with one decimal."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.from_px + share * (self.to_px - self.from_px), 1)

    def ticks(self, about: int = 5) -> Iterator[float]:
        """Yield round numbers: 1, 2 or 5 times a power of ten apart."""
        step = _round_step((self.high - self.low) / about)
        for number in range(math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9) + 1):
            yield number * step


def around(low: float, high: float) -> tuple[float, float]:
    """Return the two numbers, or two around them where they are one."""
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def tick_label(value: float) -> str:
    """Return a number as it stands at an axis: `1,000`, `0.25`, `-0.5`."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}" if abs(value) > 1e-12 else "0"


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(each for each in (1, 2, 5, 10) if rough <= each * power * 1.0001)

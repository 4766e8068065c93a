"""Hold the small picture that models look at."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Glimpse:
    """Frame 0 over white, turned as shown, made smaller with its aspect kept: 8 bits each of red, green and blue.

    `rgb` holds `height_px` rows of `width_px` pixels of 3 bytes. It is in memory only, and only until it is scored.
    """

    width_px: int
    height_px: int
    rgb: bytes

    def __repr__(self) -> str:
        return f"<Glimpse {self.width_px}x{self.height_px}>"

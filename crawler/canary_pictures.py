"""Draw harmless pictures that stand for known material: abstract ones, the same bytes on every machine.

Only whole numbers are calculated with, and chance comes from SHAKE-256, so that digests and hashes of these pictures
can be shipped as a list (`storage/synthetic_list.csv`). Like photographs they have large forms, edges, and detail that
is fainter the finer it is.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

Numbers: TypeAlias = npt.NDArray[np.int32]
Mask: TypeAlias = npt.NDArray[np.bool_]

SIZES_PX: Final = ((640, 480), (480, 640), (560, 560), (680, 440))
"""Width and height in turn, so that wide, tall and square ones are among them."""

_OCTAVES: Final = ((3, 40), (6, 24), (12, 14), (24, 8), (48, 5), (96, 4))
"""Cells along a side, and how much they weigh: about as light as detail is in photographs."""
_SHAPES: Final = 16


@lru_cache(maxsize=2)
def draw(number: int) -> Image.Image:
    """Return the picture of this number; do not change it."""
    width, height = SIZES_PX[number % len(SIZES_PX)]
    chance = _Chance(f"canary picture {number}")
    ground = _clouds(chance, width, height)
    tint = _clouds(chance, width, height)
    forms = _forms(chance, width, height)
    channels = [(ground - 128) * 3 // 2 + (tint - 128) * chance.between(-1, 1) // 2 + 120 + each for each in forms]
    return Image.fromarray(np.stack(channels, axis=-1).clip(0, 255).astype(np.uint8))


def original(number: int) -> bytes:
    """Return the file that is declared known: a BMP, whose bytes no encoder has a say in."""
    out = BytesIO()
    draw(number).save(out, "BMP")
    return out.getvalue()


class _Chance:
    """Numbers that look random and are the same everywhere."""

    def __init__(self, name: str) -> None:
        self._bytes = hashlib.shake_256(name.encode()).digest(1 << 16)
        self._at = 0

    def between(self, least: int, greatest: int) -> int:
        taken = self._take(4)
        return least + int.from_bytes(taken, "big") % (greatest - least + 1)

    def grid(self, side: int) -> Numbers:
        """Return side x side numbers from 0 to 255."""
        return np.frombuffer(self._take(side * side), np.uint8).reshape(side, side).astype(np.int32)

    def _take(self, count: int) -> bytes:
        self._at += count
        return self._bytes[self._at - count : self._at]


def _clouds(chance: _Chance, width: int, height: int) -> Numbers:
    """Lay grids of chance over each other, the finer the fainter."""
    total = np.zeros((height, width), np.int32)
    for cells, weight in _OCTAVES:
        total += np.int32(weight) * _smooth(chance.grid(cells + 1), width, height)
    clouds: Numbers = total // np.int32(sum(weight for _, weight in _OCTAVES))
    return clouds


def _smooth(grid: Numbers, width: int, height: int) -> Numbers:
    """Stretch a grid to a size, in straight lines between its numbers."""
    cells = len(grid) - 1
    rows, down = _places(height, cells)
    columns, across = _places(width, cells)
    upper, lower = grid[rows], grid[rows + 1]
    tall = upper * (256 - down)[:, None] + lower * down[:, None]
    left, right = tall[:, columns], tall[:, columns + 1]
    return np.asarray((left * (256 - across) + right * across) // (256 * 256), np.int32)


def _places(length: int, cells: int) -> tuple[Numbers, Numbers]:
    """Return the cell that each pixel lies in, and how far along in 256ths."""
    at = np.arange(length, dtype=np.int32) * cells * 256 // length
    return at // 256, at % 256


def _forms(chance: _Chance, width: int, height: int) -> list[Numbers]:
    """Return how much light discs, boxes and slanting stripes give or take in each channel."""
    channels = [np.zeros((height, width), np.int32) for _ in range(3)]
    for number in range(_SHAPES):
        x = np.arange(width, dtype=np.int32)[None, :] - chance.between(0, width)
        y = np.arange(height, dtype=np.int32)[:, None] - chance.between(0, height)
        inside = _SHAPES_OF[number % 3](x, y, chance.between(25, 160), chance.between(-9, 9))
        for channel in channels:
            channel += inside * np.int32(chance.between(-50, 50))
    return channels


def _disc(x: Numbers, y: Numbers, size: int, lean: int) -> Mask:
    return x * x + y * y < size * size


def _box(x: Numbers, y: Numbers, size: int, lean: int) -> Mask:
    return (abs(x) < size) & (abs(y) < size + 10 * lean)


def _stripe(x: Numbers, y: Numbers, size: int, lean: int) -> Mask:
    return abs(x * lean + y * 8) < size * 4


_SHAPES_OF: Final[tuple[Callable[[Numbers, Numbers, int, int], Mask], ...]] = (_disc, _box, _stripe)

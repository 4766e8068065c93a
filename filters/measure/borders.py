"""Cut off what frames a picture: borders of one tone, bars above and below, bands with a caption."""

from collections.abc import Iterator
from itertools import islice
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

Lines: TypeAlias = npt.NDArray[np.uint8]

_NAMES: Final = ("trimmed", "trimmed twice", "trimmed thrice")
_MOST_ROUNDS: Final = 8
"""A mat with a line round the picture is three frames, in a window it is four; more cost time and prove nothing."""
_LEAST_CUT: Final = 1 / 256
_LEAST_FURTHER_CUT: Final = 1 / 32
"""How much of a side must have been cut off for it to be another picture, at first and after that.

A thinner border moves the hash by a few bits only.
"""
_EDGE_LEVELS: Final = 5
_TONE_LEVELS: Final = 12
"""So far may JPEG carry the outermost line, and the lines behind it, away from their tone; a sky varies more."""
_FLAT_SHARE: Final = 0.02
_BAND_SHARE: Final = 0.65
"""Of a line of a caption so many pixels are letters, at most; the rest shows the band."""
_RINGING_PX: Final = 8
"""A block of JPEG: within it the edge of the picture rings into the border."""
_RINGING_LEVELS: Final = 9
_LEAST_SIDE_PX: Final = 32
"""What is left must be as large as a perceptual hash survives."""
_CHUNK: Final = 64
"""Lines that are looked at together: few borders are wider."""


def within_borders(luma: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """Yield what is left without its border, and without the borders of that; nothing of a picture that has none.

    A border too thin to matter is cut off all the same: behind a line there may be a wide one.
    """
    names, seen, least_cut = iter(_NAMES), luma.size, _LEAST_CUT
    for inner in islice(_peeled(luma), _MOST_ROUNDS):
        if _is_less(inner.size, seen, least_cut):
            name = next(names, None)
            if name is None:
                return
            seen, least_cut = inner.size, _LEAST_FURTHER_CUT
            yield name, inner


def _peeled(luma: Image.Image) -> Iterator[Image.Image]:
    while _has_flat_edge(luma):
        box = _inner(luma)
        if box is None:
            return
        luma = luma.crop(box)
        yield luma


def _is_less(size: tuple[int, int], than: tuple[int, int], least_cut: float) -> bool:
    return any(whole - left > whole * least_cut for left, whole in zip(size, than, strict=True))


def _has_flat_edge(luma: Image.Image) -> bool:
    """Look at the four outermost lines only, as most pictures have no border and should not cost a copy."""
    width, height = luma.size
    edges = ((0, 0, width, 1), (0, height - 1, width, height), (0, 0, 1, height), (width - 1, 0, width, height))
    return any(_tone(np.asarray(luma.crop(edge)).ravel()) is not None for edge in edges)


def _tone(line: Lines) -> int | None:
    """Return the tone of a line that has but one."""
    tone = int(np.median(line))
    return tone if _strays(line[None], tone, _EDGE_LEVELS)[0] <= _FLAT_SHARE else None


def _strays(lines: Lines, tone: int, levels: int) -> npt.NDArray[np.floating]:
    """Return of each line the share of pixels that are not of the tone."""
    low, high = max(0, tone - levels), min(255, tone + levels)
    within = (lines >= low) & (lines <= high)
    strays: npt.NDArray[np.floating] = 1 - np.count_nonzero(within, axis=1) / lines.shape[1]
    return strays


def _inner(luma: Image.Image) -> tuple[int, int, int, int] | None:
    pixels = np.asarray(luma)
    height, width = pixels.shape
    top, bottom = _margins(pixels)
    if top + bottom >= height:
        return None
    left, right = _margins(pixels[top : height - bottom].T)
    is_large = min(width - left - right, height - top - bottom) >= _LEAST_SIDE_PX
    is_less = top + bottom + left + right > 0
    return (left, top, width - right, height - bottom) if is_large and is_less else None


def _margins(lines: Lines) -> tuple[int, int]:
    return _depth(lines), _depth(lines[::-1])


def _depth(lines: Lines) -> int:
    """Return how many lines from the first on belong to the border: all of its tone, or letters between such lines."""
    tone = _tone(lines[0])
    if tone is None:
        return 0
    depth = 0
    for start in range(0, len(lines), _CHUNK):
        strays = _strays(np.ascontiguousarray(lines[start : start + _CHUNK]), tone, _TONE_LEVELS)
        band = _first(strays > _BAND_SHARE)
        flat = np.flatnonzero(strays[:band] <= _FLAT_SHARE)
        depth = start + int(flat[-1]) + 1 if flat.size else depth
        if band < len(strays):
            break
    return depth + _ringing(lines[depth : depth + _RINGING_PX], tone)


def _first(true: npt.NDArray[np.bool_]) -> int:
    return int(true.argmax()) if true.any() else len(true)


def _ringing(lines: Lines, tone: int) -> int:
    """Return how many of the lines next to the border are still border, disturbed by the picture beside them."""
    return _first(np.abs(lines.astype(np.int16) - tone).mean(axis=1) > _RINGING_LEVELS)

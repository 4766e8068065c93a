"""Measure PDQ, Meta's 256-bit perceptual hash, from 8-bit luma.

Up to the median PDQ is linear in luma: two passes of a box filter and the pick of 64 x 64 pixels are one matrix to the
left and one to the right, and so is the cosine transform. Source: "The TMK+PDQF Video-Hashing Algorithm and the PDQ
Image-Hashing Algorithm" and the reference in facebook/ThreatExchange (`pdq/cpp`), measured against pdqhash 0.2.8.
"""

from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.floating]
Luma: TypeAlias = npt.NDArray[np.uint8]

SIDE: Final = 64
"""Side of the square that luma is reduced to before the cosine transform."""

_FREQUENCIES: Final = 16
_LEAST_SIDE_PX: Final = 5
_FEATURELESS: Final = "0" * 64


def pdq(luma: Luma) -> tuple[str, int]:
    """Return the hash as 64 hex digits, most significant bit first, and its quality 0-100."""
    if min(luma.shape) < _LEAST_SIDE_PX:
        return _FEATURELESS, 0
    square = _reduce(luma)
    return _to_hex(_bits(_cosines(square))), _quality(square)


def orientations(luma: Luma) -> tuple[str, ...]:
    """Return the hashes of 64 x 64 pixels as is, rotated by 90, 180, 270, flipped, mirrored, and over both diagonals.

    Only at 64 x 64 is that exact: on larger input the pick of pixels is off-centre, and a rotation picks others.
    """
    if luma.shape != (SIDE, SIDE):
        raise ValueError("orientations are measured on 64 x 64 pixels")
    plain, half_turn, flipped, mirrored = (_bits(_cosines(luma.astype(np.float32)) * sign) for sign in _SIGNS)
    all_eight = (plain, mirrored.T, half_turn, flipped.T, flipped, mirrored, plain.T, half_turn.T)
    return tuple(_to_hex(each) for each in all_eight)


def _reduce(luma: Luma) -> Floats:
    rows, columns = luma.shape
    if rows == columns == SIDE:
        return luma.astype(np.float32)
    square: Floats = _filter_and_pick(rows) @ luma.astype(np.float32) @ _filter_and_pick(columns).T
    return square


@lru_cache(maxsize=256)  # at most 512 sides of 131 kB each
def _filter_and_pick(length: int) -> Floats:
    box = _box_filter(length)
    picked = ((np.arange(SIDE) + 0.5) * length / SIDE).astype(np.intp)
    picked_box: Floats = box[picked] @ box
    return picked_box


def _box_filter(length: int) -> Floats:
    """A mean over a window that is cut off at both ends; of an even window the longer half looks ahead."""
    window = (length + 2 * SIDE - 1) // (2 * SIDE)
    ahead = (window + 2) // 2
    at = np.arange(length)
    first = np.maximum(at - (window - ahead), 0)[:, None]
    end = np.minimum(at + ahead, length)[:, None]
    within = (at >= first) & (at < end)
    box: Floats = np.divide(within, end - first, dtype=np.float32)
    return box


def _quality(square: Floats) -> int:
    """Count steep steps only: each is cut to a whole percentage before it is added."""
    steps = (np.diff(square, axis=0), np.diff(square, axis=1))
    total = sum(int(np.abs((each * 100 / 255).astype(np.int32)).sum()) for each in steps)
    return min(total // 90, 100)


def _cosines(square: Floats) -> Floats:
    cosines: Floats = _COSINES @ square @ _COSINES.T
    return cosines


def _bits(cosines: Floats) -> npt.NDArray[np.bool_]:
    """Tell which are above the median: of the two in the middle the lower one, so that 128 of 256 bits are set."""
    middle = cosines.size // 2 - 1
    above: npt.NDArray[np.bool_] = cosines > np.partition(cosines, middle, axis=None)[middle]
    return above


def _to_hex(bits: npt.NDArray[np.bool_]) -> str:
    return np.packbits(bits.ravel()[::-1]).tobytes().hex()


def _cosine_matrix() -> Floats:
    frequencies = np.arange(1, _FREQUENCIES + 1)[:, None]
    angles = np.pi / 2 / SIDE * frequencies * (2 * np.arange(SIDE) + 1)
    matrix: Floats = (np.sqrt(2 / SIDE) * np.cos(angles)).astype(np.float32)
    return matrix


_COSINES: Final = _cosine_matrix()


def _turned_signs() -> tuple[Floats, Floats, Floats, Floats]:
    """Mirroring a picture changes the sign of every other cosine: none, both ways, along columns, along rows."""
    alternating = np.where(np.arange(_FREQUENCIES) % 2, 1, -1).astype(np.float32)
    down, across = np.broadcast_arrays(alternating[:, None], alternating)
    return np.ones_like(down), down * across, down, across


_SIGNS: Final = _turned_signs()

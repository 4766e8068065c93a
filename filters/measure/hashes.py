"""Measure the perceptual hashes of one way to see one frame.

The inputs are frozen: a change of a size, of a filter or of where luma comes from changes bits of every hash, so it is
a new `HASHER_VERSION`, and what is held must be hashed again.
"""

from typing import Final

import imagehash
import numpy as np
from PIL import Image

from filters.facts import View
from filters.measure.pdq import SIDE, orientations, pdq

HASHER_VERSION: Final = "2"
_LARGEST_SIDE_PX: Final = 512
_REDUCING_GAP: Final = 3.0


def measure_view(name: str, luma: Image.Image) -> View:
    """Hash upright luma: PDQ at no more than 512 x 512, its orientations and pHash-16 at 64 x 64."""
    width, height = luma.size
    shrunk = _shrink(luma, min(_LARGEST_SIDE_PX, width), min(_LARGEST_SIDE_PX, height))
    square = _shrink(shrunk, SIDE, SIDE)
    value, quality = pdq(np.asarray(shrunk))
    return View(
        name=name,
        pdq=value,
        pdq_quality=quality,
        orientations=orientations(np.asarray(square)),
        phash16=str(imagehash.phash(square, hash_size=16)),
    )


def _shrink(luma: Image.Image, width: int, height: int) -> Image.Image:
    return luma.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=_REDUCING_GAP)

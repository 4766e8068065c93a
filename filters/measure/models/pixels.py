"""Turn glimpses into the numbers that a model was trained on."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from filters.measure.glimpse import Glimpse
from filters.measure.models.manifest import Pixels

_RESAMPLING: Final = {
    "nearest": Image.Resampling.NEAREST,
    "lanczos": Image.Resampling.LANCZOS,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "box": Image.Resampling.BOX,
    "hamming": Image.Resampling.HAMMING,
}


def fed(glimpses: Sequence[Glimpse], pixels: Pixels) -> NDArray[np.float32]:
    """Return float32 of shape (n, 3, height, width), or (n, height, width, 3) for `channels_last`.

    The steps are those of `CLIPImageProcessor` and `SiglipImageProcessor` of transformers: Pillow's resize with its
    antialiasing, a cut at the centre whose odd pixel is left below and to the right, scale, then (x - mean) / std.
    """
    rows = np.stack([_cut(each, pixels) for each in glimpses]).astype(np.float32)
    mean, std = np.asarray(pixels.mean, dtype=np.float32), np.asarray(pixels.std, dtype=np.float32)
    normalised = (rows * np.float32(pixels.scale) - mean) / std
    ordered = normalised if pixels.channels_last else normalised.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(ordered, dtype=np.float32)


def side_px(pixels: Pixels) -> int:
    """Return how long a glimpse's shorter side must be for nothing to be enlarged."""
    return max(pixels.width_px, pixels.height_px)


def _cut(glimpse: Glimpse, pixels: Pixels) -> NDArray[np.uint8]:
    image = Image.frombytes("RGB", (glimpse.width_px, glimpse.height_px), glimpse.rgb)
    size = _size(glimpse, pixels)
    if size != image.size:
        image = image.resize(size, _RESAMPLING[pixels.resample])
    left, top = (size[0] - pixels.crop_width_px) // 2, (size[1] - pixels.crop_height_px) // 2
    return np.asarray(image)[top : top + pixels.crop_height_px, left : left + pixels.crop_width_px]


def _size(glimpse: Glimpse, pixels: Pixels) -> tuple[int, int]:
    if pixels.resize == "exact":
        return pixels.width_px, pixels.height_px
    shorter, edge = min(glimpse.width_px, glimpse.height_px), min(pixels.width_px, pixels.height_px)
    return edge * glimpse.width_px // shorter, edge * glimpse.height_px // shorter

"""Turn a decoded frame of any mode into upright 8-bit luma, once for each way it can be seen.

Hashing a palette's indices, inverted inks or a picture lying on its side misses what a person sees; so each mode is
converted on purpose, and one that is not named here is refused.
"""

import struct
from collections.abc import Iterator
from itertools import chain
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageChops

from filters.measure.colours import as_meant

AS_STORED: Final = ""
Sight: TypeAlias = tuple[str, Image.Image]
"""How a frame is seen (`""` as stored, `over white`, ...), and its luma, mode L."""


class UnknownMode(ValueError):
    """A decoder gave pixels in a mode whose meaning we do not know."""


def sights(frame: Image.Image) -> Iterator[Sight]:
    """Yield every way to see a loaded frame, upright, first as stored with any transparency ignored."""
    turn = upright(frame)
    for how, luma in chain(_sights(frame), _meant(frame)):
        yield how, luma if turn is None else luma.transpose(turn)


def upright(frame: Image.Image) -> Image.Transpose | None:
    """Return how a frame is turned to be shown; None if as stored.

    Read after the frame is loaded: Pillow turns a TIFF itself, and reads some EXIF only then.
    """
    try:
        return _UPRIGHT.get(frame.getexif().get(ExifTags.Base.Orientation, 1))
    except EXIF_ERRORS:
        return None


_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_PLAIN: Final = frozenset({"1", "L", "P", "RGB", "RGBX", "YCbCr"})
_BY_WAY_OF_RGB: Final = frozenset({"LAB", "HSV"})
_TRANSPARENT: Final = frozenset({"LA", "PA", "RGBA"})
PREMULTIPLIED: Final = {"La": "LA", "RGBa": "RGBA"}
DEEP: Final = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})


EXIF_ERRORS: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
"""What Pillow raises for metadata it cannot read; a browser shows such a picture as stored."""


def _sights(frame: Image.Image) -> Iterator[Sight]:
    if frame.mode in DEEP:
        return _deep(frame)
    if frame.mode == "CMYK":
        return _inks(frame)
    if frame.mode in PREMULTIPLIED:
        return _over_grounds(frame.convert(PREMULTIPLIED[frame.mode]))
    if frame.mode in _TRANSPARENT:
        return _over_grounds(frame)
    if frame.mode in _PLAIN:
        return _over_grounds(frame.convert("RGBA")) if "transparency" in frame.info else _plain(frame)
    if frame.mode in _BY_WAY_OF_RGB:
        return _plain(frame.convert("RGB"))
    raise UnknownMode("the decoder gave pixels in an unknown mode")


def _plain(frame: Image.Image) -> Iterator[Sight]:
    yield AS_STORED, frame.convert("L")


def _over_grounds(frame: Image.Image) -> Iterator[Sight]:
    """A picture can hide in colours that are transparent, show on one ground only, or be the transparency itself."""
    alpha = frame.getchannel("A")
    luma = frame.convert("RGB").convert("L") if frame.mode == "PA" else frame.convert("L")
    yield AS_STORED, luma
    if alpha.getextrema() == (255, 255):
        return
    for how, ground in (("over white", 255), ("over black", 0)):
        shown = Image.new("L", frame.size, ground)
        shown.paste(luma, mask=alpha)
        yield how, shown
    yield "alpha", alpha


def _inks(frame: Image.Image) -> Iterator[Sight]:
    """Programs disagree whether 0 or 255 is full ink (Adobe inverts, not always saying so), so we look at both."""
    yield AS_STORED, frame.convert("RGB").convert("L")
    yield "inverted", ImageChops.invert(frame).convert("RGB").convert("L")


def _meant(frame: Image.Image) -> Iterator[Sight]:
    luma = as_meant(frame)
    if luma is not None:
        yield "in sRGB", luma


def _deep(frame: Image.Image) -> Iterator[Sight]:
    """Scale from the range the values seem to have been meant for, and from the one that they do have."""
    values = np.asarray(frame)
    low, high = float(values.min()), float(values.max())
    if not np.isfinite([low, high]).all():
        raise UnknownMode("pixels are not numbers")
    full = _meant_range(frame.mode, low, high)
    if full is not None:
        yield AS_STORED, _scaled(values, 0, full)
    if (low, high) != (0, full):
        yield AS_STORED if full is None else "stretched", _scaled(values, low, high)


def _meant_range(mode: str, low: float, high: float) -> float | None:
    ranges = {"I": (255.0, 65535.0), "F": (1.0, 255.0, 65535.0)}.get(mode, (65535.0,))
    return next((full for full in ranges if low >= 0 and high <= full), None)


def _scaled(values: npt.NDArray[np.generic], low: float, high: float) -> Image.Image:
    scaled = values.astype(np.float32)
    scaled -= low
    scaled *= 255 / ((high - low) or 1)
    scaled += 0.5
    return Image.fromarray(scaled.astype(np.uint8))

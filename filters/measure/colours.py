"""Show a picture's colours as its file says that they are meant, where that is not how its numbers are usually read."""

from functools import lru_cache
from io import BytesIO
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

_MODES: Final = {
    "L": "L",
    "LA": "L",
    "P": "RGB",
    "PA": "RGB",
    "RGB": "RGB",
    "RGBA": "RGB",
    "RGBX": "RGB",
    "CMYK": "CMYK",
}
"""Pixels that a profile can speak of, and what is handed to it; transparency says nothing of colour."""
_MOST_PROFILE_BYTES: Final = 4 << 20
_STEPS: Final = 9
_LEAST_MEAN_LEVELS: Final = 10
"""A profile that moves luma less than that on the mean makes no other picture: Display P3 is 4 bits of PDQ away."""
_LEAST_LEVELS: Final = 24
"""Nor does one that moves no level of any channel so far: Display P3 and Adobe RGB move none by more than 11."""
_TABLES: Final = (b"A2B0", b"D2B0")
_MOST_TAG_BYTES: Final = 128 + 4 + 12 * 100
_PROFILES_KEPT: Final = 16
"""They may be four megabytes each, and the web sends what it likes."""
_ROWS: Final = 256
_USUAL_GAMMA: Final = 1 / 2.2
_LEAST_GAMMA_RATIO: Final = 1.2


def has_other_colours(image: Image.Image) -> bool:
    """Tell whether the file asks for colours that differ from those that its numbers usually stand for."""
    profile = _profile(image)
    if profile is not None:
        return image.mode in _MODES and _differs(profile, _MODES[image.mode])
    return _exponent(image) is not None


def as_meant(image: Image.Image) -> Image.Image | None:
    """Return luma of the loaded picture in sRGB; None if it is the usual one.

    Shrunk it must not be before that: curves may be such that the mean of two colours is shown as a third one.
    """
    if not has_other_colours(image):
        return None
    profile, exponent = _profile(image), _exponent(image)
    mode = _MODES.get(image.mode, "RGB")
    if profile is not None:
        transform = _transform(profile, mode)
        return None if transform is None else _transformed(image, mode, transform, into="L")
    return image.convert(mode).convert("L").point(_levels(exponent))


def as_shown(image: Image.Image) -> Image.Image | None:
    """Return red, green and blue of the loaded picture in sRGB, transparency ignored; None if they are the usual ones.

    As with luma, it must not be shrunk before.
    """
    if not has_other_colours(image):
        return None
    profile, exponent = _profile(image), _exponent(image)
    mode = _MODES.get(image.mode, "RGB")
    if profile is not None:
        transform = _transform(profile, mode)
        return None if transform is None else _transformed(image, mode, transform, into="RGB")
    return image.convert("RGB").point(_levels(exponent) * 3)


def _profile(image: Image.Image) -> bytes | None:
    profile = image.info.get("icc_profile")
    return profile if isinstance(profile, bytes) and 0 < len(profile) <= _MOST_PROFILE_BYTES else None


def _exponent(image: Image.Image) -> float | None:
    """Return what the gAMA of a PNG makes of its levels; none if it is the usual one, or sRGB is said as well."""
    gamma = image.info.get("gamma")
    if not isinstance(gamma, float) or gamma <= 0 or "srgb" in image.info or image.mode not in _MODES:
        return None
    ratio = gamma / _USUAL_GAMMA
    return None if 1 / _LEAST_GAMMA_RATIO < ratio < _LEAST_GAMMA_RATIO else 1 / ratio


def _levels(exponent: float | None) -> list[int]:
    return [round(255 * (level / 255) ** (exponent or 1)) for level in range(256)]


@lru_cache(maxsize=_PROFILES_KEPT)
def _differs(profile: bytes, mode: str) -> bool:
    """Try it on colours from everywhere in its space, and on each level of a channel.

    A picture may hold nothing but levels that lie between those of the grid; of a table, colours that lie between.
    """
    transform = _transform(profile, mode)
    if transform is None:
        return False
    moved = _moved(_grid(mode), transform).mean() >= _LEAST_MEAN_LEVELS
    ramps = [_moved(each, transform).max() >= _LEAST_LEVELS for each in _ramps(mode)]
    return bool(moved or any(ramps) or any(tag in profile[:_MOST_TAG_BYTES] for tag in _TABLES))


def _moved(colours: Image.Image, transform: ImageCms.ImageCmsTransform) -> npt.NDArray[np.int16]:
    before = np.asarray(colours.convert("RGB").convert("L"), np.int16)
    after = np.asarray(_transformed(colours, colours.mode, transform, into="L"), np.int16)
    moved: npt.NDArray[np.int16] = np.abs(before - after)
    return moved


@lru_cache(maxsize=_PROFILES_KEPT)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """A browser leaves aside a profile that it cannot read, or that is of other colours than the picture's."""
    try:
        return ImageCms.buildTransform(BytesIO(profile), _srgb(), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


@lru_cache(maxsize=1)
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _transformed(
    picture: Image.Image, mode: str, transform: ImageCms.ImageCmsTransform, *, into: Literal["L", "RGB"]
) -> Image.Image:
    """Transform some rows at a time: all of them would be held three times over."""
    made = Image.new(into, picture.size)
    for top in range(0, picture.height, _ROWS):
        box = 0, top, picture.width, min(picture.height, top + _ROWS)
        made.paste(transform.apply(picture.crop(box).convert(mode)).convert(into), box)
    return made


def _grid(mode: str) -> Image.Image:
    bands = len(mode)
    levels = np.linspace(0, 255, _STEPS if bands > 1 else 256).astype(np.uint8)
    colours: npt.NDArray[np.uint8] = np.stack(np.meshgrid(*[levels] * bands), axis=-1).reshape(-1, bands)
    return Image.frombytes(mode, (len(colours), 1), np.ascontiguousarray(colours).tobytes())


def _ramps(mode: str) -> list[Image.Image]:
    """Return every level of each channel alone, and of all of them together."""
    levels = Image.frombytes("L", (256, 1), bytes(range(256)))
    if mode == "L":
        return [levels]
    empty = Image.new("L", levels.size)
    alone = [[levels if each == channel else empty for each in range(len(mode))] for channel in range(len(mode))]
    return [Image.merge(mode, bands) for bands in (*alone, [levels] * len(mode))]

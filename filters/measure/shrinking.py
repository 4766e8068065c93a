"""Make of a decoded frame the small picture that models look at."""

from typing import Final

from PIL import Image

from filters.measure.colours import as_shown
from filters.measure.embedded import open_jpeg
from filters.measure.glimpse import Glimpse
from filters.measure.normalise import DEEP, PREMULTIPLIED, sights, upright

MOST_ASPECT: Final = 16
"""A longer side is at most so many times as long as the shorter one may be: a ribbon of a picture is shrunk further."""
_RESIZED_AS_THEY_ARE: Final = frozenset({"L", "RGB", "LA", "RGBA"})
"""Pillow weighs their colours by their transparency when it resizes."""
_WHITE: Final = (255, 255, 255)
_GAP: Final = 2.0
"""Resized in two steps, the first a mean of whole pixels: several times as fast, and nearly as good, says Pillow."""


def glimpse_of(frame: Image.Image, side_px: int) -> Glimpse:
    """Return the loaded frame over white, upright, its shorter side at most `side_px` long and never enlarged."""
    if frame.mode in DEEP:
        shown, turn = next(sights(frame))[1], None
    else:
        shown, turn = _with_colours(frame), upright(frame)
    small = _over_white(_shrunk(shown, side_px))
    seen = small if turn is None else small.transpose(turn)
    return Glimpse(width_px=seen.width, height_px=seen.height, rgb=seen.tobytes())


def small_jpeg(body: bytes, side_px: int) -> Image.Image:
    """Return the loaded picture at the least eighth, quarter or half of its size with no side below `side_px`."""
    image = open_jpeg(body)
    image.draft("RGB", (side_px, side_px))
    image.load()
    return image


def _with_colours(frame: Image.Image) -> Image.Image:
    """Return it in a mode that can be resized, in the colours that a browser shows."""
    plain = frame.convert(PREMULTIPLIED[frame.mode]) if frame.mode in PREMULTIPLIED else frame
    transparent = plain.mode in ("LA", "PA", "RGBA") or "transparency" in plain.info
    meant = as_shown(frame)
    if transparent:
        seen = plain.convert("RGBA")
        return seen if meant is None else _with_alpha(meant, seen.getchannel("A"))
    if meant is not None:
        return meant
    return plain if plain.mode in _RESIZED_AS_THEY_ARE else plain.convert("RGB")


def _with_alpha(picture: Image.Image, alpha: Image.Image) -> Image.Image:
    picture.putalpha(alpha)
    return picture


def _shrunk(picture: Image.Image, side_px: int) -> Image.Image:
    shorter, longer = sorted(picture.size)
    scale = min(side_px / shorter, MOST_ASPECT * side_px / longer)
    if scale >= 1:
        return picture
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=_GAP)


def _over_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    shown = Image.new("RGB", picture.size, _WHITE)
    shown.paste(picture, mask=picture.getchannel("A"))
    return shown

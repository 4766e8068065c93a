"""Alter pictures as sites and people do, in the edits of `crawler.edit_names`."""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from typing import Final, TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from crawler.canary_pictures import draw, original
from crawler.edit_names import UNEDITED

Edit: TypeAlias = Callable[[Image.Image], bytes]


def edited(number: int, edit: str) -> bytes:
    """Return the file of a picture of `crawler.canary_pictures` in one of the edits."""
    return original(number) if edit == UNEDITED else ALTERATIONS[edit](draw(number))


def _jpeg(image: Image.Image, quality: int = 90) -> bytes:
    return _saved(image, "JPEG", quality=quality)


def _webp(image: Image.Image) -> bytes:
    return _saved(image, "WEBP", quality=50)


def _avif(image: Image.Image) -> bytes:
    return _saved(image, "AVIF", quality=40)


def _palette(image: Image.Image, colours: int) -> bytes:
    return _saved(image.quantize(colours), "PNG")


def _saved(image: Image.Image, file_format: str, **how: int) -> bytes:
    out = BytesIO()
    image.save(out, file_format, **how)
    return out.getvalue()


# The same view of the picture


def _half(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)


def _longest_side(image: Image.Image, side_px: int) -> Image.Image:
    smaller = image.copy()
    smaller.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    return smaller


def _square(image: Image.Image) -> Image.Image:
    return image.resize((512, 512), Image.Resampling.LANCZOS)


def _gamma(image: Image.Image) -> Image.Image:
    return image.point([round(255 * (value / 255) ** 2) for value in range(256)] * 3)


def _noise(image: Image.Image) -> Image.Image:
    pixels = np.asarray(image)
    grain = np.random.default_rng(pixels.size).normal(0, 20, pixels.shape)
    return Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8))


def _caption(image: Image.Image) -> Image.Image:
    """Write a line over the lower edge, white on black outlines, as a meme has it."""
    written = image.copy()
    font = ImageFont.load_default(size=image.height / 12)
    place = (image.width / 2, image.height * 0.96)
    ImageDraw.Draw(written).text(
        place, "WHEN THE TIDE COMES IN", "white", font, anchor="ms", stroke_width=3, stroke_fill="black"
    )
    return written


# Another section of the picture, or more than the picture


def _cropped(image: Image.Image, percent: int) -> Image.Image:
    """Cut so much off the width and the height, the same on all sides."""
    dx, dy = image.width * percent // 200, image.height * percent // 200
    return image.crop((dx, dy, image.width - dx, image.height - dy))


def _corner_cut(image: Image.Image) -> Image.Image:
    return image.crop((image.width // 20, image.height // 20, image.width, image.height))


def _border(image: Image.Image) -> Image.Image:
    return ImageOps.expand(image, max(image.size) * 3 // 100, "white")


def _letterbox(image: Image.Image, percent: int) -> Image.Image:
    """Add black bars above and below, together so much of the height."""
    return ImageOps.expand(image, (0, image.height * percent // 200), "black")


def _band(image: Image.Image) -> Image.Image:
    """Add a white band of a quarter of the height above it, with a line of text."""
    banded = Image.new("RGB", (image.width, image.height * 5 // 4), "white")
    banded.paste(image, (0, image.height // 4))
    font = ImageFont.load_default(size=image.height / 12)
    ImageDraw.Draw(banded).text((image.width / 2, image.height / 8), "NOBODY: ...", "black", font, anchor="mm")
    return banded


def _turned(image: Image.Image, degrees: int) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC)


def _collage(image: Image.Image) -> Image.Image:
    """Put it beside another picture."""
    beside = Image.new("RGB", (image.width * 2, image.height))
    beside.paste(image, (0, 0))
    beside.paste(draw(_another(image)).resize(image.size), (image.width, 0))
    return beside


def _another(image: Image.Image) -> int:
    """Return the number of a picture that is on no list, another one for each."""
    return 1_000_000 + int.from_bytes(hashlib.sha256(image.tobytes()).digest()[:2], "big")


def _looks(change: Callable[[Image.Image], Image.Image]) -> Edit:
    """The change alone is to tell: saved as a good JPEG."""
    return lambda image: _jpeg(change(image))


def _transposed(how: Image.Transpose) -> Edit:
    return _looks(lambda image: image.transpose(how))


ALTERATIONS: Final[Mapping[str, Edit]] = {
    "jpeg-90": _jpeg,
    "jpeg-50": partial(_jpeg, quality=50),
    "webp-50": _webp,
    "jpeg-20": partial(_jpeg, quality=20),
    "jpeg-5": partial(_jpeg, quality=5),
    "avif-40": _avif,
    "colours-256": partial(_palette, colours=256),
    "colours-16": partial(_palette, colours=16),
    "resize-half": _looks(_half),
    "resize-128px": _looks(partial(_longest_side, side_px=128)),
    "resize-64px": _looks(partial(_longest_side, side_px=64)),
    "resize-32px": _looks(partial(_longest_side, side_px=32)),
    "resize-16px": _looks(partial(_longest_side, side_px=16)),
    "squash-to-square": _looks(_square),
    "greyscale": _looks(lambda image: image.convert("L")),
    "contrast": _looks(lambda image: ImageEnhance.Contrast(image).enhance(1.5)),
    "saturation": _looks(lambda image: ImageEnhance.Color(image).enhance(2.0)),
    "blur-3": _looks(lambda image: image.filter(ImageFilter.GaussianBlur(3))),
    "sharpen": _looks(lambda image: image.filter(ImageFilter.UnsharpMask(2, 200))),
    "noise-20": _looks(_noise),
    "gamma-2": _looks(_gamma),
    "brightness-1.5": _looks(lambda image: ImageEnhance.Brightness(image).enhance(1.5)),
    "caption": _looks(_caption),
    "mirror": _transposed(Image.Transpose.FLIP_LEFT_RIGHT),
    "flip": _transposed(Image.Transpose.FLIP_TOP_BOTTOM),
    "turn-90": _transposed(Image.Transpose.ROTATE_90),
    "turn-180": _transposed(Image.Transpose.ROTATE_180),
    "invert": _looks(ImageOps.invert),
    "crop-2": _looks(partial(_cropped, percent=2)),
    "crop-5": _looks(partial(_cropped, percent=5)),
    "crop-10": _looks(partial(_cropped, percent=10)),
    "crop-20": _looks(partial(_cropped, percent=20)),
    "corner-crop-5": _looks(_corner_cut),
    "border-3": _looks(_border),
    "letterbox-10": _looks(partial(_letterbox, percent=10)),
    "letterbox-30": _looks(partial(_letterbox, percent=30)),
    "band-25": _looks(_band),
    "rotate-1": _looks(partial(_turned, degrees=1)),
    "rotate-3": _looks(partial(_turned, degrees=3)),
    "rotate-5": _looks(partial(_turned, degrees=5)),
    "collage": _looks(_collage),
}

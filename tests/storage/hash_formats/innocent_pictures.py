"""Draw what many sites show in place of a picture, and write the hashes that no list entry may match.

.venv/bin/python -m tests.storage.hash_formats.innocent_pictures
"""

import base64
import hashlib
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from filters.measure.hashes import measure_view
from storage.hash_formats.innocent import INNOCENT_FILE

_SIZE: Final = (400, 300)
_GROUND: Final = 224
_INK: Final = 96

PIXELS: Final = (
    "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
    "R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==",
    "R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==",
    "R0lGODlhAQABAIAAAP///////yH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==",
    "R0lGODlhAQABAAAAACw=",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
)
"""Transparent pictures of one pixel, as they are written into pages to count visits."""


def lines() -> list[str]:
    """Return the file, a hash a line, sorted."""
    return sorted({*_of_pictures(), *_of_files()})


def pictures() -> Iterator[Image.Image]:
    """Yield each picture upright, in every orientation, and inverted."""
    for drawn in (*_gradients(*_SIZE), *_patterns(*_SIZE), *_placeholders(*_SIZE)):
        for turned in {each.tobytes(): each for each in _turned(drawn)}.values():
            yield turned
            yield turned.point(lambda level: 255 - level)


def _of_pictures() -> Iterator[str]:
    for each in pictures():
        view = measure_view("innocent", each)
        yield f"pdq {view.pdq}"
        yield f"phash16 {view.phash16}"


def _of_files() -> Iterator[str]:
    for each in PIXELS:
        raw = base64.b64decode(each)
        for name in ("md5", "sha1", "sha256"):
            yield f"{name} {hashlib.new(name, raw, usedforsecurity=False).hexdigest()}"


def _turned(drawn: Image.Image) -> Iterator[Image.Image]:
    for each in (drawn, drawn.transpose(Image.Transpose.FLIP_LEFT_RIGHT)):
        yield each
        yield each.transpose(Image.Transpose.ROTATE_90)
        yield each.transpose(Image.Transpose.ROTATE_180)
        yield each.transpose(Image.Transpose.ROTATE_270)


def _gradients(width: int, height: int) -> Iterator[Image.Image]:
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    for level in (x, (x + y) / 2, np.hypot(x - 0.5, y - 0.5) * 1.4, np.abs(2 * x - 1)):
        yield Image.fromarray((level * 255).clip(0, 255).astype(np.uint8))


def _patterns(width: int, height: int) -> Iterator[Image.Image]:
    rows, columns = np.indices((height, width))
    for cells in (2, 3, 4, 8):
        stripes = columns * cells // width
        yield _two_tone(stripes % 2 == 0)
        yield _two_tone((stripes + rows * cells // height) % 2 == 0)
    edge = height // 10
    yield _two_tone((columns > edge) & (columns < width - edge) & (rows > edge) & (rows < height - edge))


def _placeholders(width: int, height: int) -> Iterator[Image.Image]:
    for paint in (_cross, _landscape, _person):
        drawn = Image.new("L", (width, height), _GROUND)
        paint(ImageDraw.Draw(drawn), width, height)
        yield drawn
    for words in ("No image", "Image not available", "Image coming soon", "404"):
        yield _text(words, width, height)


def _cross(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    box = (width // 10, height // 10, width - width // 10, height - height // 10)
    draw.rectangle(box, outline=_INK, width=6)
    draw.line(box, fill=_INK, width=6)
    draw.line((box[0], box[3], box[2], box[1]), fill=_INK, width=6)


def _landscape(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    draw.rectangle((width // 4, height // 4, width * 3 // 4, height * 3 // 4), outline=_INK, width=10)
    draw.ellipse((width * 6 // 10, height * 3 // 10, width * 7 // 10, height * 3 // 10 + width // 10), fill=_INK)
    hill = [(width // 4, height * 3 // 4), (width * 9 // 20, height * 9 // 20), (width * 3 // 4, height * 3 // 4)]
    draw.polygon(hill, fill=_INK)


def _person(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    middle, radius = width // 2, height // 6
    draw.ellipse((middle - radius, height // 5, middle + radius, height // 5 + 2 * radius), fill=_INK)
    draw.ellipse((middle - 2 * radius, height * 6 // 10, middle + 2 * radius, height * 6 // 10 + 4 * radius), fill=_INK)


def _text(words: str, width: int, height: int) -> Image.Image:
    small = Image.new("L", (8 * len(words) + 16, 3 * 8 * len(words) // 4 + 12), _GROUND)
    draw = ImageDraw.Draw(small)
    font = ImageFont.load_default_imagefont()  # of pixels: the same on every machine
    draw.text((small.width // 2 - 3 * len(words), small.height // 2 - 5), words, fill=_INK, font=font)
    return small.resize((width, height), Image.Resampling.NEAREST)


def _two_tone(light: npt.NDArray[np.bool_]) -> Image.Image:
    return Image.fromarray(np.where(light, 255, 0).astype(np.uint8))


if __name__ == "__main__":
    INNOCENT_FILE.write_text("".join(f"{each}\n" for each in lines()))

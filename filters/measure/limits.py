"""Load pixels only within limits: of one picture, of all that a file holds, and of how many there may be."""

from dataclasses import dataclass
from typing import Final

from PIL import Image

from filters.facts import Flaw
from filters.measure.colours import has_other_colours


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much of a picture is looked at: pixels of any one frame, frames of a file, formats by Pillow's name."""

    max_pixels: int = 40_000_000
    max_frames: int = 64
    formats: tuple[str, ...] = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF")


class Flawed(Exception):
    """What is wrong with the file ends the measuring of it."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


ALL_FRAMES: Final = 4
"""All frames together may have this many times the pixels of one: a second or two of decoding."""


def load(image: Image.Image, limits: Limits) -> Image.Image:
    """Decode once: of a JPEG only the luma, which is all that is hashed, unless its colours are meant otherwise."""
    refuse_bomb(image.size, limits)
    if not has_other_colours(image):
        image.draft("L", image.size)
    image.load()
    return image


def refuse_bomb(size: tuple[int, int], limits: Limits, *, times: int = 1) -> None:
    if size[0] * size[1] > limits.max_pixels * times:
        raise Flawed(Flaw.BOMB)


def refuse_more_than(most: int, frames: int) -> None:
    if frames > most:
        raise Flawed(Flaw.TOO_MANY_FRAMES)

"""Open the pictures of a file one after the other: frames, pages, further JPEGs, and sub-pictures of a TIFF."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

from filters.facts import Flaw
from filters.measure.containers import as_other_avif, gif_screen, jpegs_in, webp_canvas
from filters.measure.embedded import embedded_pictures, open_jpeg
from filters.measure.limits import ALL_FRAMES, Flawed, Limits, load, refuse_bomb, refuse_more_than
from filters.measure.tiff_parts import reopened, tiff_parts


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One loaded picture of a file. `frame` is its number among the frames; a thumbnail and the like have none."""

    name: str
    frame: int | None
    image: Image.Image


def parts(name: str, body: bytes, limits: Limits) -> Iterator[Part]:
    """Yield every picture in the file, each frame followed by what lies in its metadata, until it is too much."""
    pixels = 0
    for part in _parts(name, body, limits):
        pixels += part.image.width * part.image.height
        refuse_bomb((pixels, 1), limits, times=ALL_FRAMES)
        yield part


def _parts(name: str, body: bytes, limits: Limits) -> Iterator[Part]:
    frames = _jpegs(body, limits) if name == "JPEG" else _frames(name, body, limits)
    for number, (image, source) in enumerate(frames):
        yield Part(name=f"frame {number}", frame=number, image=image)
        if name == "GIF" and (screen := gif_screen(body, image.size)) != image.size:
            yield Part(name=f"frame {number} on its screen", frame=None, image=image.crop((0, 0, *screen)))
        for kind, picture in embedded_pictures(name, image, source, limits):
            yield Part(name=f"frame {number} {kind}", frame=None, image=picture)
    if name == "TIFF":
        yield from _sub_pictures(body, limits)
    elif name == "AVIF" and (other := as_other_avif(body)) is not None:
        for number, (image, _) in enumerate(_frames(name, other, limits)):
            yield Part(name=f"other frame {number}", frame=None, image=image)


def _jpegs(body: bytes, limits: Limits) -> Iterator[tuple[Image.Image, bytes]]:
    """Each JPEG on its own: Pillow leaves out a gain map, and with it whatever else stands in its place."""
    found = jpegs_in(body)
    refuse_more_than(limits.max_frames, len(found))
    for each in found:
        yield load(open_jpeg(body[each]), limits), body[each]


_NOTHING_MORE: Final = b""
"""Metadata belong to the file, and were read with its first frame."""


def _frames(name: str, body: bytes, limits: Limits) -> Iterator[tuple[Image.Image, bytes]]:
    if name == "WEBP":
        refuse_bomb(webp_canvas(body), limits)
    with Image.open(BytesIO(body), formats=(name,)) as image:
        refuse_bomb(image.size, limits)
        count = getattr(image, "n_frames", 1)
        refuse_more_than(limits.max_frames, count)
        refuse_bomb((image.width * count, image.height), limits, times=ALL_FRAMES)
        for number in range(count):
            image.seek(number)
            yield load(image, limits), _NOTHING_MORE if number else body


def _sub_pictures(body: bytes, limits: Limits) -> Iterator[Part]:
    """A sub-directory may hold a picture of its own that no page leads to: the file is read as if it began there."""
    found = tiff_parts(body)
    if found is None:
        raise Flawed(Flaw.UNDECODABLE)
    refuse_more_than(limits.max_frames, len(found.pictures))
    for number, directory in enumerate(found.pictures):
        for image, _ in _frames("TIFF", reopened(body, found, directory), limits):
            yield Part(name=f"sub-picture {number}", frame=None, image=image)

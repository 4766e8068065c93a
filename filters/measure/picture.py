"""Measure everything about the bytes of a picture in one decode, and name what is wrong with the file."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from typing import Final

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from filters.facts import Facts, Flaw, Picture, View
from filters.measure.containers import (
    announces_more_jpegs,
    end_of_file,
    is_padding,
    jpegs_in,
    sniff_format,
    webp_canvas,
)
from filters.measure.digests import measure_digests
from filters.measure.hashes import HASHER_VERSION, measure_view
from filters.measure.normalise import sights
from filters.measure.rights import RIGHTS_VERSION, read_rights
from filters.measure.thumbnail import exif_thumbnail

INSTRUMENTS: Final[tuple[tuple[str, str], ...]] = (
    ("altsieve-hasher", HASHER_VERSION),
    ("altsieve-rights", RIGHTS_VERSION),
    *((name, version(name)) for name in ("imagehash", "numpy", "pillow", "scipy")),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much of a picture is looked at: pixels of any one frame, frames of a file, formats by Pillow's name."""

    max_pixels: int = 40_000_000
    max_frames: int = 64
    formats: tuple[str, ...] = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF")


def inspect(body: bytes, limits: Limits) -> Facts:
    """Return all facts about the bytes; whatever is wrong with them becomes a flaw, never an exception."""
    picture, flaw = _look(body, limits)
    rights = None if picture is None else read_rights(body, picture.format)
    return Facts(digests=measure_digests(body), picture=picture, flaw=flaw, rights=rights, measured_by=INSTRUMENTS)


class _Flawed(Exception):
    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


_BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_DECODER_ERRORS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow's decoders were seen to raise, or may by their source, for bytes that are not a whole picture."""


def _look(body: bytes, limits: Limits) -> tuple[Picture | None, Flaw | None]:
    name = sniff_format(body)
    if name is None or name not in limits.formats:
        return None, Flaw.FORMAT if body else Flaw.TRUNCATED
    try:
        picture = _decode(name, body, limits)
    except _Flawed as found:
        return None, found.flaw
    except _BOMBS:
        return None, Flaw.BOMB
    except MemoryError:
        return None, Flaw.INSPECTION_CRASHED
    except _DECODER_ERRORS as error:
        return None, _why_undecodable(name, body, error)
    return picture, _leftover(name, body)


def _decode(name: str, body: bytes, limits: Limits) -> Picture:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of broken metadata, which is not ours to mend
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return _measure(name, _jpegs(body, limits) if name == "JPEG" else _frames(name, body, limits), limits)


def _measure(name: str, frames: Iterator[Image.Image], limits: Limits) -> Picture:
    views: dict[tuple[object, ...], View] = {}
    sizes: list[tuple[int, int]] = []
    for number, frame in enumerate(frames):
        for label, part in _parts(f"frame {number}", frame, limits):
            for how, luma in sights(part):
                view = measure_view(f"{label} {how}".rstrip(), luma)
                views.setdefault((view.pdq, view.pdq_quality, view.orientations, view.phash16), view)
                sizes.append(luma.size)
    width, height = sizes[0]  # a file without a frame is not decodable: IndexError
    return Picture(
        format=name.lower(), width_px=width, height_px=height, frames=number + 1, views=tuple(views.values())
    )


def _parts(label: str, frame: Image.Image, limits: Limits) -> Iterator[tuple[str, Image.Image]]:
    """The frame, and the small picture that a camera put into its EXIF, which need not be of the same thing."""
    yield label, frame
    thumbnail = exif_thumbnail(frame)
    if thumbnail is not None:
        yield f"{label} thumbnail", _load(_open_jpeg(thumbnail), limits)


def _jpegs(body: bytes, limits: Limits) -> Iterator[Image.Image]:
    """Each JPEG on its own: Pillow leaves out a gain map, and with it whatever else stands in its place."""
    found = jpegs_in(body)
    _refuse_more_than(limits.max_frames, len(found))
    for each in found:
        yield _load(_open_jpeg(body[each]), limits)


def _open_jpeg(body: bytes) -> Image.Image:
    """Past Pillow's factory, which would follow the offsets of a multi-picture header."""
    return JpegImageFile(BytesIO(body))


def _frames(name: str, body: bytes, limits: Limits) -> Iterator[Image.Image]:
    if name == "WEBP":
        _refuse_bomb(webp_canvas(body), limits)
    with Image.open(BytesIO(body), formats=(name,)) as image:
        _refuse_bomb(image.size, limits)
        count = getattr(image, "n_frames", 1)
        _refuse_more_than(limits.max_frames, count)
        _refuse_bomb((image.width * count, image.height), limits, times=_ALL_FRAMES)
        for number in range(count):
            image.seek(number)
            yield _load(image, limits)


def _load(image: Image.Image, limits: Limits) -> Image.Image:
    """Decode once: of a JPEG with luma and chroma only the luma, which is all that is hashed."""
    _refuse_bomb(image.size, limits)
    image.draft("L", image.size)
    image.load()
    return image


_ALL_FRAMES: Final = 4
"""All frames together may have this many times the pixels of one: a second or two of decoding."""


def _refuse_bomb(size: tuple[int, int], limits: Limits, *, times: int = 1) -> None:
    if size[0] * size[1] > limits.max_pixels * times:
        raise _Flawed(Flaw.BOMB)


def _refuse_more_than(most: int, frames: int) -> None:
    if frames > most:
        raise _Flawed(Flaw.TOO_MANY_FRAMES)


def _why_undecodable(name: str, body: bytes, error: BaseException) -> Flaw:
    cut_off = end_of_file(name, body) is None or "truncated" in str(error).lower()
    return Flaw.TRUNCATED if cut_off else Flaw.UNDECODABLE


def _leftover(name: str, body: bytes) -> Flaw | None:
    end = end_of_file(name, body)
    if end is None:
        return Flaw.TRUNCATED
    if not is_padding(body[end:]) or (name == "JPEG" and _unannounced(body)):
        return Flaw.TRAILING_DATA
    return None


def _unannounced(body: bytes) -> bool:
    found = jpegs_in(body)
    return len(found) > 1 and not announces_more_jpegs(body[found[0]])

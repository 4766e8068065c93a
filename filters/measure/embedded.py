"""Find the small pictures that lie in a file's metadata, which need not be of the same thing as the picture itself."""

import re
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Final, TypeAlias

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from filters.measure.containers import jpegs_in
from filters.measure.jpeg_segments import MOST_SEGMENTS, segments
from filters.measure.limits import Limits, load, refuse_more_than
from filters.measure.metadata import Kind
from filters.measure.photoshop import SIGNATURE, photoshop_thumbnails, resources_in
from filters.measure.rights import blocks_of
from filters.measure.thumbnail import exif_thumbnail

Found: TypeAlias = tuple[str, bytes | Image.Image]

_MOST: Final = 16
_MOST_BEGINNINGS: Final = 256
_APP0: Final = 0xE0
_APP13: Final = 0xED
_SOI: Final = b"\xff\xd8\xff"
_BEGINNING: Final = re.compile(rb"\xff\xd8\xff[\xc0-\xc4\xdb\xdd\xe0-\xef\xfe]")
_BASE64: Final = re.compile(rb"/9j/(?:[A-Za-z0-9+/=\s]|&#x?[0-9A-Fa-f]{1,3};){252,}")
_NOT_BASE64: Final = re.compile(rb"&#x?[0-9A-Fa-f]{1,3};|[^A-Za-z0-9+/]")


def open_jpeg(body: bytes) -> Image.Image:
    """Past Pillow's factory, which would follow the offsets of a multi-picture header."""
    return JpegImageFile(BytesIO(body))


def embedded_pictures(name: str, frame: Image.Image, body: bytes, limits: Limits) -> Iterator[tuple[str, Image.Image]]:
    """Yield, loaded, each picture in the metadata of a loaded frame and of the bytes it was read from.

    What is said to be a picture and is none raises; what only begins like a JPEG is left out unless it is whole.
    """
    seen: set[bytes] = set()
    for tried, (kind, found) in enumerate(_found(name, frame, body), 1):
        refuse_more_than(_MOST, tried)
        held = _first_jpeg(found) if isinstance(found, bytes) else found.tobytes()
        if held not in seen:
            seen.add(held)
            yield kind, load(open_jpeg(held), limits) if isinstance(found, bytes) else found


def _found(name: str, frame: Image.Image, body: bytes) -> Iterator[Found]:
    thumbnail = exif_thumbnail(frame)
    if thumbnail is not None:
        yield "thumbnail", thumbnail
    for each in photoshop_thumbnails(resources_in(frame)):
        yield "photoshop thumbnail", each
    if name == "JPEG":
        yield from _in_segments(body)
    for block in blocks_of(name, body):
        if block.kind is Kind.XMP:
            yield from (("xmp thumbnail", _from_base64(each.group())) for each in _BASE64.finditer(block.body))


def _in_segments(body: bytes) -> Iterator[Found]:
    held = list(islice(segments(body, 0), MOST_SEGMENTS + 1))
    refuse_more_than(MOST_SEGMENTS, len(held))
    for marker, start, end in held:
        if marker == _APP0:
            yield from _of_jfif(body[start:end])
    resources = (body[start:end] for marker, start, end in held if marker == _APP13)
    of_photoshop = (each.removeprefix(SIGNATURE) for each in resources if each.startswith(SIGNATURE))
    for each in photoshop_thumbnails(b"".join(of_photoshop)):
        yield "photoshop thumbnail", each
    for _, start, end in held:
        if body.find(_SOI, start, end) >= 0:
            yield from (("preview", each) for each in _whole_jpegs(body[start:end]))


_JFXX_JPEG, _JFXX_PALETTE, _JFXX_COLOURS = 0x10, 0x11, 0x13
_PALETTE_BYTES: Final = 768


def _of_jfif(data: bytes) -> Iterator[Found]:
    """Yield the thumbnail of a JFIF header, or of its extension; one whose pixels are missing is none."""
    if data.startswith(b"JFIF\0"):
        yield from _pixels("jfif thumbnail", data[12:14], data[14:])
    elif data.startswith(b"JFXX\0"):
        kind, rest = data[5:6], data[6:]
        if kind == bytes((_JFXX_JPEG,)):
            yield "jfxx thumbnail", rest
        elif kind == bytes((_JFXX_COLOURS,)):
            yield from _pixels("jfxx thumbnail", rest[:2], rest[2:])
        elif kind == bytes((_JFXX_PALETTE,)):
            palette, indices = rest[2 : 2 + _PALETTE_BYTES], rest[2 + _PALETTE_BYTES :]
            colours = [palette[3 * each : 3 * each + 3] for each in indices]
            yield from _pixels("jfxx thumbnail", rest[:2], b"".join(colours))


def _pixels(kind: str, size: bytes, pixels: bytes) -> Iterator[Found]:
    if len(size) == 2 and 0 < 3 * size[0] * size[1] <= len(pixels):
        yield kind, Image.frombytes("RGB", (size[0], size[1]), pixels[: 3 * size[0] * size[1]])


def _whole_jpegs(data: bytes) -> Iterator[bytes]:
    end = 0
    for tried, beginning in enumerate(_BEGINNING.finditer(data)):
        refuse_more_than(_MOST_BEGINNINGS, tried)
        if beginning.start() >= end:
            whole = _first_jpeg(data[beginning.start() :])
            if whole.endswith(b"\xff\xd9"):
                end = beginning.start() + len(whole)
                yield whole


def _first_jpeg(data: bytes) -> bytes:
    found = jpegs_in(data)
    return data[found[0]] if found else data


def _from_base64(text: bytes) -> bytes:
    digits = _NOT_BASE64.sub(b"", text)
    return b64decode(digits + b"=" * (-len(digits) % 4)) if len(digits) % 4 != 1 else b64decode(digits[:-1])

"""Find the small pictures that lie in a file's metadata, which need not be of the same thing as the picture itself."""

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice
from typing import Final, TypeAlias

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.TiffImagePlugin import TiffImageFile

from filters.measure.containers import jpeg_end, jpegs_in
from filters.measure.jpeg_segments import MOST_SEGMENTS, Segment, segments
from filters.measure.limits import Limits, load, refuse_more_than
from filters.measure.metadata import Kind
from filters.measure.photoshop import SIGNATURE, photoshop_thumbnails, resources_in
from filters.measure.rights import blocks_of
from filters.measure.thumbnail import exif_bitmap, exif_thumbnail
from filters.measure.tiff_parts import tiff_parts

Found: TypeAlias = tuple[str, bytes | Image.Image]

_MOST: Final = 16
_MOST_BEGINNINGS: Final = 256
_APP0: Final = 0xE0
_APP13: Final = 0xED
_SOI: Final = b"\xff\xd8\xff"
_SOS: Final = b"\xff\xda"
_BEGINNING: Final = re.compile(rb"\xff\xd8\xff[\xc0-\xc4\xdb\xdd\xe0-\xef\xfe]")
_BASE64: Final = re.compile(rb"/9j/(?:[A-Za-z0-9+/=\s]|&#x?[0-9A-Fa-f]{1,8};){252,}")
_NOT_BASE64: Final = re.compile(rb"&#x?[0-9A-Fa-f]{1,8};|[^A-Za-z0-9+/]")


def open_jpeg(body: bytes) -> Image.Image:
    """Past Pillow's factory, which would follow the offsets of a multi-picture header."""
    return JpegImageFile(BytesIO(body))


def embedded_pictures(name: str, frame: Image.Image, body: bytes, limits: Limits) -> Iterator[tuple[str, Image.Image]]:
    """Yield, loaded, each picture in the metadata of a loaded frame and of the bytes it was read from.

    What is said to be a picture and is none raises; what only begins like a JPEG is left out unless it is whole.
    """
    seen: set[bytes] = set()
    for tried, (kind, found) in enumerate(_found(name, frame, body), 1):
        refuse_more_than(_MOST_BEGINNINGS, tried)
        held = _first_jpeg(found) if isinstance(found, bytes) else load(found, limits).tobytes()
        if held not in seen:
            seen.add(held)
            refuse_more_than(_MOST, len(seen))
            yield kind, load(open_jpeg(held), limits) if isinstance(found, bytes) else found


def _found(name: str, frame: Image.Image, body: bytes) -> Iterator[Found]:
    thumbnail = exif_thumbnail(frame)
    if thumbnail is not None:
        yield "thumbnail", thumbnail
    for each in photoshop_thumbnails(resources_in(frame)):
        yield "photoshop thumbnail", each
    bitmap = exif_bitmap(frame)
    if bitmap is not None:
        yield "thumbnail", TiffImageFile(BytesIO(bitmap))
    if name == "JPEG":
        yield from _in_segments(body)
    else:
        yield from (("preview", each) for each in _whole_jpegs([_beside(name, body)]))
    for block in blocks_of(name, body):
        if block.kind is Kind.XMP:
            packet = block.body.replace(b"\0", b"")  # a letter may have two bytes
            yield from (("xmp thumbnail", _from_base64(each.group())) for each in _BASE64.finditer(packet))


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
    suspect = [each for each in held if body.find(_SOI, each[1], each[2]) >= 0]
    yield from (("preview", each) for each in _whole_jpegs(_in_each_and_in_all(body, held, suspect)))


def _in_each_and_in_all(body: bytes, held: list[Segment], suspect: list[Segment]) -> Iterator[bytes]:
    """Yield segments in which a JPEG may begin, and joined what one of them and others of its kind hold."""
    for _, start, end in suspect:
        yield body[start:end]
    for marker in dict.fromkeys(marker for marker, _, _ in suspect):
        alike = [body[start:end] for kind, start, end in held if kind == marker]
        if len(alike) > 1:
            yield b"".join(alike)


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


def _beside(name: str, body: bytes) -> bytes:
    """Return the file without those pixels of a TIFF that are decoded anyway, and may be packed as JPEGs."""
    parts = tiff_parts(body) if name == "TIFF" else None
    if parts is None:
        return body
    rest = bytearray(body)
    for start, end in parts.pixels:
        end = min(end, len(rest))
        rest[start:end] = bytes(max(0, end - start))
    return bytes(rest)


def _whole_jpegs(places: Iterable[bytes]) -> Iterator[bytes]:
    tried = 0
    for data in places:
        after = 0
        for beginning in _BEGINNING.finditer(data):
            tried += 1
            refuse_more_than(_MOST_BEGINNINGS, tried)
            start = beginning.start()
            end = jpeg_end(data, start) if start >= after else None
            if end is not None:
                after = end
                if data.find(_SOS, start, end) >= 0:  # else it has tables alone, as a TIFF may
                    yield data[start:end]


def _first_jpeg(data: bytes) -> bytes:
    found = jpegs_in(data)
    return data[found[0]] if found else data


def _from_base64(text: bytes) -> bytes:
    digits = _NOT_BASE64.sub(b"", text)
    return b64decode(digits + b"=" * (-len(digits) % 4)) if len(digits) % 4 != 1 else b64decode(digits[:-1])

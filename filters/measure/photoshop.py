"""Read the small pictures that Photoshop and its like put beside the IPTC of a file."""

import struct
from collections.abc import Iterator
from typing import Final

from PIL import Image

SIGNATURE: Final = b"Photoshop 3.0\0"
_RESOURCE: Final = b"8BIM"
_THUMBNAILS: Final = frozenset({1033, 1036})
_SWAPPED: Final = 1033
"""Of Photoshop 4: red and blue have changed places. Of a JPEG that is let be: it moves a hash by few bits."""
_HEADER: Final = struct.Struct(">IIIIIIHH")
_RAW, _JPEG = 0, 1
_PNG_PROFILES: Final = ("Raw profile type 8bim", "Raw profile type iptc")
_TIFF_TAG: Final = 34377


def resources_in(frame: Image.Image) -> bytes:
    """Return the resources of a TIFF, or of a PNG as ImageMagick writes them; of a JPEG they lie in its segments."""
    of_tiff = getattr(frame, "tag_v2", {}).get(_TIFF_TAG, b"")
    held = of_tiff if isinstance(of_tiff, tuple) else (of_tiff,)
    texts = (frame.info.get(name) for name in _PNG_PROFILES)
    of_png = (_from_hex(text) for text in texts if isinstance(text, str))
    return b"".join([*(each for each in held if isinstance(each, bytes)), *of_png])


def photoshop_thumbnails(resources: bytes) -> Iterator[bytes | Image.Image]:
    """Yield each as a JPEG, or as pixels if it is not packed; one whose pixels are missing is none."""
    at = resources.find(_RESOURCE)
    while at >= 0 and at + 12 <= len(resources) and resources.startswith(_RESOURCE, at):
        (number,) = struct.unpack_from(">H", resources, at + 4)
        at += 6 + (resources[at + 6] + 2) // 2 * 2  # a name, with its length before it, is of even length in all
        length = int.from_bytes(resources[at : at + 4], "big")
        if number in _THUMBNAILS:
            yield from _thumbnail(resources[at + 4 : at + 4 + length], swapped=number == _SWAPPED)
        at += 4 + length + length % 2


def _thumbnail(data: bytes, *, swapped: bool) -> Iterator[bytes | Image.Image]:
    if len(data) < _HEADER.size:
        return
    kind, width, height, row_bytes, *_ = _HEADER.unpack_from(data)
    pixels = data[_HEADER.size :]
    if kind == _JPEG:
        yield pixels
    elif kind == _RAW and min(width, height) > 0 and row_bytes >= 3 * width and len(pixels) >= row_bytes * height:
        yield Image.frombytes("RGB", (width, height), pixels, "raw", "BGR" if swapped else "RGB", row_bytes)


def _from_hex(text: str) -> bytes:
    """Read a profile as ImageMagick writes it: its name, its length, and its bytes as hex digits."""
    try:
        return bytes.fromhex(text.strip().split("\n", 2)[-1])
    except ValueError:
        return b""

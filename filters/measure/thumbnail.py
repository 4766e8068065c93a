"""Find the small picture that cameras put into a picture's EXIF: a JPEG, or one that is not packed."""

import struct
from typing import Final

from PIL import ExifTags, Image

from filters.measure.normalise import EXIF_ERRORS

_OFFSET: Final = 513
_LENGTH: Final = 514
_STRIPS: Final = 273
_PREFIX: Final = b"Exif\0\0"


def exif_thumbnail(frame: Image.Image) -> bytes | None:
    """Return the thumbnail's bytes; None if there is none, or if what should be one does not begin like a JPEG."""
    exif = frame.info.get("exif")
    if not isinstance(exif, bytes):
        return None
    tiff = exif.removeprefix(_PREFIX)
    try:
        directory = frame.getexif().get_ifd(ExifTags.IFD.IFD1)
        start, length = int(directory[_OFFSET]), int(directory[_LENGTH])
    except EXIF_ERRORS:
        return None
    thumbnail = tiff[start : start + length]
    return thumbnail if thumbnail.startswith(b"\xff\xd8\xff") else None


def exif_bitmap(frame: Image.Image) -> bytes | None:
    """Return the EXIF as a TIFF whose first page is the thumbnail, if its pixels lie there without being packed."""
    exif = frame.info.get("exif")
    if not isinstance(exif, bytes):
        return None
    tiff = exif.removeprefix(_PREFIX)
    order = "<" if tiff.startswith(b"II") else ">"
    try:
        if _STRIPS not in frame.getexif().get_ifd(ExifTags.IFD.IFD1):
            return None
        (first,) = struct.unpack_from(order + "I", tiff, 4)
        (entries,) = struct.unpack_from(order + "H", tiff, first)
        (second,) = struct.unpack_from(order + "I", tiff, first + 2 + 12 * entries)
    except EXIF_ERRORS:
        return None
    return tiff[:4] + struct.pack(order + "I", second) + tiff[8:]

"""Find the small JPEG that cameras put into a picture's EXIF."""

from typing import Final

from PIL import ExifTags, Image

from filters.measure.normalise import EXIF_ERRORS

_OFFSET: Final = 513
_LENGTH: Final = 514
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

"""Take private metadata out of the texts of a PNG: packets, profiles in hex digits, and those named like a property."""

import re
from typing import Final

from filters.measure.jpeg_segments import EXIF_PREFIX, XMP_PREFIX
from filters.measure.private_metadata.edits import Block, Broken, Edits
from filters.measure.private_metadata.iptc import blank_iptc
from filters.measure.private_metadata.nested import blank_whole_exif, blank_whole_resources
from filters.measure.private_metadata.properties import what_keyword_is
from filters.measure.private_metadata.texts import blank_text
from filters.measure.private_metadata.xmp import blank_xmp

_XMP: Final = "xml:com.adobe.xmp"
_PROFILE: Final = "raw profile type "
_COLOURS: Final = frozenset({"icc", "icm"})
_SPACE: Final = re.compile(rb"(\s+)")
_TIFFS: Final = (b"II", b"MM")
_READERS: Final = (
    (EXIF_PREFIX, blank_whole_exif),
    (XMP_PREFIX, blank_xmp),
    (b"8BIM", blank_whole_resources),
    (b"\x1c", blank_iptc),
)


def blank_png_text(block: Block, keyword: str) -> None:
    """Raise Broken of a profile that nobody can read."""
    name = keyword.lower()
    what = what_keyword_is(keyword)
    if name == _XMP:
        blank_xmp(block)
    elif name.startswith(_PROFILE):
        if name.removeprefix(_PROFILE) not in _COLOURS:
            _blank_profile(block)
    elif what is not None:
        block.fill(0, len(block), what, filler=b" ")
    else:
        blank_text(block)


def _blank_profile(block: Block) -> None:
    """It is written as ImageMagick does: its name, its length, and its bytes as hex digits in lines."""
    lines = block.data.lstrip().split(b"\n", 2)
    digits = lines[-1]
    try:
        profile = Edits(bytes.fromhex(digits.decode("ascii")))
    except ValueError:
        raise Broken from None
    _blank_bytes(profile)
    if profile.patches():
        start = len(block) - len(digits)
        block.put(start, _in_lines(profile.body.hex().encode(), digits), *profile.removed)


def _blank_bytes(profile: Edits) -> None:
    whole = profile.block((0, len(profile.body)))
    for prefix, blank in _READERS:
        if whole.data.startswith(prefix):
            blank(whole.part(len(prefix) if prefix in (EXIF_PREFIX, XMP_PREFIX) else 0, len(whole)))
            return
    if whole.data.startswith(_TIFFS):
        blank_whole_exif(whole)
    elif whole.data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        blank_xmp(whole)
    else:
        raise Broken


def _in_lines(digits: bytes, lines: bytes) -> bytes:
    """Return digits with white space where those had it that they take the place of."""
    at, written = 0, []
    for each in _SPACE.split(lines):
        if each.isspace():
            written.append(each)
        else:
            written.append(digits[at : at + len(each)])
            at += len(each)
    return b"".join(written)

"""Tell a picture's format by its first bytes, and where its file ought to end."""

import re
import struct
from collections.abc import Callable, Iterator
from typing import Final

_SIGNATURES: Final = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
)
_PADDING: Final = b"\0\r\n\t "


def sniff_format(body: bytes) -> str | None:
    """Return Pillow's name of the format; what a server or a file name says is not asked."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "WEBP"
    if body[4:8] == b"ftyp" and _brands(body) & {b"avif", b"avis"}:
        return "AVIF"
    return next((name for signature, name in _SIGNATURES if body.startswith(signature)), None)


def _brands(body: bytes) -> set[bytes]:
    end = min(int.from_bytes(body[:4], "big"), len(body), 256)
    return {body[at : at + 4] for at in (8, *range(16, end, 4))}


def webp_canvas(body: bytes) -> tuple[int, int]:
    """Return width and height from the header: libwebp takes memory for the canvas before it can be asked."""
    kind, bits = body[12:16], int.from_bytes(body[21:25], "little")
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[24:27], "little"), 1 + int.from_bytes(body[27:30], "little")
    if kind == b"VP8L":
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(body[26:28], "little") & 0x3FFF, int.from_bytes(body[28:30], "little") & 0x3FFF


def as_other_avif(body: bytes) -> bytes | None:
    """Return the file as the still that it holds beside an animation, or the other way round; None if it has but one.

    Which of them is shown is told by its brand, and programs do not agree how.
    """
    brand, kind = (b"avif", b"pitm") if body[8:12] == b"avis" else (b"avis", b"moov")
    return body[:8] + brand + body[12:] if kind in body and b"moov" in body else None


def gif_screen(body: bytes, size: tuple[int, int]) -> tuple[int, int]:
    """Return how much of a frame of that size is shown: Pillow makes room for one that is larger than the screen."""
    width, height = struct.unpack_from("<HH", body, 6)
    return min(width or size[0], size[0]), min(height or size[1], size[1])


def png_frames(body: bytes) -> int:
    """Return how many pictures a whole PNG holds, whatever it says of that itself."""
    kinds = [kind for _, kind in _png_chunks(body)]
    first_is_none = b"fcTL" not in kinds[: kinds.index(b"IDAT")]
    return kinds.count(b"fcTL") + first_is_none


def is_padding(rest: bytes) -> bool:
    """Tell whether bytes after the end hold nothing: cameras and editors pad with zeros or a line end."""
    return not rest.strip(_PADDING)


def end_of_file(name: str, body: bytes) -> int | None:
    """Return the offset after the last byte that belongs to the picture; None if the file ends before that.

    TIFF gives its length: its parts are found by offset and may lie anywhere, so no byte is known to be left over.
    JPEG gives the end of the last picture in it (`jpegs_in`).
    """
    find = _ENDS.get(name)
    if find is None:
        return len(body)
    try:
        end = find(body)
    except (IndexError, struct.error):
        return None
    return end if end is not None and end <= len(body) else None


_JPEG_END: Final = 0xD9
_JPEG_SCAN: Final = 0xDA
_JPEG_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_NEXT_MARKER: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""In a scan: neither a stuffed zero, nor a restart, nor a fill byte."""


_MOST_MARKERS: Final = 16_384
"""Of one JPEG; writers need some tens, and whatever has more is not walked to its end."""
_MOST_JPEGS: Final = 4096
"""What follows so many is left over; a burst holds some twenty."""


def jpegs_in(body: bytes) -> list[slice]:
    """Return where each JPEG lies that follows the one before without anything but padding between.

    A second one is a picture of its own, whether a multi-picture header announces it (a depth or gain map, the
    full-size preview) or not; Pillow finds some of the first kind only.
    """
    found: list[slice] = []
    start = 0
    while len(found) < _MOST_JPEGS and body.startswith(b"\xff\xd8\xff", start):
        end = jpeg_end(body, start)
        if end is None:
            found.append(slice(start, len(body)))
            break
        found.append(slice(start, end))
        start = end + _leading_padding(body, end)
    return found


def announces_more_jpegs(first: bytes) -> bool:
    """Tell whether a JPEG holds a multi-picture header (CIPA DC-007), which says that others follow it."""
    return b"MPF\0" in first


def _leading_padding(body: bytes, start: int) -> int:
    rest = body[start : start + 65_536]
    return len(rest) - len(rest.lstrip(_PADDING))


def jpeg_end(body: bytes, start: int) -> int | None:
    """Walk from marker to marker: a thumbnail inside a segment has an end of its own that must not be taken for it."""
    at = start + 2
    for _ in range(_MOST_MARKERS):
        if at + 1 >= len(body) or body[at] != 0xFF:
            return None
        marker = body[at + 1]
        if marker == _JPEG_END:
            return at + 2
        at = after_jpeg_marker(body, at, marker)
    return None


def after_jpeg_marker(body: bytes, at: int, marker: int) -> int:
    """Return the offset after a marker and what belongs to it: its segment, and after that of a scan its data."""
    if marker == 0xFF:
        return at + 1
    if marker in _JPEG_BARE:
        return at + 2
    at += 2 + int.from_bytes(body[at + 2 : at + 4], "big")
    if marker != _JPEG_SCAN:
        return at
    following = _NEXT_MARKER.search(body, at)
    return following.start() if following else len(body)


def _jpeg_last_end(body: bytes) -> int | None:
    return jpeg_end(body, jpegs_in(body)[-1].start)


def _png_end(body: bytes) -> int:
    return max(end for end, _ in _png_chunks(body))


def _png_chunks(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield where each chunk ends, and its kind."""
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", body, at)
        at += 12 + length
        yield at, kind


def _gif_end(body: bytes) -> int:
    at = 13 + gif_colours(body[10:11])
    while body[at] != 0x3B:
        if body[at] == 0x2C:
            at += 11 + gif_colours(body[at + 9 : at + 10])
        elif body[at] == 0x21:
            at += 2
        else:
            return at
        while body[at]:
            at += 1 + body[at]
        at += 1
    return at + 1


def gif_colours(flags: bytes) -> int:
    """Return how many bytes the table of colours takes that such flags announce."""
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def _webp_end(body: bytes) -> int:
    length: int = struct.unpack_from("<I", body, 4)[0]
    return 8 + length


def _bmp_end(body: bytes) -> int:
    """The file length in the header is not believed: it is often wrong, and could be made to cover what is appended."""
    offset, header = struct.unpack_from("<II", body, 10)
    if header == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", body, 18)
        return int(offset + (width * bits + 31) // 32 * 4 * height)
    width, height, _, bits, packing, size = struct.unpack_from("<iiHHII", body, 18)
    plain = (width * bits + 31) // 32 * 4 * abs(height)
    return max(int(offset + (size if packing in (1, 2) else plain)), _bmp_profile_end(body, header))


def _bmp_profile_end(body: bytes, header: int) -> int:
    if header < 124 or body[14 + 56 : 14 + 60] != b"DEBM":
        return 0
    profile, length = struct.unpack_from("<II", body, 14 + 112)
    return 14 + int(profile + length)


_AVIF_BOXES: Final = frozenset(b"ftyp meta mdat moov free skip uuid pdin styp sidx moof mfra".split())


def _avif_end(body: bytes) -> int:
    at = 0
    while at + 8 <= len(body):
        length, kind = struct.unpack_from(">I4s", body, at)
        if kind not in _AVIF_BOXES:
            return at
        if length == 1:
            length = struct.unpack_from(">Q", body, at + 8)[0]
        if length == 0:
            return len(body)
        at += max(length, 8)
    return at


_ENDS: Final[dict[str, Callable[[bytes], int | None]]] = {
    "JPEG": _jpeg_last_end,
    "PNG": _png_end,
    "GIF": _gif_end,
    "WEBP": _webp_end,
    "BMP": _bmp_end,
    "AVIF": _avif_end,
}

"""Find what a TIFF holds beside its pages: pictures in sub-directories, and bytes that no directory speaks of."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_BYTES_OF_TYPE: Final = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_OFFSETS_OF_PIXELS: Final = {273: 279, 324: 325, 513: 514}
"""Tags of strips, tiles and an old JPEG, each with the tag of their lengths."""
_SUB_DIRECTORIES: Final = frozenset({330})
_OTHER_DIRECTORIES: Final = frozenset({34665, 34853, 40965})
"""EXIF, GPS and interoperability: they hold no picture of their own."""
_READ_ELSEWHERE: Final = frozenset({700, 33723, 34377, 34675, 52545})
"""XMP, IPTC, Photoshop's resources, the colour profile, C2PA."""
_MOST_UNREAD_BYTES: Final = 65_536
"""A value of another tag that is larger than this could be a picture: Photoshop keeps layers in one."""
_MOST_DIRECTORIES: Final = 256
_MOST_ENTRIES: Final = 4096
_MOST_NUMBERS: Final = 1 << 19
"""Offsets and lengths in all directories; a picture of forty megapixels in single rows has some ten thousand."""
_MOST_GAP_BYTES: Final = 64
"""Writers align parts, and leave the header of a page that they appended; no picture is as small as that."""


@dataclass(kw_only=True, slots=True)
class TiffParts:
    """`first` is where the first directory lies; `pictures` where those lie that no page leads to."""

    order: str
    big: bool
    first: int
    pictures: list[int] = field(default_factory=list)
    covered: list[tuple[int, int]] = field(default_factory=list)
    pixels: list[tuple[int, int]] = field(default_factory=list)
    """Where those lie that are decoded; a directory of EXIF has none that anybody would decode."""
    numbers: int = 0

    def unspoken(self, body: bytes) -> bool:
        """Tell whether bytes are left that no directory speaks of; zeros and line ends hold nothing."""
        end = 0
        for start, stop in [*sorted([*self.covered, *self.pixels]), (len(body), len(body))]:
            if start - end > _MOST_GAP_BYTES and body[end:start].strip(b"\0\r\n\t "):
                return True
            end = max(end, stop)
        return False


def tiff_parts(body: bytes) -> TiffParts | None:
    """Walk all directories; None if the chain is broken, of what Pillow finds no page either."""
    order, big = "<" if body[:2] == b"II" else ">", body[2:3] == b"+" or body[3:4] == b"+"
    try:
        (first,) = struct.unpack_from(order + ("Q" if big else "I"), body, 8 if big else 4)
        parts = TiffParts(order=order, big=big, first=first, covered=[(0, 16 if big else 8)])
        _walk(body, parts)
    except (struct.error, OverflowError, ValueError):
        return None
    return parts


def reopened(body: bytes, parts: TiffParts, directory: int) -> bytes:
    """Return the file as if its pages began at that directory."""
    return (
        body[:8] + struct.pack(parts.order + "Q", directory) + body[16:]
        if parts.big
        else body[:4] + struct.pack(parts.order + "I", directory) + body[8:]
    )


def _walk(body: bytes, parts: TiffParts) -> None:
    waiting, seen = [(parts.first, True)], set[int]()
    while waiting:
        at, is_picture = waiting.pop()
        if at in seen or not at:
            continue
        seen.add(at)
        if len(seen) > _MOST_DIRECTORIES:
            raise ValueError("too many directories")
        following, held = _directory(body, at, parts)
        if is_picture:
            parts.pixels.extend(_pixels(held))
        waiting.append((following, is_picture))
        for tag, values in held.items():
            if tag in _SUB_DIRECTORIES:
                parts.pictures.extend(values)
            if tag in _SUB_DIRECTORIES | _OTHER_DIRECTORIES:
                waiting.extend((each, tag in _SUB_DIRECTORIES) for each in values)


def _pixels(held: Mapping[int, list[int]]) -> Iterator[tuple[int, int]]:
    for offsets, lengths in _OFFSETS_OF_PIXELS.items():
        for first, length in zip(held.get(offsets, []), held.get(lengths, []), strict=False):
            yield first, first + length


def _directory(body: bytes, at: int, parts: TiffParts) -> tuple[int, dict[int, list[int]]]:
    count, entry, offset = (parts.order + each for each in (("Q", "HHQQ", "Q") if parts.big else ("H", "HHII", "I")))
    (entries,) = struct.unpack_from(count, body, at)
    if entries > _MOST_ENTRIES:
        raise ValueError("too many entries")
    start, size = at + struct.calcsize(count), struct.calcsize(entry)
    stop = start + entries * size + struct.calcsize(offset)
    parts.covered.append((at, stop))
    values = {
        tag: list(_values(body, start + number * size, parts, tag, type_, length))
        for number, (tag, type_, length, _) in enumerate(
            struct.iter_unpack(entry, body[start : start + entries * size])
        )
    }
    (following,) = struct.unpack_from(offset, body, start + entries * size)
    return following, values


def _values(body: bytes, entry: int, parts: TiffParts, tag: int, type_: int, length: int) -> Iterator[int]:
    """Yield the numbers of an entry whose values are offsets or lengths, and note where any lie that are elsewhere."""
    inline, place = (8, entry + 12) if parts.big else (4, entry + 8)
    size = length * _BYTES_OF_TYPE.get(type_, 1)
    if size > inline:
        (place,) = struct.unpack_from(parts.order + ("Q" if parts.big else "I"), body, place)
        if size <= _MOST_UNREAD_BYTES or tag in _READ_ELSEWHERE or tag in _NUMBERS:
            parts.covered.append((place, place + size))
    code = {3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}.get(type_)
    if tag in _NUMBERS and code is not None:
        parts.numbers += length
        if parts.numbers > _MOST_NUMBERS:
            raise ValueError("too many numbers")
        yield from struct.unpack_from(f"{parts.order}{length}{code}", body, place)


_NUMBERS: Final = frozenset({*_OFFSETS_OF_PIXELS, *_OFFSETS_OF_PIXELS.values(), *_SUB_DIRECTORIES, *_OTHER_DIRECTORIES})

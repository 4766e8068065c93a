"""Find the XMP packets and C2PA stores of a TIFF, or of the EXIF of another picture, in its directories."""

import struct
from collections.abc import Iterator
from typing import Final

from filters.measure.metadata import Block, Kind, block_at, not_walked

_TAGS: Final = {700: Kind.XMP, 52545: Kind.C2PA}
_BYTES_OF_TYPE: Final = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
"""One, for those that are not here."""
_MOST_DIRECTORIES: Final = 64
_MOST_ENTRIES: Final = 4096
_MOST_INLINE_BYTES: Final = 8
"""So few stand in the entry itself, and are no packet."""


def directory_blocks(body: bytes) -> Iterator[Block]:
    """Yield the blocks of each directory of the chain; of a broken chain, those before the break."""
    order, big = "<" if body[:2] == b"II" else ">", body[2:3] == b"+" or body[3:4] == b"+"
    try:
        yield from _chain(body, order, big)
    except (struct.error, OverflowError):
        return


def _chain(body: bytes, order: str, big: bool) -> Iterator[Block]:
    count, entry, offset = (order + each for each in (("Q", "HHQQ", "Q") if big else ("H", "HHII", "I")))
    (at,) = struct.unpack_from(offset, body, 8 if big else 4)
    seen: set[int] = set()
    while at and at not in seen:
        if len(seen) == _MOST_DIRECTORIES:
            yield from not_walked("directories")
            return
        seen.add(at)
        (entries,) = struct.unpack_from(count, body, at)
        at += struct.calcsize(count)
        yield from _directory(body, at, min(entries, _MOST_ENTRIES), entry)
        if entries > _MOST_ENTRIES:
            yield from not_walked("entries")
            return
        (at,) = struct.unpack_from(offset, body, at + entries * struct.calcsize(entry))


def _directory(body: bytes, at: int, entries: int, entry: str) -> Iterator[Block]:
    size = struct.calcsize(entry)
    held = body[at : at + entries * size]
    for tag, type_, count, start in struct.iter_unpack(entry, held[: len(held) // size * size]):
        length = count * _BYTES_OF_TYPE.get(type_, 1)
        if tag in _TAGS and length > _MOST_INLINE_BYTES:
            yield block_at(body, _TAGS[tag], start, length)

"""Find the XMP packets and C2PA stores of a JPEG in its segments, in whatever order they stand."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from filters.measure.containers import jpegs_in
from filters.measure.directories import directory_blocks
from filters.measure.metadata import Block, Kind, block_at, bounded, not_walked

XMP_PREFIX: Final = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED_PREFIX: Final = b"http://ns.adobe.com/xmp/extension/\0"
EXIF_PREFIX: Final = b"Exif\0\0"
_MULTI_PICTURE: Final = b"MPF\0"
_BOX: Final = b"JP"
_APP1: Final = 0xE1
_APP2: Final = 0xE2
_APP11: Final = 0xEB
_ENDS_OF_HEADER: Final = frozenset({0xD9, 0xDA})
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
MOST_SEGMENTS: Final = 8192
_MOST_SEGMENTS_OF_OTHERS: Final = 512
_MOST_PICTURES: Final = 64
_NO_FILL: Final = re.compile(rb"[^\xff]")
_GUID_BYTES: Final = 32

Segment = tuple[int, int, int]
"""Marker, offset of the data, offset after it."""


def jpeg_blocks(body: bytes) -> Iterator[Block]:
    """Yield those before the first scan, which is where every writer puts them, of each picture in the file."""
    first = list(islice(segments(body, 0), MOST_SEGMENTS + 1))
    yield from _blocks(body, first, MOST_SEGMENTS)
    if any(marker == _APP2 and body.startswith(_MULTI_PICTURE, start) for marker, start, _ in first):
        others = jpegs_in(body)[1:]
        for each in others[:_MOST_PICTURES]:
            further = list(islice(segments(body, each.start), _MOST_SEGMENTS_OF_OTHERS + 1))
            yield from _blocks(body, further, _MOST_SEGMENTS_OF_OTHERS)
        if len(others) > _MOST_PICTURES:
            yield from not_walked("pictures")


def segments(body: bytes, at: int) -> Iterator[Segment]:
    """Yield the segments of the JPEG that begins there, up to its first scan."""
    at += 2
    while at + 3 < len(body) and body[at] == 0xFF and body[at + 1] not in _ENDS_OF_HEADER:
        marker = body[at + 1]
        if marker == 0xFF:
            following = _NO_FILL.search(body, at)
            at = following.start() - 1 if following else len(body)
        elif marker in _BARE:
            at += 2
        else:
            end = at + 2 + int.from_bytes(body[at + 2 : at + 4], "big")
            yield marker, at + 4, end
            at = end


def _blocks(body: bytes, segments: list[Segment], most: int) -> Iterator[Block]:
    extended: defaultdict[bytes, list[tuple[int, bytes]]] = defaultdict(list)
    stores: defaultdict[bytes, list[tuple[int, bytes]]] = defaultdict(list)
    for marker, start, end in segments[:most]:
        if marker == _APP1 and body.startswith(EXTENDED_PREFIX, start):
            data = body[start + len(EXTENDED_PREFIX) : end]
            extended[data[: _GUID_BYTES + 4]].append((_number(data[_GUID_BYTES + 4 :]), data[_GUID_BYTES + 8 :]))
        elif marker == _APP1:
            yield from app1_blocks(body, start, end)
        elif marker == _APP11 and body.startswith(_BOX, start):
            stores[body[start + 2 : start + 4]].append((_number(body[start + 4 : end]), body[start + 8 : end]))
    if len(segments) > most:
        yield from not_walked("segments")
    yield from (_extended(_number(key[_GUID_BYTES:]), pieces) for key, pieces in extended.items())
    for pieces in stores.values():
        yield from _store(pieces)


def app1_blocks(body: bytes, start: int, end: int) -> Iterator[Block]:
    """Yield what an APP1 segment holds, be it in a JPEG or copied into a text of a PNG."""
    if body.startswith(XMP_PREFIX, start):
        start += len(XMP_PREFIX)
        yield block_at(body, Kind.XMP, start, end - start)
    elif body.startswith(EXIF_PREFIX, start):
        yield from directory_blocks(body[start + len(EXIF_PREFIX) : end])


def _number(data: bytes) -> int:
    return int.from_bytes(data[:4], "big")


def _extended(length: int, pieces: list[tuple[int, bytes]]) -> Block:
    """Join what did not fit into one segment; each piece says at which byte of the whole it begins."""
    pieces.sort()
    data = b"".join(piece for _, piece in pieces)
    whole = len(data) == length and [at for at, _ in pieces] == list(_starts(piece for _, piece in pieces))
    return bounded(Kind.XMP, data, "extended xmp", None if whole else "pieces are missing")


def _starts(pieces: Iterable[bytes]) -> Iterator[int]:
    at = 0
    for each in pieces:
        yield at
        at += len(each)


def _store(pieces: list[tuple[int, bytes]]) -> Iterator[Block]:
    """Join the packets of one box: they are numbered from 1, and each repeats the header of the box."""
    pieces.sort()
    first = pieces[0][1]
    if first[4:8] != b"jumb":
        return
    header = first[: 16 if first.startswith(b"\0\0\0\1") else 8]
    data = header + b"".join(piece.removeprefix(header) for _, piece in pieces)
    whole = [at for at, _ in pieces] == list(range(1, len(pieces) + 1))
    yield bounded(Kind.C2PA, data, None, None if whole else "pieces are missing")

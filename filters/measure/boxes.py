"""Find the XMP packets and C2PA stores of an AVIF in its boxes and items."""

import struct
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from typing import Final

from filters.measure.metadata import MOST_BYTES, MOST_PARTS, Block, Kind, block_at, bounded, not_walked

C2PA_UUID: Final = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
XMP_UUID: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
XMP_TYPE: Final = b"application/rdf+xml\0"
_MOST_EXTENTS: Final = 64
_MOST_JUMBF_OFFSET: Final = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """`start` and `end` are those of what it holds; the end may lie beyond that of the file."""

    kind: bytes
    start: int
    end: int


def avif_blocks(body: bytes) -> Iterator[Block]:
    for number, box in enumerate(boxes_in(body, 0, len(body))):
        if number == MOST_PARTS:
            yield from not_walked("boxes")
            return
        if box.kind == b"uuid":
            yield from _of_uuid(body, box)
        elif box.kind == b"meta" and body.find(XMP_TYPE, box.start, box.end) >= 0:
            yield from _items(body, box)
        elif box.kind == b"jumb":
            yield block_at(body, Kind.C2PA, box.start - 8, box.end - box.start + 8)


def boxes_in(body: bytes, at: int, end: int) -> Iterator[Box]:
    """Yield the boxes that lie one after the other from `at` on."""
    while at + 8 <= end:
        length, kind = struct.unpack_from(">I4s", body, at)
        start = at + 8
        if length == 1 and at + 16 <= end:
            (length,) = struct.unpack_from(">Q", body, start)
            start += 8
        stop = max(at + length, start) if length else end
        yield Box(kind=kind, start=start, end=stop)
        at = stop


def _of_uuid(body: bytes, box: Box) -> Iterator[Block]:
    """In a box of C2PA its store follows a version, a purpose and an offset."""
    kind, start = body[box.start : box.start + 16], box.start + 16
    if kind == XMP_UUID:
        yield block_at(body, Kind.XMP, start, box.end - start)
    elif kind == C2PA_UUID:
        found = body.find(b"jumb", start, start + _MOST_JUMBF_OFFSET)
        start = found - 4 if found >= 0 else start
        yield block_at(body, Kind.C2PA, start, box.end - start)


def _items(body: bytes, meta: Box) -> Iterator[Block]:
    """Yield each item that says it is XMP; what cannot be followed is broken, and searched for in the whole file."""
    end = min(meta.end, len(body))
    held = {box.kind: replace(box, end=min(box.end, end)) for box in boxes_in(body, meta.start + 4, end)}
    try:
        wanted = set(_xmp_items(body, held[b"iinf"]))
        for number, place in places_of(body, held[b"iloc"], wanted):
            wanted.discard(number)
            yield _joined(body, place, held.get(b"idat"))
    except (struct.error, LookupError, ValueError):
        yield _LOST
        return
    if wanted:
        yield _LOST


_LOST: Final = Block(kind=Kind.XMP, found_in=Kind.XMP.value, body=b"", broken="its place is unknown", cut=True)


def _xmp_items(body: bytes, info: Box) -> Iterator[int]:
    first = info.start + 4 + (2 if body[info.start] == 0 else 4)
    for box in boxes_in(body, first, info.end):
        if box.kind != b"infe" or body.find(XMP_TYPE, box.start, box.end) < 0:
            continue
        yield struct.unpack_from(">H" if body[box.start] < 3 else ">I", body, box.start + 4)[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where an item lies: offset and length of its pieces, in the file or the data box; a length of 0: to its end."""

    in_data_box: bool
    extents: tuple[tuple[int, int], ...]


def places_of(body: bytes, location: Box, wanted: Container[int] | None) -> Iterator[tuple[int, Place]]:
    """Yield number and place of the items that are wanted, or of all; raise ValueError of a place without meaning."""
    version, sizes = body[location.start], struct.unpack_from(">H", body, location.start + 4)[0]
    of_offset, of_length, of_base, of_index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    of_index = of_index if version else 0
    of_number = 4 if version > 1 else 2
    reader = _Reader(body=body, at=location.start + 6, end=location.end)
    for _ in range(reader.number(of_number)):
        number = reader.number(of_number)
        method = reader.number(2) & 15 if version else 0
        reader.skip(2)
        base = reader.number(of_base)
        count = reader.number(2)
        if wanted is not None and number not in wanted:
            reader.skip(count * (of_index + of_offset + of_length))
            continue
        if method > 1 or count > _MOST_EXTENTS:
            raise ValueError("not where we can follow")
        yield (
            number,
            Place(
                in_data_box=method == 1,
                extents=tuple(_extent(reader, base, of_index, of_offset, of_length) for _ in range(count)),
            ),
        )


def _extent(reader: "_Reader", base: int, of_index: int, of_offset: int, of_length: int) -> tuple[int, int]:
    reader.skip(of_index)
    return base + reader.number(of_offset), reader.number(of_length)


def _joined(body: bytes, place: Place, data_box: Box | None) -> Block:
    """Join the extents; a length of zero means up to the end."""
    if place.in_data_box and data_box is None:
        raise ValueError("no data box")
    origin, end = (data_box.start, data_box.end) if place.in_data_box and data_box else (0, len(body))
    pieces: list[bytes] = []
    left = MOST_BYTES[Kind.XMP] + 1
    for offset, length in place.extents:
        start = origin + offset
        pieces.append(body[start : start + min(left, length or max(0, end - start))])
        left -= len(pieces[-1])
    return bounded(Kind.XMP, b"".join(pieces))


@dataclass(kw_only=True, slots=True)
class _Reader:
    """Reads numbers of any width, one after the other; past the end there is none."""

    body: bytes
    at: int
    end: int

    def number(self, width: int) -> int:
        self.skip(width)
        return int.from_bytes(self.body[self.at - width : self.at], "big")

    def skip(self, width: int) -> None:
        self.at += width
        if self.at > self.end:
            raise ValueError("past the end")

"""Take private metadata out of an AVIF: out of its items of EXIF and XMP, and out of boxes that no decoder reads."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from filters.facts import Private
from filters.measure.boxes import C2PA_UUID, XMP_TYPE, XMP_UUID, Box, Place, boxes_in, places_of
from filters.measure.jpeg_segments import EXIF_PREFIX
from filters.measure.private_metadata.edits import Block, Edits, Range, Unremovable, minus, overlap
from filters.measure.private_metadata.nested import blank_whole_exif
from filters.measure.private_metadata.xmp import blank_xmp

_MOST_BOXES: Final = 4096
_UNREAD_BOXES: Final = frozenset({b"free", b"skip"})
_UUID_BYTES: Final = 16
_IN_MOVIE: Final = (b"Exif", b"udta", XMP_TYPE)
_OFFSET_BYTES: Final = 4
"""An item of EXIF begins with the offset of what it holds."""


def blank_avif(edits: Edits) -> None:
    """Its parts may lie anywhere: what cannot be told from pixels is not touched, but refused."""
    body = bytes(edits.body)
    try:
        _blank(edits, body)
    except (struct.error, LookupError, ValueError):
        raise Unremovable("boxes") from None


def _blank(edits: Edits, body: bytes) -> None:
    boxes = list(islice(boxes_in(body, 0, len(body)), _MOST_BOXES + 1))
    if len(boxes) > _MOST_BOXES:
        raise Unremovable("boxes")
    movies = [each for each in boxes if each.kind == b"moov"]
    data = [(each.start, each.end) for each in boxes if each.kind == b"mdat"]
    for each in boxes:
        if each.kind == b"meta":
            _blank_items(edits, body, each, data)
    if movies and (edits.patches() or any(body.find(word, movies[0].start) >= 0 for word in _IN_MOVIE)):
        raise Unremovable("movie")  # its pictures may lie anywhere in the data
    for each in boxes:
        _blank_box(edits.block((each.start, min(each.end, len(body)))), each.kind)


def _blank_box(block: Block, kind: bytes) -> None:
    uuid = block.data[:_UUID_BYTES]
    if kind in _UNREAD_BOXES:
        block.fill(0, len(block), Private.UNREAD)
    elif kind == b"uuid" and uuid == XMP_UUID:
        blank_xmp(block.part(_UUID_BYTES, len(block)))
    elif kind == b"uuid" and uuid != C2PA_UUID:
        block.fill(0, len(block), Private.UNREAD)


def _blank_items(edits: Edits, body: bytes, meta: Box, data: list[Range]) -> None:
    end = min(meta.end, len(body))
    held = {box.kind: replace(box, end=min(box.end, end)) for box in boxes_in(body, meta.start + 4, end)}
    wanted = dict(_items(body, held[b"iinf"])) if b"iinf" in held else {}
    if not wanted:
        return
    inside = held.get(b"idat")
    if inside is not None:
        data = [*data, (inside.start, inside.end)]
    places = [(number, _ranges(place, inside, len(body))) for number, place in places_of(body, held[b"iloc"], None)]
    if wanted.keys() - {number for number, _ in places}:
        raise ValueError("an item lies nowhere")
    others = [each for number, ranges in places if number not in wanted for each in ranges]
    touched = [each for number, ranges in places if number in wanted for each in ranges]
    if overlap(touched, [*others, *minus([(0, len(body))], data)]):
        raise ValueError("an item lies where something else does")
    for number, ranges in places:
        if number in wanted:
            wanted[number](edits.block(*ranges))


def _items(body: bytes, info: Box) -> Iterator[tuple[int, Callable[[Block], None]]]:
    """Yield the number of each item of metadata, and who blanks it."""
    first = info.start + 4 + (2 if body[info.start] == 0 else 4)
    for box in boxes_in(body, first, info.end):
        width = 2 if body[box.start] < 3 else 4
        kind = body[box.start + 6 + width : box.start + 10 + width]
        if box.kind == b"infe" and (kind == b"Exif" or body.find(XMP_TYPE, box.start, box.end) >= 0):
            number = int.from_bytes(body[box.start + 4 : box.start + 4 + width], "big")
            yield number, _blank_exif_item if kind == b"Exif" else blank_xmp


def _ranges(place: Place, inside: Box | None, end: int) -> list[Range]:
    """Return where the pieces of an item lie in the file; a length of 0 is up to the end."""
    start = 0
    if place.in_data_box:
        if inside is None:
            raise ValueError("no data box")
        start, end = inside.start, inside.end
    ranges = [(start + at, start + at + length if length else end) for at, length in place.extents]
    if any(last > end for _, last in ranges):
        raise ValueError("past the end")
    return ranges


def _blank_exif_item(block: Block) -> None:
    start = _OFFSET_BYTES + int.from_bytes(block.data[:_OFFSET_BYTES], "big")
    if block.data[_OFFSET_BYTES:start] not in (b"", EXIF_PREFIX):
        raise ValueError("something lies before it")
    blank_whole_exif(block.part(start, len(block)))

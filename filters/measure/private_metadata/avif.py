"""Take private metadata out of an AVIF: out of its items of EXIF and XMP, and out of boxes that no decoder reads."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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
_ROOM: Final = frozenset({b"mdat", b"uuid", *_UNREAD_BOXES})
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
    boxes = [replace(each, end=min(each.end, len(body))) for each in boxes]
    items = [_Items(body, each) for each in boxes if each.kind == b"meta"]
    found = [*_in_boxes(body, boxes), *(part for each in items for part in each.metadata())]
    if found:
        room = [(each.start, each.end) for each in boxes if each.kind in _ROOM]
        room += [(each.inside.start, each.inside.end) for each in items if each.inside is not None]
        pictures = [place for each in items for place in each.others()]
        if overlap([place for part in found for place in part.places], [*pictures, *minus([(0, len(body))], room)]):
            raise ValueError("metadata lies where something else does")
    for part in found:
        part.blank(edits.block(*part.places))
    movie = next((each for each in boxes if each.kind == b"moov"), None)
    if movie is not None and (edits.patches() or any(body.find(word, movie.start) >= 0 for word in _IN_MOVIE)):
        raise Unremovable("movie")  # its pictures may lie anywhere in the data


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """Where some metadata lies, and who blanks it."""

    places: list[Range]
    blank: Callable[[Block], None]


def _in_boxes(body: bytes, boxes: list[Box]) -> Iterator[_Part]:
    """Yield boxes of metadata, and those that no decoder reads unless there is nothing in them."""
    for each in boxes:
        inside = each.start + _UUID_BYTES
        uuid = body[each.start : inside] if each.kind == b"uuid" else None
        read = uuid == C2PA_UUID if uuid is not None else each.kind not in _UNREAD_BOXES
        if uuid == XMP_UUID:
            yield _Part(places=[(inside, each.end)], blank=blank_xmp)
        elif not read and body[each.start : each.end].strip(b"\0"):
            yield _Part(places=[(each.start, each.end)], blank=_blank_unread)


def _blank_unread(block: Block) -> None:
    block.fill(0, len(block), Private.UNREAD)


class _Items:
    """The items that a box of metadata speaks of, and where they lie."""

    def __init__(self, body: bytes, meta: Box) -> None:
        held = boxes_in(body, meta.start + 4, meta.end)
        self._held = {box.kind: replace(box, end=min(box.end, meta.end)) for box in held}
        self._body = body
        self._blank = dict(_items(body, self._held[b"iinf"])) if b"iinf" in self._held else {}
        self.inside = self._held.get(b"idat")

    def metadata(self) -> Iterator[_Part]:
        places = dict(self._places()) if self._blank else {}
        for number, blank in self._blank.items():
            yield _Part(places=places[number], blank=blank)

    def others(self) -> Iterator[Range]:
        if b"iloc" in self._held:
            for number, ranges in self._places():
                if number not in self._blank:
                    yield from ranges

    def _places(self) -> Iterator[tuple[int, list[Range]]]:
        for number, place in places_of(self._body, self._held[b"iloc"], None):
            yield number, self._ranges(place)

    def _ranges(self, place: Place) -> list[Range]:
        """Return where the pieces of an item lie in the file; a length of 0 is up to the end."""
        start, end = 0, len(self._body)
        if place.in_data_box:
            if self.inside is None:
                raise ValueError("no data box")
            start, end = self.inside.start, self.inside.end
        ranges = [(start + at, start + at + length if length else end) for at, length in place.extents]
        if any(last > end for _, last in ranges):
            raise ValueError("past the end")
        return ranges


def _items(body: bytes, info: Box) -> Iterator[tuple[int, Callable[[Block], None]]]:
    """Yield the number of each item of metadata, and who blanks it."""
    first = info.start + 4 + (2 if body[info.start] == 0 else 4)
    for box in boxes_in(body, first, info.end):
        width = 2 if body[box.start] < 3 else 4
        kind = body[box.start + 6 + width : box.start + 10 + width]
        if box.kind == b"infe" and (kind == b"Exif" or body.find(XMP_TYPE, box.start, box.end) >= 0):
            number = int.from_bytes(body[box.start + 4 : box.start + 4 + width], "big")
            yield number, _blank_exif_item if kind == b"Exif" else blank_xmp


def _blank_exif_item(block: Block) -> None:
    start = _OFFSET_BYTES + int.from_bytes(block.data[:_OFFSET_BYTES], "big")
    if block.data[_OFFSET_BYTES:start] not in (b"", EXIF_PREFIX):
        raise ValueError("something lies before it")
    blank_whole_exif(block.part(start, len(block)))

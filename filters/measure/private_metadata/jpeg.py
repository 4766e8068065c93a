"""Take private metadata out of a JPEG, and of every further JPEG in its file."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from filters.facts import Private
from filters.measure.containers import after_jpeg_marker, jpegs_in
from filters.measure.jpeg_segments import EXIF_PREFIX, EXTENDED_PREFIX, XMP_PREFIX, Segment, segments
from filters.measure.photoshop import SIGNATURE
from filters.measure.private_metadata.directories import blank_directories
from filters.measure.private_metadata.directory_walk import Layout
from filters.measure.private_metadata.edits import Block, Broken, Edits, Range, Unremovable
from filters.measure.private_metadata.nested import blank_whole_exif, blank_whole_resources
from filters.measure.private_metadata.tags import OF_MULTI_PICTURE
from filters.measure.private_metadata.texts import blank_text
from filters.measure.private_metadata.xmp import blank_xmp

_APP0, _APP1, _APP2, _APP13 = 0xE0, 0xE1, 0xE2, 0xED
_METADATA: Final = frozenset({*range(0xE0, 0xF0), 0xFE})
_COMMENT: Final = 0xFE
_END: Final = 0xD9
_TIFFS: Final = (b"II", b"MM")
_EXTENDED_AT: Final = len(EXTENDED_PREFIX) + 40
"""After the name of the whole, its length, and the place of the piece in it."""
_JFIF: Final = b"JFIF\0"
_JFXX: Final = b"JFXX\0"
_JFIF_THUMBNAIL: Final = 12
_MULTI_PICTURE: Final = b"MPF\0"
_KEPT: Final = {
    0xE2: (b"ICC_PROFILE\0", b"urn:iso:std:iso:ts:21496:-1\0"),
    0xE8: (b"SPIFF\0",),
    0xEB: (b"JP",),
    0xEC: (b"Ducky",),
    0xEE: (b"Adobe",),
}
"""Colours, gain maps, C2PA. What else an application keeps for itself goes: makers put positions and numbers there."""
_MOST_SEGMENTS: Final = 16_384
_LATER: Final = re.compile(rb"\xff(?:\xd8\xff|[\xe1\xed])")
"""Another picture, or metadata behind a scan: none of them stands in its data."""


def blank_jpeg(edits: Edits) -> None:
    body = bytes(edits.body)
    first = list(islice(segments(body, 0), _MOST_SEGMENTS + 1))
    after = first[-1][2] if first else 0
    if _LATER.search(body, after):
        for each in jpegs_in(body):
            _blank(edits, list(islice(_throughout(body, each.start, each.stop), _MOST_SEGMENTS + 1)))
    else:
        _blank(edits, first)


def _throughout(body: bytes, start: int, end: int) -> Iterator[Segment]:
    """Yield the segments that may hold metadata, wherever between scans they stand."""
    at = start + 2
    while at + 3 < end and body[at] == 0xFF and body[at + 1] != _END:
        marker = body[at + 1]
        following = after_jpeg_marker(body, at, marker)
        if marker in _METADATA:
            yield marker, at + 4, min(following, end)
        at = following


def _blank(edits: Edits, held: list[Segment]) -> None:
    if len(held) > _MOST_SEGMENTS:
        raise Unremovable("segments")
    joined = _Joined()
    for marker, start, end in held:
        if marker in _METADATA:
            block = edits.block((start, end))
            if not joined.take(marker, block.data, start):
                _blank_segment(block, marker)
    for each in joined.exif:
        blank_whole_exif(edits.block(*each))
    if joined.resources:
        blank_whole_resources(edits.block(*joined.resources))
    for pieces in joined.extended.values():
        blank_xmp(edits.block(*(place for _, place in sorted(pieces))))


@dataclass(slots=True)
class _Joined:
    """What may go on in further segments, as it does not fit into one."""

    exif: list[list[Range]] = field(default_factory=list)
    resources: list[Range] = field(default_factory=list)
    extended: defaultdict[bytes, list[tuple[bytes, Range]]] = field(default_factory=lambda: defaultdict(list))
    """Pieces, each with its place in the whole, by the whole's name and length."""

    def take(self, marker: int, data: bytes, start: int) -> bool:
        end = start + len(data)
        if marker == _APP1 and data.startswith(EXIF_PREFIX):
            if not self.exif or data.startswith(_TIFFS, len(EXIF_PREFIX)):  # else it goes on
                self.exif.append([])
            self.exif[-1].append((start + len(EXIF_PREFIX), end))
        elif marker == _APP1 and data.startswith(EXTENDED_PREFIX):
            key, at = data[len(EXTENDED_PREFIX) : _EXTENDED_AT - 4], data[_EXTENDED_AT - 4 : _EXTENDED_AT]
            self.extended[key].append((at, (min(start + _EXTENDED_AT, end), end)))
        elif marker == _APP13 and data.startswith(SIGNATURE):
            self.resources.append((start + len(SIGNATURE), end))
        else:
            return False
        return True


def _blank_segment(block: Block, marker: int) -> None:
    data = block.data
    if marker == _COMMENT:
        blank_text(block)
    elif marker == _APP0 and data.startswith(_JFIF):
        block.fill(_JFIF_THUMBNAIL, len(block), Private.THUMBNAIL)
    elif marker == _APP1 and data.startswith(XMP_PREFIX):
        blank_xmp(block.part(len(XMP_PREFIX), len(block)))
    elif marker == _APP2 and data.startswith(_MULTI_PICTURE):
        _blank_multi_picture(block.part(len(_MULTI_PICTURE), len(block)))
    elif not data.startswith(_KEPT.get(marker, ())):
        block.fill(0, len(block), Private.THUMBNAIL if data.startswith(_JFXX) else Private.UNREAD)


def _blank_multi_picture(block: Block) -> None:
    """Its offsets are those of the other pictures: without it they could not be found."""
    try:
        blank_directories(block, Layout(alone=False, private=OF_MULTI_PICTURE))
    except Broken:
        raise Unremovable("multi-picture") from None

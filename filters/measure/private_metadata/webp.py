"""Take private metadata out of a WebP."""

import struct
from typing import Final

from filters.facts import Private
from filters.measure.jpeg_segments import EXIF_PREFIX
from filters.measure.metadata import MOST_PARTS
from filters.measure.private_metadata.edits import Block, Edits, Unremovable
from filters.measure.private_metadata.nested import blank_whole_exif
from filters.measure.private_metadata.xmp import blank_xmp

_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"C2PA"})
_XMP: Final = frozenset({b"XMP ", b"XMP\0"})


def blank_webp(edits: Edits) -> None:
    at = 12
    for _ in range(MOST_PARTS):
        if at + 8 > len(edits.body):
            return
        kind, length = struct.unpack_from("<4sI", edits.body, at)
        if kind not in _KEPT:
            _blank_chunk(edits.block((at + 8, at + 8 + length)), kind)
        at += 8 + length + length % 2
    raise Unremovable("chunks")


def _blank_chunk(block: Block, kind: bytes) -> None:
    if kind in _XMP:
        blank_xmp(block)
    elif kind == b"EXIF":
        blank_whole_exif(block.part(len(EXIF_PREFIX) if block.data.startswith(EXIF_PREFIX) else 0, len(block)))
    else:
        block.fill(0, len(block), Private.UNREAD)

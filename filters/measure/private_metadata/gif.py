"""Take private metadata out of a GIF. It is walked block by block: what only looks like one may be of a picture."""

from collections.abc import Iterator
from typing import Final

from filters.facts import Private
from filters.measure.containers import gif_colours
from filters.measure.private_metadata.edits import Block, Edits, Range, Unremovable
from filters.measure.private_metadata.iptc import blank_iptc
from filters.measure.private_metadata.nested import blank_whole_resources
from filters.measure.private_metadata.texts import blank_text
from filters.measure.private_metadata.xmp import blank_xmp

_EXTENSION, _PICTURE, _END = 0x21, 0x2C, 0x3B
_COMMENT, _APPLICATION = b"\xfe", b"\xff"
_APPLICATION_BYTES: Final = 12
"""Their number, then the name and the code of the application."""
_XMP: Final = b"XMP DataXMP"
_KEPT: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1", b"C2PA_GIF")
_RESOURCES, _IPTC = b"MGK8BIM0000", b"MGKIPTC0000"
_TRAILER: Final = bytes((1, *range(255, -1, -1), 0))
"""Whichever byte of a raw packet is taken for a length, it leads to the last zero of this."""


def blank_gif(edits: Edits) -> None:
    body = bytes(edits.body)
    at = 13 + gif_colours(body[10:11])
    while at < len(body):
        if body[at] == _EXTENSION:
            at = _extension(edits, body, at)
        elif body[at] == _PICTURE:
            at = _after(body, at + 11 + gif_colours(body[at + 9 : at + 10]))
        else:
            return
    raise Unremovable("blocks")


def _extension(edits: Edits, body: bytes, at: int) -> int:
    label, start = body[at + 1 : at + 2], at + 2
    after = _after(body, start)
    if label == _COMMENT:
        blank_text(edits.block(*_sub_blocks(body, start)))
    elif label == _APPLICATION and not body.startswith(_KEPT, start + 1):
        _application(edits, body, start, after)
    return after


def _application(edits: Edits, body: bytes, start: int, after: int) -> None:
    name, inside = body[start + 1 : start + _APPLICATION_BYTES], start + _APPLICATION_BYTES
    if name == _XMP and body.endswith(_TRAILER, inside, after):
        packet = edits.block((inside, after - len(_TRAILER)))
        _raw_xmp(packet)
        return
    block = edits.block(*_sub_blocks(body, inside))
    _IN_APPLICATION.get(name, _blank_whole)(block)


def _raw_xmp(packet: Block) -> None:
    """A zero in it would end the extension, now that those before it are lengths of other blocks."""
    if b"\0" in packet.data:
        _blank_whole(packet, b" ")
    else:
        blank_xmp(packet)


def _blank_whole(block: Block, filler: bytes = b"\0") -> None:
    block.fill(0, len(block), Private.UNREAD, filler=filler)


_IN_APPLICATION: Final = {_XMP: blank_xmp, _RESOURCES: blank_whole_resources, _IPTC: blank_iptc}


def _after(body: bytes, at: int) -> int:
    """Return where the sub-blocks that begin there end; past the end if they do not."""
    while at < len(body) and body[at]:
        at += 1 + body[at]
    return at + 1


def _sub_blocks(body: bytes, at: int) -> Iterator[Range]:
    while at < len(body) and body[at]:
        yield at + 1, at + 1 + body[at]
        at += 1 + body[at]

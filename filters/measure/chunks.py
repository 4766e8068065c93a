"""Find the XMP packets and C2PA stores of a PNG, WebP or GIF in its chunks."""

import struct
from collections.abc import Iterator
from typing import Final

from filters.measure.directories import directory_blocks
from filters.measure.jpeg_segments import EXIF_PREFIX, app1_blocks
from filters.measure.metadata import MOST_BYTES, MOST_PARTS, Block, Kind, block_at, bounded, inflated, not_walked

_XMP_KEYWORD: Final = b"xml:com.adobe.xmp"
_PROFILES: Final = (b"raw profile type xmp", b"raw profile type app1", b"raw profile type exif")
_TEXTS: Final = frozenset({b"iTXt", b"tEXt", b"zTXt"})
_IN_TEXT: Final = "xmp in a text chunk"
_MOST_PACKED: Final = 4 << 20


def png_blocks(body: bytes) -> Iterator[Block]:
    at = 8
    for _ in range(MOST_PARTS):
        if at + 8 > len(body):
            return
        length, kind = struct.unpack_from(">I4s", body, at)
        start = at + 8
        if kind in _TEXTS:
            yield from _text_blocks(kind, body[start : start + min(length, _MOST_PACKED)])
        elif kind == b"caBX":
            yield block_at(body, Kind.C2PA, start, length)
        elif kind == b"eXIf":
            yield from directory_blocks(body[start : start + length])
        at = start + length + 4
    yield from not_walked("chunks")


def _text_blocks(kind: bytes, chunk: bytes) -> Iterator[Block]:
    keyword, _, rest = chunk.partition(b"\0")
    keyword = keyword.lower()
    if keyword != _XMP_KEYWORD and keyword not in _PROFILES:
        return
    found = _text(kind, rest)
    if keyword == _XMP_KEYWORD or found.broken:
        yield found
    else:
        yield from _profile_blocks(found.body)


def _text(kind: bytes, rest: bytes) -> Block:
    """Read the text after its keyword; one that is packed says so by a flag, or by the kind of its chunk."""
    if kind == b"tEXt":
        return bounded(Kind.XMP, rest, _IN_TEXT)
    if kind == b"zTXt":
        return inflated(rest[1:], _IN_TEXT)
    text = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    return inflated(text, _IN_TEXT) if rest[:1] == b"\1" else bounded(Kind.XMP, text, _IN_TEXT)


def _profile_blocks(text: bytes) -> Iterator[Block]:
    """Read a profile as ImageMagick writes it: its name, its length, and its bytes as hex digits."""
    lines = text.strip().split(b"\n", 2)
    try:
        data = bytes.fromhex(lines[-1].decode("ascii"))
    except ValueError:
        yield Block(kind=Kind.XMP, found_in=_IN_TEXT, body=text, broken="it is not written in hex")
        return
    if data.startswith((b"http:", EXIF_PREFIX)):
        yield from app1_blocks(data, 0, len(data))
    elif data.startswith((b"II", b"MM")):
        yield from directory_blocks(data)
    else:
        yield bounded(Kind.XMP, data, _IN_TEXT)


_WEBP_KINDS: Final = {b"XMP ": Kind.XMP, b"XMP\0": Kind.XMP, b"C2PA": Kind.C2PA}
"""Some writers end the name with a zero."""


def webp_blocks(body: bytes) -> Iterator[Block]:
    at = 12
    for _ in range(MOST_PARTS):
        if at + 8 > len(body):
            return
        kind, length = struct.unpack_from("<4sI", body, at)
        start = at + 8
        if kind in _WEBP_KINDS:
            yield block_at(body, _WEBP_KINDS[kind], start, length)
        elif kind == b"EXIF":
            yield from directory_blocks(body[start : start + length].removeprefix(EXIF_PREFIX))
        at = start + length + length % 2
    yield from not_walked("chunks")


_GIF_XMP: Final = b"\x21\xff\x0bXMP DataXMP"
_GIF_C2PA: Final = b"\x21\xff\x0bC2PA_GIF"
_GIF_HEADER_BYTES: Final = 14
_MOST_SUB_BLOCKS: Final = 20_000
"""Four megabytes, if they are full."""
_NOT_WHOLE: Final = "it is cut off, or in too many pieces"
_GIF_TRAILER: Final = b"\x01\xff\xfe\xfd\xfc"


def gif_blocks(body: bytes) -> Iterator[Block]:
    """Search for the two extensions: that is faster than to walk over the picture in pieces of 255 bytes."""
    for at in _found(body, _GIF_XMP):
        yield _gif_xmp(body, at + _GIF_HEADER_BYTES)
    for at in _found(body, _GIF_C2PA):
        joined, whole = _sub_blocks(body, at + _GIF_HEADER_BYTES, MOST_BYTES[Kind.C2PA])
        yield bounded(Kind.C2PA, joined, None, None if whole else _NOT_WHOLE)


def _found(body: bytes, sought: bytes) -> Iterator[int]:
    at = body.find(sought)
    while at >= 0:
        yield at
        at = body.find(sought, at + 1)


def _gif_xmp(body: bytes, start: int) -> Block:
    """Read a packet that lies there as it is, before a trailer that leads readers of sub-blocks to its end.

    Some writers put it into sub-blocks instead, and then its first byte is a length; some leave the trailer out.
    """
    most = MOST_BYTES[Kind.XMP]
    if body[start : start + 1] == b"<" != body[start + 1 : start + 2] or body.startswith(b"\xef\xbb\xbf", start):
        held = body[start : start + most + 1]
        joined = held.partition(_GIF_TRAILER)[0].partition(b"\0")[0]
        whole = len(joined) < len(held)
    else:
        joined, whole = _sub_blocks(body, start, most)
    return bounded(Kind.XMP, joined, None, None if whole else _NOT_WHOLE)


def _sub_blocks(body: bytes, at: int, most: int) -> tuple[bytes, bool]:
    """Return the bytes in the sub-blocks, and whether they end."""
    pieces: list[bytes] = []
    held = 0
    for _ in range(_MOST_SUB_BLOCKS):
        if held > most or at >= len(body):
            break
        if not body[at]:
            return b"".join(pieces), True
        pieces.append(body[at + 1 : at + 1 + body[at]])
        held += len(pieces[-1])
        at += 1 + body[at]
    return b"".join(pieces), False

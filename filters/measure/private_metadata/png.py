"""Take private metadata out of a PNG.

A chunk that changes gets its checksum anew. One that nobody can read becomes a chunk of a kind that nobody reads, as
does what is left over where a packed text got shorter.
"""

import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Final

from filters.facts import Private
from filters.measure.jpeg_segments import EXIF_PREFIX
from filters.measure.metadata import MOST_PARTS
from filters.measure.private_metadata.edits import Broken, Edits, Unremovable
from filters.measure.private_metadata.nested import blank_whole_exif
from filters.measure.private_metadata.png_texts import blank_png_text

_KEPT: Final = frozenset(
    b"PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI mDCv cLLi bKGD hIST pHYs sPLT tIME acTL fcTL "
    b"fdAT oFFs sCAL pCAL sTER caBX iDOT fiLl".split()
)
_FILLER: Final = b"fiLl"
"""By its letters: nobody needs it, it is nobody's standard, and it may be copied whatever changes."""
_CHUNK_BYTES: Final = 12
"""Of one without data."""
_NEEDED: Final = 0x20
"""Unless this bit of its kind is set, a picture cannot be shown without a chunk."""
_MOST_UNPACKED: Final = 16 << 20


def blank_png(edits: Edits) -> None:
    at = 8
    for _ in range(MOST_PARTS):
        if at + _CHUNK_BYTES > len(edits.body):
            return
        length, kind = struct.unpack_from(">I4s", edits.body, at)
        after = at + _CHUNK_BYTES + length
        if kind not in _KEPT and kind[0] & _NEEDED and after <= len(edits.body):
            _blank_chunk(edits, at, kind, bytes(edits.body[at + 8 : after - 4]), edits.body[after - 4 : after])
        at = after
    raise Unremovable("chunks")


def _blank_chunk(edits: Edits, at: int, kind: bytes, data: bytes, checksum: bytes | bytearray) -> None:
    inner = Edits(data)
    right = checksum == _checksum(kind, data)  # else readers pass over it, and would no longer once it is right
    try:
        now = _BLANK.get(kind, _nobody)(inner) if right else _nobody(inner)
    except Broken:
        _put(edits, at, _FILLER, bytes(len(data)), Private.UNREAD)
        return
    left = len(data) - len(now)
    if left < 0:
        raise Unremovable("packed")
    if left < _CHUNK_BYTES:
        now, left = now + bytes(left), 0
    _put(edits, at, kind, now, *inner.removed)
    if left:
        _put(edits, at + _CHUNK_BYTES + len(now), _FILLER, bytes(left - _CHUNK_BYTES))


def _put(edits: Edits, at: int, kind: bytes, data: bytes, *what: Private) -> None:
    edits.put(at, struct.pack(">I4s", len(data), kind) + data + _checksum(kind, data), *what)


def _checksum(kind: bytes, data: bytes) -> bytes:
    return zlib.crc32(data, zlib.crc32(kind)).to_bytes(4, "big")


def _nobody(inner: Edits) -> bytes:
    raise Broken


def _exif(inner: Edits) -> bytes:
    block = inner.block((0, len(inner.body)))
    blank_whole_exif(block.part(len(EXIF_PREFIX) if block.data.startswith(EXIF_PREFIX) else 0, len(block)))
    return bytes(inner.body)


def _plain_text(inner: Edits) -> bytes:
    keyword, start = _keyword(inner.body)
    return _text(inner, keyword, start, packed=False)


def _packed_text(inner: Edits) -> bytes:
    keyword, start = _keyword(inner.body)
    return _text(inner, keyword, start + 1, packed=True)


def _international_text(inner: Edits) -> bytes:
    keyword, start = _keyword(inner.body)
    after_language = 1 + _zero(inner.body, start + 2)
    return _text(inner, keyword, 1 + _zero(inner.body, after_language), packed=bool(inner.body[start]))


_BLANK: Final[Mapping[bytes, Callable[[Edits], bytes]]] = {
    b"eXIf": _exif,
    b"tEXt": _plain_text,
    b"zTXt": _packed_text,
    b"iTXt": _international_text,
}


def _keyword(data: bytes | bytearray) -> tuple[str, int]:
    """Return it, and where that begins which follows it."""
    end = _zero(data, 0)
    return data[:end].decode("latin-1"), end + 1


def _zero(data: bytes | bytearray, start: int) -> int:
    at = data.find(b"\0", start)
    if at < 0:
        raise Broken
    return at


def _text(inner: Edits, keyword: str, start: int, *, packed: bool) -> bytes:
    if not packed:
        blank_png_text(inner.block((start, len(inner.body))), keyword)
        return bytes(inner.body)
    unpacked = Edits(_unpacked(bytes(inner.body[start:])))
    blank_png_text(unpacked.block((0, len(unpacked.body))), keyword)
    inner.removed |= unpacked.removed
    head = bytes(inner.body[:start])
    return head + zlib.compress(unpacked.body, 9) if unpacked.patches() else bytes(inner.body)


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(packed, _MOST_UNPACKED)
    except zlib.error:
        raise Broken from None
    if not unpacking.eof or unpacking.unused_data.strip(b"\0"):
        raise Broken
    return text

"""Carry what a file says of itself from those who find it in a container to those who read it."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    XMP = "xmp"
    C2PA = "c2pa"


MOST_BYTES: Final = {Kind.XMP: 1 << 20, Kind.C2PA: 4 << 20}
"""Of all XMP, and of all C2PA, of one picture."""
MOST_PARTS: Final = 65_536
"""Chunks, boxes or sub-blocks that are walked; a picture of twenty megabytes has some thousand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One XMP packet or C2PA store. `broken` says why it cannot be read; `cut` that the file holds more of it."""

    kind: Kind
    found_in: str
    body: bytes = field(repr=False)
    broken: str | None = None
    cut: bool = False


def block_at(body: bytes, kind: Kind, start: int, length: int, found_in: str | None = None) -> Block:
    """Return what lies there, no more of it than is allowed."""
    held = body[start : start + min(length, MOST_BYTES[kind] + 1)]
    found = bounded(kind, held, found_in)
    if found.cut or len(held) == length:
        return found
    return Block(kind=kind, found_in=found.found_in, body=held, broken="the file ends before it does")


def bounded(kind: Kind, data: bytes, found_in: str | None = None, broken: str | None = None) -> Block:
    """Return it whole, or its beginning if it is larger than allowed."""
    found_in = found_in or kind.value
    if len(data) > MOST_BYTES[kind]:
        return Block(kind=kind, found_in=found_in, body=data[: MOST_BYTES[kind]], broken="it is too large", cut=True)
    return Block(kind=kind, found_in=found_in, body=data, broken=broken)


def not_walked(what: str) -> Iterator[Block]:
    """Yield the blocks that stand for whatever may lie where nobody looked."""
    for kind in Kind:
        yield Block(kind=kind, found_in=kind.value, body=b"", broken=f"the file has too many {what}", cut=True)


def inflated(packed: bytes, found_in: str) -> Block:
    """Return an XMP packet that was packed with zlib; no more is unpacked than is allowed."""
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(packed, MOST_BYTES[Kind.XMP] + 1)
    except zlib.error:
        return Block(kind=Kind.XMP, found_in=found_in, body=b"", broken="it cannot be unpacked")
    whole = unpacking.eof or len(data) > MOST_BYTES[Kind.XMP]
    return bounded(Kind.XMP, data, found_in, None if whole else "the file ends before it does")

"""Walk the boxes of a JUMBF store, which is how C2PA is kept in a file, bounded in depth and number."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_MOST_DEEP: Final = 12
_MOST_BOXES: Final = 8192
_SUPERBOX: Final = b"jumb"
_DESCRIPTION: Final = b"jumd"
_PACKED: Final = b"brob"
_HAS_LABEL: Final = 0x02
_TYPE_BYTES: Final = 16
_MOST_LABEL_CHARACTERS: Final = 100


class BrokenStore(ValueError):
    """It is no JUMBF, or one that is larger, deeper or otherwise packed than we read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """A box that holds no others, and the label of the superbox in which it lies."""

    label: str
    kind: bytes
    body: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Box:
    kind: bytes
    start: int
    end: int


def contents(store: bytes) -> Iterator[Content]:
    """Yield all contents, of whichever manifest; raise BrokenStore after those before the break."""
    return _contents(store, _Box(kind=_SUPERBOX, start=0, end=len(store)), deep=0, walked=[0])


def _contents(store: bytes, parent: _Box, *, deep: int, walked: list[int]) -> Iterator[Content]:
    if deep > _MOST_DEEP:
        raise BrokenStore("its boxes are too deep")
    label = ""
    for box in _boxes(store, parent):
        walked[0] += 1
        if walked[0] > _MOST_BOXES:
            raise BrokenStore("it has too many boxes")
        if box.kind == _SUPERBOX:
            yield from _contents(store, box, deep=deep + 1, walked=walked)
        elif box.kind == _DESCRIPTION:
            label = _label(store[box.start : box.end])
        elif box.kind == _PACKED:
            raise BrokenStore("it is packed")
        else:
            yield Content(label=label, kind=box.kind, body=store[box.start : box.end])


def _boxes(store: bytes, parent: _Box) -> Iterator[_Box]:
    at = parent.start
    while at < parent.end:
        if parent.end - at < 8:
            if any(store[at : parent.end]):
                raise BrokenStore("a box is cut off")
            return
        length, kind = struct.unpack_from(">I4s", store, at)
        start = at + 8
        if length == 1 and parent.end - at >= 16:
            (length,) = struct.unpack_from(">Q", store, start)
            start += 8
        end = parent.end if length == 0 else at + length
        if not start <= end <= parent.end:
            raise BrokenStore("a box is larger than what it lies in")
        yield _Box(kind=kind, start=start, end=end)
        at = end


def _label(description: bytes) -> str:
    if len(description) <= _TYPE_BYTES or not description[_TYPE_BYTES] & _HAS_LABEL:
        return ""
    text = description[_TYPE_BYTES + 1 :].partition(b"\0")[0]
    return text.decode("utf-8", "replace")[:_MOST_LABEL_CHARACTERS]

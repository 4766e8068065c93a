"""Take the names of places and the like out of IPTC-IIM, and out of the resources of Photoshop that hold it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from filters.facts import Private
from filters.measure.private_metadata.edits import Block, Broken

_OF_DATASET: Final[Mapping[tuple[int, int], Private]] = {
    (1, 100): Private.SERIAL,  # unique name of the object
    **dict.fromkeys([(2, 26), (2, 27)], Private.PLACE),  # content location
    **dict.fromkeys([(2, 90), (2, 92), (2, 95), (2, 100), (2, 101)], Private.PLACE),  # city to country
    **dict.fromkeys([(2, 187), (2, 188), (2, 231)], Private.HISTORY),  # ids of documents, history
    **dict.fromkeys([(2, 200), (2, 201), (2, 202)], Private.THUMBNAIL),  # preview
}
"""IPTC-IIM 4.2, with the additions that ExifTool's documentation lists."""
_MARK: Final = 0x1C

_RESOURCE: Final = b"8BIM"
_IPTC: Final = 1028
_OF_RESOURCE: Final[Mapping[int, Private]] = {
    **dict.fromkeys([1001, 1002, 1084, 1085], Private.OWNER),  # the printer that it was set up for
    **dict.fromkeys([1033, 1036], Private.THUMBNAIL),
}


def blank_iptc(block: Block) -> None:
    """Write spaces over what is private; what cannot be read becomes zeros."""
    try:
        found = list(_datasets(block.data))
    except Broken:
        block.fill(0, len(block), Private.UNREAD)
        return
    for start, end, what in found:
        block.fill(start, end, what, filler=b" ")


def _datasets(data: bytes) -> Iterator[tuple[int, int, Private]]:
    at = 0
    while at < len(data) and data[at] == _MARK:
        if at + 5 > len(data):
            raise Broken
        record, number, size = data[at + 1], data[at + 2], int.from_bytes(data[at + 3 : at + 5], "big")
        at += 5
        if size & 0x8000:
            at, digits = at + (size & 0x7FFF), size & 0x7FFF
            size = int.from_bytes(data[at - digits : at], "big")
        what = _OF_DATASET.get((record, number))
        if what is not None:
            yield at, at + size, what
        at += size
    if at > len(data) or data[at:].strip(b"\0"):
        raise Broken


def blank_resources(block: Block, inner: Mapping[int, Callable[[Block], None]]) -> None:
    """Look through the resources; those that cannot be told from each other become zeros."""
    try:
        found = list(_resources(block.data))
    except Broken:
        block.fill(0, len(block), Private.UNREAD)
        return
    for at, start, end in found:
        number = int.from_bytes(block.data[at + 4 : at + 6], "big")
        what = _OF_RESOURCE.get(number)
        if what is not None:
            block.put(at + 4, b"\0\0", what)
            block.fill(start, end, what)
        elif number == _IPTC:
            blank_iptc(block.part(start, end))
        elif number in inner:
            inner[number](block.part(start, end))


def _resources(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield where each begins, and where its bytes lie."""
    at = 0
    while data.startswith(_RESOURCE, at):
        name = data[at + 6 : at + 7]  # with its length before it, it is of even length in all
        start = at + 6 + (int.from_bytes(name, "big") + 2) // 2 * 2 + 4
        end = start + int.from_bytes(data[start - 4 : start], "big")
        if end > len(data):
            raise Broken
        yield at, start, end
        at = end + (end - start) % 2
    if data[at:].strip(b"\0"):
        raise Broken

"""Walk the directories of a TIFF, and tell the entries that stay from those that are private."""

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from filters.facts import Private
from filters.measure.private_metadata.edits import Block, Broken, Range
from filters.measure.private_metadata.tags import GPS_DIRECTORY, LED_TO, OF_EXIF, SUB_DIRECTORIES

_BYTES_OF_TYPE: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4} | {
    **dict.fromkeys((16, 17, 18), 8),
    129: 1,  # UTF-8, of EXIF 3.0
}
_POINTERS: Final = {4: "I", 13: "I", 16: "Q", 18: "Q"}
_MOST_ENTRIES: Final = 4096
"""Of all directories together."""
_MOST_DIRECTORIES: Final = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """What is private, who looks into values that hold metadata of their own kind, and where pixels lie.

    If `alone`, the block is of directories and their values only: then nothing but those that are kept stays in it,
    and of a chain of directories only the first, as the second is that of a thumbnail.
    """

    alone: bool
    private: Mapping[int, Private] = field(default_factory=lambda: OF_EXIF)
    inner: Mapping[int, Callable[[Block], None]] = field(default_factory=dict)
    pixels: Sequence[Range] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """How numbers are written in this file: in `order`, and with eight bytes each if it is a BigTIFF."""

    order: str
    header: int
    count: struct.Struct
    entry: struct.Struct
    offset: struct.Struct


def form_of(data: bytes) -> Form:
    """Raise Broken of what does not begin like a TIFF."""
    form = _FORMS.get(data[:4])
    if form is None:
        raise Broken
    return form


def _form(order: str, header: int, *written: str) -> Form:
    count, entry, offset = (struct.Struct(order + each) for each in written)
    return Form(order=order, header=header, count=count, entry=entry, offset=offset)


_FORMS: Final = {
    **{start: _form(order, 8, "H", "HHI4s", "I") for start, order in ((b"II*\0", "<"), (b"MM\0*", ">"))},
    **{start: _form(order, 16, "Q", "HHQ8s", "Q") for start, order in ((b"II+\0", "<"), (b"MM\0+", ">"))},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """`place` is where its value lies if that is not in the entry itself."""

    tag: int
    raw: bytes
    place: Range | None


@dataclass(kw_only=True, slots=True)
class Directory:
    start: int
    end: int
    entries: int
    following: int
    then: int
    """What is to follow it."""
    kept: list[Entry] = field(default_factory=list)
    removed: list[Private] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return self.then != self.following or len(self.kept) != self.entries

    def bytes(self, form: Form) -> bytes:
        entries = b"".join([each.raw for each in self.kept])
        held = form.count.pack(len(self.kept)) + entries + form.offset.pack(self.then)
        return held.ljust(self.end - self.start, b"\0")


class Walk:
    """All directories that are kept, and where values of entries that are not lie."""

    def __init__(self, block: Block, layout: Layout) -> None:
        self.form = form_of(block.data)
        self.directories: list[Directory] = []
        self.private: list[Range] = []
        self._data = block.data
        self._layout = layout
        self._entries = 0
        try:
            self._walk()
        except (struct.error, OverflowError):
            raise Broken from None

    def _walk(self) -> None:
        offset = self.form.offset
        waiting, seen = [*offset.unpack_from(self._data, self.form.header - offset.size)], {0}
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            if len(seen) > _MOST_DIRECTORIES:
                raise Broken
            found = self._directory(at)
            self.directories.append(found)
            waiting.append(found.then)
            for each in found.kept:
                if each.tag in LED_TO:
                    waiting.extend(self._pointers(each))

    def _directory(self, at: int) -> Directory:
        found, raw = self._bounds(at)
        if self._layout.alone and found.following:
            found.then = 0
            found.removed.append(Private.THUMBNAIL)
        for each in raw:
            self._take(found, each)
        return found

    def _bounds(self, at: int) -> tuple[Directory, Iterator[bytes]]:
        form = self.form
        (entries,) = form.count.unpack_from(self._data, at)
        self._entries += entries
        if self._entries > _MOST_ENTRIES:
            raise Broken
        size, start = form.entry.size, at + form.count.size
        after = start + entries * size
        (following,) = form.offset.unpack_from(self._data, after)
        found = Directory(start=at, end=after + form.offset.size, entries=entries, following=following, then=following)
        return found, (self._data[each : each + size] for each in range(start, after, size))

    def _take(self, found: Directory, raw: bytes) -> None:
        tag, type_, count, value = self.form.entry.unpack(raw)
        size = count * _BYTES_OF_TYPE.get(type_, len(self._data))
        place = self._place(size, value)
        lost = place is not None and place[1] > len(self._data)
        entry = Entry(tag=tag, raw=raw, place=None if lost else place)
        what = self._layout.private.get(tag)
        if what is None and self._layout.alone:
            what = Private.THUMBNAIL if tag == SUB_DIRECTORIES else Private.UNREAD if lost else None
        if what is None:
            found.kept.append(entry)
            return
        found.removed.append(what)
        self.private.extend(self._ranges(entry))

    def _place(self, size: int, value: bytes) -> Range | None:
        if size <= len(value):
            return None
        (start,) = self.form.offset.unpack(value)
        return start, start + size

    def _pointers(self, entry: Entry) -> Iterator[int]:
        """Yield the directories that an entry leads to."""
        _, type_, count, value = self.form.entry.unpack(entry.raw)
        code = _POINTERS.get(type_)
        if code is None or count > _MOST_DIRECTORIES:
            raise Broken
        held = value if entry.place is None else self._data[entry.place[0] : entry.place[1]]
        yield from struct.unpack_from(f"{self.form.order}{count}{code}", held)  # of what is lost: struct.error

    def _ranges(self, entry: Entry) -> Iterator[Range]:
        """Yield where the value of a private entry lies; of GPS, the directory that it leads to and its values too."""
        if entry.place is not None:
            yield entry.place
        if entry.tag == GPS_DIRECTORY and not self._layout.alone:
            for at in self._pointers(entry):
                found, raw = self._bounds(at)
                yield found.start, found.end
                for each in raw:
                    _, type_, count, value = self.form.entry.unpack(each)
                    place = self._place(count * _BYTES_OF_TYPE.get(type_, 0), value)
                    if place is not None and place[1] <= len(self._data):
                        yield place

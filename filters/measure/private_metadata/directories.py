"""Take private entries out of the directories of a TIFF, of the EXIF of another picture, or of a multi-picture header.

An entry leaves its directory by those after it moving up: the directory gets shorter by what is then zeros behind it,
nothing else moves, and no reader finds an entry that means nothing.
"""

from collections.abc import Callable, Mapping
from typing import Final

from filters.facts import Private
from filters.measure.private_metadata.directory_walk import Form, Layout, Walk, form_of
from filters.measure.private_metadata.edits import Block, Broken, Range, Unremovable, minus, overlap
from filters.measure.private_metadata.tags import HOLD_OTHERS, OF_EXIF, ORIENTATION

_MOST_ENTRIES: Final = 4096


def blank_directories(block: Block, layout: Layout) -> None:
    """Take out what is private; raise Broken, with nothing changed, if that cannot be done safely."""
    walk = Walk(block, layout)
    kept = [(0, walk.form.header), *layout.pixels]
    touched: list[Range] = []
    for each in walk.directories:
        kept.extend(entry.place for entry in each.kept if entry.tag not in layout.inner and entry.place is not None)
        touched.extend(entry.place for entry in each.kept if entry.tag in layout.inner and entry.place is not None)
        (touched if each.changed else kept).append((each.start, each.end))
    if overlap(touched, kept):
        raise Broken
    removed = sorted({what for each in walk.directories for what in each.removed})
    for start, end in minus([(0, len(block))] if layout.alone else walk.private, [*kept, *touched]):
        block.fill(start, end, *(removed or (Private.UNREAD,)))
    for each in walk.directories:
        block.put(each.start, each.bytes(walk.form), *each.removed)
        for entry in each.kept:
            if entry.tag in layout.inner and entry.place is not None:
                layout.inner[entry.tag](block.part(*entry.place))


def blank_exif(block: Block, inner: Mapping[int, Callable[[Block], None]]) -> None:
    """Take out what is private; of EXIF that cannot be read, all but how the picture is turned.

    `inner` are those who look into values that hold metadata of their own kind; what nobody looks into goes.
    """
    unread = dict.fromkeys(HOLD_OTHERS - inner.keys(), Private.UNREAD)
    try:
        blank_directories(block, Layout(alone=True, private={**OF_EXIF, **unread}, inner=inner))
    except Broken:
        block.put(0, _turned_only(block.data), Private.UNREAD)


def _turned_only(data: bytes) -> bytes:
    """Return as many bytes, which say how the picture is turned if the broken ones did, and nothing else."""
    try:
        form = form_of(data)
    except Broken:
        return bytes(len(data))
    turned = _orientation(data, form)
    offset = form.offset.pack(form.header)
    least = data[: form.header - len(offset)] + offset + form.count.pack(len(turned)) + b"".join(turned)
    if turned and len(least) > len(data):
        raise Unremovable("exif")
    return least[: len(data)].ljust(len(data), b"\0")


def _orientation(data: bytes, form: Form) -> list[bytes]:
    """Return the entry that tells it, as readers find it even where the directory is cut off; none, or one."""
    (at,) = form.offset.unpack(data[form.header - form.offset.size : form.header].ljust(form.offset.size, b"\0"))
    (entries,) = form.count.unpack(data[at : at + form.count.size].ljust(form.count.size, b"\0"))
    size, start = form.entry.size, at + form.count.size
    raw = (data[each : each + size] for each in range(start, start + min(entries, _MOST_ENTRIES) * size, size))
    held = [each for each in raw if len(each) == size and form.entry.unpack(each)[0] == ORIENTATION]
    return held[-1:]

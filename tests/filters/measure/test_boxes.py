import struct

import pytest

from filters.measure.boxes import avif_blocks
from filters.measure.metadata import MOST_PARTS, Block, Kind
from tests.filters.measure.marked import C2PA_UUID, avif_store, box, marked, xmp

MIME = b"mime\0application/rdf+xml\0"
START = box(b"ftyp", b"avif")


def info(number: int = 2, version: int = 2) -> bytes:
    entry = bytes((version, 0, 0, 0)) + number.to_bytes(2 if version < 3 else 4, "big") + b"\0\0" + MIME
    return box(b"iinf", bytes(4) + b"\0\2" + box(b"infe", b"\2\0\0\0\0\1\0\0av01\0") + box(b"infe", entry))


def location(*extents: tuple[int, int], version: int = 1, method: int = 0, number: int = 2, base: int = 0) -> bytes:
    """One item of the picture first, which is not wanted, then the packet."""
    width = "H" if version < 2 else "I"
    body = bytes((version, 0, 0, 0)) + (b"\x44\x44" if version else b"\x44\x40") + struct.pack(f">{width}", 2)
    for item, how, places in ((1, 0, ((9, 9),)), (number, method, extents)):
        body += struct.pack(f">{width}", item) + (struct.pack(">H", how) if version else b"")
        body += struct.pack(">HIH", 0, base, len(places))
        for offset, length in places:
            body += (bytes(4) if version else b"") + struct.pack(">II", offset, length)
    return box(b"iloc", body)


def avif(*children: bytes, data: bytes = b"") -> bytes:
    return START + box(b"meta", bytes(4) + b"".join(children)) + box(b"mdat", data)


def found(body: bytes) -> Block:
    (only,) = avif_blocks(body)
    return only


def at_end(packet: bytes, **how: int) -> bytes:
    """A picture whose packet lies in two extents at the end of the file."""
    whole = len(avif(info(), location((0, 0), (0, 0), **how), data=packet))
    start, half = whole - len(packet), len(packet) // 2
    return avif(info(), location((start, half), (start + half, len(packet) - half), **how), data=packet)


@pytest.mark.parametrize("version", [0, 1, 2])
def test_extents_of_an_item_are_joined(version: int) -> None:
    assert found(at_end(b"<the packet/>", version=version)).body == b"<the packet/>"


def test_offsets_count_from_a_base() -> None:
    body = at_end(b"<the packet/>")
    start = len(body) - 13
    assert found(avif(info(), location((3, 4), base=start - 40 + 28), data=b"<the packet/>")).kind is Kind.XMP


def test_an_item_may_lie_in_the_data_box_and_go_to_its_end() -> None:
    body = avif(info(), location((0, 3), (3, 0), method=1), box(b"idat", b"<x/>"))
    assert found(body).body == b"<x/>"


def test_numbers_of_items_may_be_wide() -> None:
    body = avif(info(70_000, 3), location((0, 0), method=1, number=70_000, version=2), box(b"idat", b"<x/>"))
    assert found(body).body == b"<x/>"


def test_a_list_of_items_may_be_wide() -> None:
    wide = box(b"iinf", b"\1\0\0\0" + bytes(4) + box(b"infe", b"\2\0\0\0\0\2\0\0" + MIME))
    assert found(avif(wide, location((0, 0), method=1), box(b"idat", b"<x/>"))).body == b"<x/>"


def test_a_picture_of_pillow_is_read() -> None:
    assert found(marked("AVIF", xmp())).body == xmp()


@pytest.mark.parametrize(
    "body",
    [
        avif(info()),
        avif(location((0, 4)), box(b"free", MIME)),
        avif(info(), location((0, 4), method=1)),
        avif(info(), location((0, 4), method=2)),
        avif(info(), location(*[(0, 1)] * 65)),
        avif(info(), location((0, 4), number=3)),
        avif(info(), location((0, 4))[:-6]),
        avif(info(), box(b"iloc", b"")),
        avif(box(b"iinf", b""), box(b"free", MIME)),
        START + box(b"meta", bytes(4) + MIME + struct.pack(">I4s", 8, b"iinf"))[:-1] + b"f",
    ],
)
def test_a_packet_that_cannot_be_followed_is_broken_and_lies_anywhere(body: bytes) -> None:
    (lost,) = avif_blocks(body)
    assert (lost.kind, lost.broken, lost.cut) == (Kind.XMP, "its place is unknown", True)


def test_a_packet_that_is_named_nowhere_is_none() -> None:
    assert list(avif_blocks(avif(box(b"free", MIME.replace(b"rdf", b"abc"))))) == []


def test_wide_and_open_ended_boxes_are_walked() -> None:
    wide = struct.pack(">I4sQ", 1, b"free", 20) + b"1234"
    store = avif_store(b"\0\0\0\x0cjumbrest")
    assert found(START + wide + bytes(4) + store[4:]).body == b"\0\0\0\x0cjumbrest"
    assert list(avif_blocks(START + struct.pack(">I4s", 1, b"free"))) == []


def test_a_box_of_c2pa_without_a_store_and_one_that_is_not_ours() -> None:
    assert found(box(b"uuid", C2PA_UUID + b"whatever")).body == b"whatever"
    assert list(avif_blocks(box(b"uuid", bytes(16) + b"whatever"))) == []


def test_more_boxes_than_any_picture_has_are_not_walked() -> None:
    blocks = list(avif_blocks(box(b"free", b"") * (MOST_PARTS + 1)))
    assert [(each.kind, each.cut) for each in blocks] == [(Kind.XMP, True), (Kind.C2PA, True)]

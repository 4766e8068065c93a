"""Claims about AVIF: nothing that could be of a picture is touched."""

import struct

import pytest

from tests.filters.measure.marked import (
    C2PA_UUID,
    XMP_UUID,
    box,
)
from tests.filters.measure.pictures import colour, saved
from tests.filters.measure.private_metadata.files import (
    cleaned,
    exif,
    failure,
    packet,
    short,
    shown,
)

PACKET = packet()

MIME = b"mime\0application/rdf+xml\0"
START = box(b"ftyp", b"avif")


def avif(*children: bytes, data: bytes = b"", behind: bytes = b"") -> bytes:
    return START + box(b"meta", bytes(4) + b"".join(children)) + box(b"mdat", data) + behind


def items(*kinds: bytes, wide: bool = False) -> bytes:
    entries = [
        box(
            b"infe",
            (b"\3\0\0\0" + struct.pack(">I", number) if wide else b"\2\0\0\0" + struct.pack(">H", number))
            + bytes(2)
            + kind,
        )
        for number, kind in enumerate(kinds, 1)
    ]
    return box(b"iinf", (b"\1\0\0\0" + bytes(4) if wide else bytes(6)) + b"".join(entries))


def places(*places: tuple[int, int, int]) -> bytes:
    """Each as its way, its offset and its length; a way of 1 is in the data box."""
    body = b"\1\0\0\0\x44\x40" + struct.pack(">H", len(places))
    for number, (way, offset, length) in enumerate(places, 1):
        body += struct.pack(">HHHIHII", number, way, 0, 0, 1, offset, length)
    return box(b"iloc", body)


XMP_ITEM = items(b"av01\0", MIME)
DATA_AT = len(avif(XMP_ITEM, places((0, 0, 0), (0, 0, 0))))


@pytest.mark.parametrize("wide", [False, True])
def test_an_item_of_an_avif_may_lie_in_the_data_or_in_the_data_box(wide: bool) -> None:
    kinds = items(b"av01\0", MIME, wide=wide)
    at = len(avif(kinds, places((0, 0, 0), (0, 0, 0))))
    in_data = avif(kinds, places((0, at + len(PACKET), 9), (0, at, len(PACKET))), data=PACKET + b"a picture")
    in_box = avif(kinds, places((1, 0, 4), (1, 4, 0)), box(b"idat", b"grid" + PACKET))
    for body in (in_data, in_box):
        now, removed = cleaned(body, "AVIF")
        assert (removed, b"SN12345678" in now) == (["gps", "history", "owner", "place", "serial"], False)


@pytest.mark.parametrize(
    ("behind", "words"),
    [
        (box(b"uuid", XMP_UUID + PACKET), ["gps", "history", "owner", "place", "serial"]),
        (box(b"uuid", bytes(range(16)) + b"SN12345678"), ["unread"]),
        (box(b"free", b"SN12345678"), ["unread"]),
        (box(b"skip", bytes(9)) + box(b"uuid", C2PA_UUID + b"credentials"), []),
    ],
    ids=short,
)
def test_boxes_that_no_decoder_reads_are_looked_into(behind: bytes, words: list[str]) -> None:
    body = saved(colour(1, 96, 64), "AVIF") + behind
    now, removed = cleaned(body, "AVIF")
    assert (removed, b"SN12345678" in now, now == body) == (words, False, not words)
    assert shown(now) == shown(body)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (avif(XMP_ITEM, places((0, DATA_AT, 9), (0, DATA_AT + 8, 9)), data=bytes(99)), "boxes"),
        (avif(XMP_ITEM, places((0, DATA_AT, 9), (0, 8, 9)), data=bytes(99)), "boxes"),
        (avif(XMP_ITEM, places((0, DATA_AT, 9)), data=bytes(99)), "boxes"),
        (avif(XMP_ITEM, places((0, DATA_AT, 9), (0, DATA_AT, 999)), data=bytes(99)), "boxes"),
        (avif(XMP_ITEM, places((0, DATA_AT, 9), (1, 0, 9)), data=bytes(99)), "boxes"),
        (avif(XMP_ITEM, places((0, DATA_AT, 9), (2, 0, 9)), data=bytes(99)), "boxes"),
        (avif(XMP_ITEM), "boxes"),
        (avif(places((0, DATA_AT, 9)), box(b"free", b""), behind=box(b"free", b"a picture" * 99)), "boxes"),
        (avif(items(b"Exif\0"), places((0, 0, 0))), "boxes"),
        (avif(behind=box(b"moov", b"udta")), "movie"),
        (avif(behind=box(b"moov", b"") + box(b"free", b"SN12345678")), "movie"),
        (avif(behind=box(b"free", b"") * 5000), "boxes"),
    ],
    ids=short,
)
def test_an_avif_whose_metadata_cannot_be_told_from_pixels_is_not_stored(body: bytes, code: str) -> None:
    assert failure(body, "AVIF") == code


def test_exif_of_an_avif_that_something_lies_before_is_not_taken_out() -> None:
    kinds = items(b"Exif\0")
    at = len(avif(kinds, places((0, 0, 0))))
    data = struct.pack(">I", 6) + b"hidden" + exif()
    assert failure(avif(kinds, places((0, at, len(data))), data=data), "AVIF") == "boxes"
    data = struct.pack(">I", 6) + b"Exif\0\0" + exif()
    assert failure(avif(kinds, places((0, at, len(data))), data=data), "AVIF") is None


def test_an_animation_without_metadata_is_stored_as_it_came() -> None:
    body = saved(colour(1, 96, 64), "AVIF", save_all=True, append_images=[colour(2, 96, 64)])
    assert cleaned(body, "AVIF") == (body, [])

"""Claims about IPTC and the resources of Photoshop."""

import struct

import pytest

from filters.measure.private_metadata.edits import Edits
from filters.measure.private_metadata.iptc import blank_iptc
from filters.measure.private_metadata.nested import blank_whole_resources
from tests.filters.measure.private_metadata.files import PLACES, dataset, exif, packet, resource, short, tiff


def blanked(data: bytes, *, resources: bool = False) -> tuple[bytes, list[str]]:
    edits = Edits(data)
    (blank_whole_resources if resources else blank_iptc)(edits.block((0, len(data))))
    assert len(edits.body) == len(data)
    return bytes(edits.body), sorted(edits.removed)


LONG = struct.pack(">BBBHI", 0x1C, 2, 202, 0x8004, 40_000) + b"\xff" * 40_000


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (dataset(2, 90, b"Bern"), ["place"]),
        (dataset(1, 100, b"unique"), ["serial"]),
        (dataset(2, 187, b"document"), ["history"]),
        (LONG, ["thumbnail"]),
        (PLACES + b"\0\0", ["place"]),
    ],
    ids=short,
)
def test_what_is_private_becomes_spaces(data: bytes, words: list[str]) -> None:
    now, removed = blanked(dataset(2, 116, b"(c) Ann") + data + dataset(2, 80, b"Ann")[: 0 if data[-1] == 0 else None])
    assert (removed, b"(c) Ann" in now, b"Bern" in now) == (words, True, False)
    assert blanked(now) == (now, [])


@pytest.mark.parametrize(
    "data", [b"no IPTC", b"\x1c", b"\x1c\2\x5a\0\x09Bern", b"\x1c\2\x5a\x80\x04\xff\xff\xff\xff", PLACES + b"\0\0x"]
)
def test_what_cannot_be_read_becomes_zeros(data: bytes) -> None:
    assert blanked(data) == (bytes(len(data)), ["unread"])


def test_thumbnails_and_printers_go_from_among_the_resources_and_credits_stay() -> None:
    data = resource(1005, bytes(16)) + resource(1036, b"a picture") + resource(1084, b"printer") + resource(1034, b"\1")
    now, removed = blanked(data, resources=True)
    assert removed == ["owner", "thumbnail"]
    assert now == resource(1005, bytes(16)) + resource(0, bytes(9)) + resource(0, bytes(7)) + resource(1034, b"\1")
    assert blanked(now, resources=True) == (now, [])


def test_metadata_within_resources_are_looked_into_but_not_once_more_within_those() -> None:
    inner = tiff({34377: resource(1028, PLACES), 33432: "(c) Ann 2026"})
    data = resource(1058, inner) + resource(1060, packet()) + resource(1059, exif())
    now, removed = blanked(data, resources=True)
    assert removed == ["gps", "history", "owner", "place", "serial", "thumbnail", "unread"]
    assert b"8BIM\x04\x04" in data
    assert b"8BIM\x04\x04" not in now
    assert now.count(b"(c) Ann 2026") == 3
    assert blanked(now, resources=True) == (now, [])


@pytest.mark.parametrize("data", [b"PHUT", resource(1, b"abc")[:-2], resource(1, b"") + b"x", b"8BIM\1\2\xff", b"8BIM"])
def test_resources_that_cannot_be_told_from_each_other_become_zeros(data: bytes) -> None:
    assert blanked(data, resources=True) == (bytes(len(data)), ["unread"])

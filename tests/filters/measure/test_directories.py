import struct

import pytest

from filters.measure.directories import directory_blocks
from filters.measure.metadata import Kind
from tests.filters.measure.marked import exif_with, tiff_with, xmp


def directories(count: int, entries: bytes = b"", of: int = 0) -> bytes:
    """A chain of as many directories, each with the same entries."""
    size = 2 + len(entries) + 4
    body = b"MM\0*" + struct.pack(">I", 8)
    for number in range(1, count + 1):
        body += struct.pack(">H", of) + entries + struct.pack(">I", 8 + number * size if number < count else 0)
    return body


@pytest.mark.parametrize("pages", [1, 3])
def test_the_directory_of_each_page_is_read(pages: int) -> None:
    found = list(directory_blocks(tiff_with(700, xmp(), pages=pages)))
    assert {(each.kind, each.body) for each in found} == {(Kind.XMP, xmp())}


def test_wide_files_of_either_order_are_read() -> None:
    for order, head in (("<", b"II+\0\x08\0\0\0"), (">", b"MM\0+\0\x08\0\0")):
        body = head + struct.pack(order + "QQHHQQQ", 16, 1, 52545, 7, 9, 52, 0) + b"nine byte"
        assert [(each.kind, each.body) for each in directory_blocks(body)] == [(Kind.C2PA, b"nine byte")]


def test_length_is_counted_in_the_units_of_the_type() -> None:
    entry = struct.pack(">HHII", 700, 4, 3, 26)
    assert [each.body for each in directory_blocks(directories(1, entry, 1) + b"three words.")] == [b"three words."]


def test_what_fits_into_the_entry_is_no_packet() -> None:
    assert list(directory_blocks(directories(1, struct.pack(">HHII", 700, 1, 4, 0x3C3C3C3C), 1))) == []


def test_a_packet_that_lies_beyond_the_end_is_broken() -> None:
    (found,) = directory_blocks(exif_with(xmp())[:-5])
    assert found.broken == "the file ends before it does"


def test_a_chain_that_is_a_ring_ends() -> None:
    assert list(directory_blocks(b"MM\0*\0\0\0\x08\0\0\0\0\0\x08")) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"II*\0", b"II*\0\xff\xff\xff\xff", b"II+\0\x08\0\0\0" + b"\xff" * 8, b"II*\0\x08\0\0\0\x05\0abc"],
)
def test_a_broken_chain_gives_what_stands_before_the_break(body: bytes) -> None:
    assert list(directory_blocks(body)) == []


def test_more_directories_or_entries_than_any_picture_has_are_not_walked() -> None:
    assert [each.cut for each in directory_blocks(directories(64))] == []
    assert [each.cut for each in directory_blocks(directories(65))] == [True, True]
    assert [each.cut for each in directory_blocks(directories(1, bytes(12 * 5000), 5000))] == [True, True]

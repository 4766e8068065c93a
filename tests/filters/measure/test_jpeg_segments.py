import struct

from filters.measure.jpeg_segments import jpeg_blocks
from filters.measure.metadata import Kind
from tests.filters.measure.marked import (
    XAP,
    assertion,
    box,
    extension,
    packets,
    segment,
    store,
    superbox,
    with_segments,
    xmp,
)


def test_only_what_stands_before_the_scan_is_looked_at() -> None:
    plain = with_segments()
    scan = plain.index(b"\xff\xda")
    assert list(jpeg_blocks(plain[:scan] + segment(0xE1, XAP + xmp()) + plain[scan:]))
    assert list(jpeg_blocks(plain[:-2] + segment(0xE1, XAP + xmp()) + plain[-2:])) == []


def test_other_segments_hold_nothing() -> None:
    others = segment(0xE1, b"http://other.test/\0" + xmp()), segment(0xED, xmp()), segment(0xEB, b"HDR\0" + store())
    assert list(jpeg_blocks(with_segments(*others))) == []


def test_a_file_of_fill_bytes_holds_nothing() -> None:
    assert list(jpeg_blocks(b"\xff\xd8" + b"\xff" * 1000)) == []


def test_a_segment_that_is_cut_off_is_broken() -> None:
    (found,) = jpeg_blocks(with_segments(segment(0xE1, XAP + xmp()))[:200])
    assert (found.kind, found.broken, found.cut) == (Kind.XMP, "the file ends before it does", False)


def test_wide_boxes_repeat_a_header_of_sixteen_bytes() -> None:
    whole = store(assertion())
    header = struct.pack(">I4sQ", 1, b"jumb", len(whole) + 8)
    pieces = [whole[8:90], whole[90:]]
    parts = [segment(0xEB, b"JP\0\1" + struct.pack(">I", at) + header + each) for at, each in enumerate(pieces, 1)]
    (found,) = jpeg_blocks(with_segments(*parts))
    assert (found.body, found.broken) == (header + whole[8:], None)


def test_packets_that_do_not_repeat_their_header_are_joined_as_well() -> None:
    whole = store(assertion())
    pieces = [whole[:90], whole[90:]]
    parts = [segment(0xEB, b"JP\0\1" + struct.pack(">I", at) + each) for at, each in enumerate(pieces, 1)]
    (found,) = jpeg_blocks(with_segments(*parts))
    assert (found.body, found.broken) == (whole, None)


def test_boxes_are_told_apart_by_their_instance() -> None:
    one, two = store(assertion()), superbox("other", box(b"json", b"{}" * 80))
    pairs = zip(packets(one, 60), packets(two, 60, instance=2), strict=True)
    mixed = [each for pair in pairs for each in pair]
    assert [each.body for each in jpeg_blocks(with_segments(*mixed))] == [one, two]


def test_extended_packets_are_told_apart_by_their_digest_and_length() -> None:
    body = with_segments(extension(b"<a/>", 0, 4), extension(b"<b/>", 0, 4, b"9" * 32), extension(b"<c/>", 0, 5))
    assert [(each.body, each.broken) for each in jpeg_blocks(body)] == [
        (b"<a/>", None),
        (b"<b/>", None),
        (b"<c/>", "pieces are missing"),
    ]


def test_more_segments_than_any_picture_has_are_not_walked() -> None:
    found = list(jpeg_blocks(with_segments(*[segment(0xE5, b"")] * 9000)))
    assert [(each.kind, each.cut) for each in found] == [(Kind.XMP, True), (Kind.C2PA, True)]


def test_more_pictures_than_any_file_has_are_not_walked() -> None:
    several = segment(0xE2, b"MPF\0")
    tiny = b"\xff\xd8\xff\xd9"
    assert list(jpeg_blocks(with_segments(several) + tiny * 64)) == []
    walked = list(jpeg_blocks(with_segments(several) + tiny * 5000))
    assert {each.kind: (each.broken, each.cut) for each in walked} == dict.fromkeys(
        Kind, ("the file has too many pictures", True)
    )

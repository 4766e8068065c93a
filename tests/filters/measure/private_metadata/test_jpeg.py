"""Claims about JPEG: every place where metadata may lie is looked into, in every picture of the file."""

import pytest

from tests.filters.measure.marked import (
    GUID,
    extension,
    segment,
    with_segments,
)
from tests.filters.measure.pictures import colour, saved
from tests.filters.measure.private_metadata.files import (
    PLACES,
    Value,
    cleaned,
    exif,
    failure,
    packet,
    resource,
    short,
    shown,
    tiff,
    with_exif,
)

XAP = b"http://ns.adobe.com/xap/1.0/\0"
GPS_OF_GOPRO = b"GoPro\0 51.5074 SN12345678"
PACKET = packet()
MPF: dict[int, Value] = {45056: b"0100", 45057: 2, 45058: bytes(32), 45059: b"SN12345678" * 7}


def two_jpegs(second: bytes, header: dict[int, Value] | None = None) -> bytes:
    index = segment(0xE2, b"MPF\0" + tiff(MPF if header is None else header))
    return with_segments(index) + second


def scans(*between: bytes) -> bytes:
    """A progressive JPEG with these segments before its second scan."""
    jpeg = saved(colour(1, 96, 64), "JPEG", progressive=True)
    second = jpeg.index(b"\xff\xda", jpeg.index(b"\xff\xda") + 2)
    at = jpeg.rindex(b"\xff\xc4", 0, second)
    return jpeg[:at] + b"".join(between) + jpeg[at:]


JPEGS: dict[str, tuple[bytes, list[str]]] = {
    "EXIF that goes on in a second segment": (
        with_segments(segment(0xE1, b"Exif\0\0" + exif()[:300]), segment(0xE1, b"Exif\0\0" + exif()[300:])),
        ["gps", "owner", "serial", "thumbnail"],
    ),
    "EXIF twice": (
        with_segments(*[segment(0xE1, b"Exif\0\0" + exif())] * 2),
        ["gps", "owner", "serial", "thumbnail"],
    ),
    "EXIF of another picture in the file": (
        two_jpegs(with_exif("JPEG", exif())),
        ["gps", "owner", "serial", "thumbnail"],
    ),
    "EXIF between scans": (scans(segment(0xE1, b"Exif\0\0" + exif())), ["gps", "owner", "serial", "thumbnail"]),
    "extended XMP in no order": (
        with_segments(
            extension(PACKET[400:], 400, len(PACKET)), extension(PACKET[:400], 0, len(PACKET)), segment(0xE1, b"other")
        ),
        ["gps", "history", "owner", "place", "serial", "unread"],
    ),
    "extended XMP of which a piece is missing": (with_segments(extension(PACKET[400:], 400, len(PACKET))), ["unread"]),
    "extended XMP cut off in its header": (
        with_segments(segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + GUID)),
        [],
    ),
    "IPTC that goes on in a second segment": (
        with_segments(
            segment(0xED, b"Photoshop 3.0\0" + resource(1028, PLACES)[:40]),
            segment(0xED, b"Photoshop 3.0\0" + resource(1028, PLACES)[40:]),
        ),
        ["place"],
    ),
    "what a maker keeps for itself": (with_segments(segment(0xE6, GPS_OF_GOPRO)), ["unread"]),
    "another program's APP13": (with_segments(segment(0xED, b"Adobe_CM\0\2")), ["unread"]),
    "a thumbnail of JFXX": (with_segments(segment(0xE0, b"JFXX\0\x10\xff\xd8\xff")), ["thumbnail"]),
    "a thumbnail of JFIF": (
        with_segments(segment(0xE0, b"JFIF\0\1\2\1\0\x48\0\x48\1\1abc")),
        ["thumbnail"],
    ),
    "a comment with a path": (with_segments(segment(0xFE, b"made from /home/jane/raw.nef")), ["history"]),
    "ids of several pictures": (two_jpegs(saved(colour(2, 48, 32), "JPEG")), ["serial"]),
    "what shows the picture as it is meant": (
        with_segments(
            segment(0xE2, b"ICC_PROFILE\0\1\1profile"),
            segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0gain"),
            segment(0xEB, b"JP credentials"),
            segment(0xEC, b"Ducky\0"),
            segment(0xFE, b"CREATOR: gd-jpeg v1.0"),
        ),
        [],
    ),
}


@pytest.mark.parametrize("name", JPEGS)
def test_every_place_of_a_jpeg_is_looked_into(name: str) -> None:
    body, words = JPEGS[name]
    now, removed = cleaned(body, "JPEG")
    assert removed == words
    assert not [each for each in (b"51.5074", b"SN123456", b"/home", b"Sublocation", b"abc\xff") if each in now]
    assert shown(now)[:2] == shown(body)[:2]
    assert shown(now)[2] == shown(body)[2]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (two_jpegs(b"", {45059: b"abcde", 34665: (2, 4, b"text")}), "multi-picture"),
        (with_segments(*[segment(0xFE, b"")] * 16_400), "segments"),
        (scans(*[segment(0xE1, b"")] * 16_400), "segments"),
        (with_segments(segment(0xE1, XAP + packet("<broken", 'tiff:Orientation="6"'))), "xmp"),
    ],
    ids=short,
)
def test_a_jpeg_that_cannot_be_looked_through_is_not_stored(body: bytes, code: str) -> None:
    assert failure(body, "JPEG") == code


@pytest.mark.parametrize("body", [b"\xff\xd8\xff", b"\xff\xd8\xff\xe1", b"\xff\xd8\xff\xe1\xff\xffExif\0\0II*\0", b""])
def test_a_jpeg_that_is_cut_off_is_looked_through_as_far_as_it_goes(body: bytes) -> None:
    cleaned(body, "JPEG")

import struct
import zlib
from base64 import b64encode

import pytest
from PIL import Image, PngImagePlugin

from filters.facts import Facts, Flaw
from filters.measure.hashes import measure_view
from filters.measure.picture import Limits, inspect
from tests.filters.measure.marked import (
    assertion,
    extension,
    marked,
    packets,
    segment,
    store,
    tiff_with,
    with_segments,
    xmp,
)
from tests.filters.measure.pictures import colour, distance, drawn, grey, saved
from tests.filters.measure.test_thumbnail import exif_with_thumbnail

HIDDEN = colour(7, 96, 72)
JPEG = saved(HIDDEN, "JPEG", quality=90)
EXPECTED = measure_view("hidden", HIDDEN.convert("L"))
GREY = Image.fromarray(drawn(7, 96, 72))
GREY_EXPECTED = measure_view("hidden", GREY)


def look(body: bytes, **limits: int) -> Facts:
    return inspect(body, Limits(**limits))  # type: ignore[arg-type]  # only limits that are numbers are given


def found(body: bytes, name: str, expected: str = EXPECTED.pdq) -> int:
    facts = look(body)
    assert facts.flaw is None
    assert facts.picture is not None
    return min(distance(view.pdq, expected) for view in facts.picture.views if view.name == name)


def jfif(pixels: bytes, width: int, height: int) -> bytes:
    return segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1" + bytes((width, height)) + pixels)


def jfxx(kind: int, data: bytes) -> bytes:
    return segment(0xE0, b"JFXX\0" + bytes((kind,)) + data)


def resource(number: int, data: bytes, name: bytes = b"") -> bytes:
    named = bytes((len(name),)) + name
    named += bytes(len(named) % 2)
    return b"8BIM" + struct.pack(">H", number) + named + struct.pack(">I", len(data)) + data + bytes(len(data) % 2)


def thumbnail(data: bytes, kind: int = 1, width: int = 96, height: int = 72) -> bytes:
    return struct.pack(">IIIIIIHH", kind, width, height, 3 * width, 3 * width * height, len(data), 24, 1) + data


def irb(*resources: bytes) -> bytes:
    return segment(0xED, b"Photoshop 3.0\0" + b"".join(resources))


def with_xmp_thumbnail(digits: str) -> bytes:
    namespace = 'xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    image = f"<xmpGImg:format>JPEG</xmpGImg:format><xmpGImg:image>{digits}</xmpGImg:image>"
    listed = f'<rdf:li rdf:parseType="Resource">{image}</rdf:li>'
    return xmp(f"<xmp:Thumbnails><rdf:Alt>{listed}</rdf:Alt></xmp:Thumbnails>", namespace)


BASE64 = b64encode(JPEG).decode()
IN_LINES = "&#xA;".join(BASE64[at : at + 72] for at in range(0, len(BASE64), 72))
PACKET = with_xmp_thumbnail(BASE64)
RESOURCE = resource(1036, thumbnail(JPEG))
RGB = HIDDEN.tobytes()
PALETTE = bytes(each for level in range(256) for each in (level, level, level))
PLACES: dict[str, tuple[str, bytes]] = {
    "JFIF": ("frame 0 jfif thumbnail", with_segments(jfif(RGB, 96, 72))),
    "JFXX as JPEG": ("frame 0 jfxx thumbnail", with_segments(jfxx(0x10, JPEG))),
    "JFXX as colours": ("frame 0 jfxx thumbnail", with_segments(jfxx(0x13, b"\x60\x48" + RGB))),
    "Photoshop 5": ("frame 0 photoshop thumbnail", with_segments(irb(resource(1036, thumbnail(JPEG))))),
    "Photoshop 4": ("frame 0 photoshop thumbnail", with_segments(irb(resource(1033, thumbnail(JPEG))))),
    "Photoshop, not packed": ("frame 0 photoshop thumbnail", with_segments(irb(resource(1036, thumbnail(RGB, 0))))),
    "Photoshop, second resource": (
        "frame 0 photoshop thumbnail",
        with_segments(irb(resource(1028, b"odd", b"name"), resource(1036, thumbnail(JPEG)))),
    ),
    "Photoshop in two segments": (
        "frame 0 photoshop thumbnail",
        with_segments(irb(RESOURCE[:2000]), irb(RESOURCE[2000:])),
    ),
    "Photoshop in a TIFF": ("frame 0 photoshop thumbnail", tiff_with(34377, resource(1036, thumbnail(JPEG)))),
    "a maker's note": ("frame 0 preview", with_segments(segment(0xE1, b"Exif\0\0II*\0" + bytes(40) + JPEG + b"more"))),
    "a preview with a thumbnail of its own": (
        "frame 0 preview",
        with_segments(segment(0xE9, with_segments(segment(0xE9, saved(grey(3, 64, 64), "JPEG")), jpeg=JPEG))),
    ),
    "a segment of anybody": ("frame 0 preview", with_segments(segment(0xE9, b"whatever" + JPEG))),
    "XMP of a JPEG": ("frame 0 xmp thumbnail", marked("JPEG", with_xmp_thumbnail(BASE64))),
    "XMP in lines": ("frame 0 xmp thumbnail", marked("JPEG", with_xmp_thumbnail(IN_LINES))),
    "XMP of a PNG": ("frame 0 xmp thumbnail", marked("PNG", with_xmp_thumbnail(BASE64))),
    "XMP of a WebP": ("frame 0 xmp thumbnail", marked("WEBP", with_xmp_thumbnail(BASE64))),
    "XMP of a GIF": ("frame 0 xmp thumbnail", marked("GIF", with_xmp_thumbnail(BASE64))),
    "XMP of a TIFF": ("frame 0 xmp thumbnail", marked("TIFF", with_xmp_thumbnail(BASE64))),
    "XMP of an AVIF": ("frame 0 xmp thumbnail", marked("AVIF", with_xmp_thumbnail(BASE64))),
    "extended XMP": (
        "frame 0 xmp thumbnail",
        with_segments(extension(PACKET[:900], 0, len(PACKET)), extension(PACKET[900:], 900, len(PACKET))),
    ),
}


@pytest.mark.parametrize(("name", "body"), PLACES.values(), ids=PLACES)
def test_a_small_picture_is_a_view_wherever_it_lies(name: str, body: bytes) -> None:
    assert found(body, name) <= 16


def test_a_palette_of_jfxx_is_looked_up() -> None:
    body = with_segments(jfxx(0x11, b"\x60\x48" + PALETTE + GREY.tobytes()))
    assert found(body, "frame 0 jfxx thumbnail", GREY_EXPECTED.pdq) == 0


def test_resources_that_a_png_holds_in_hex_are_read() -> None:
    data = resource(1036, thumbnail(JPEG))
    about = PngImagePlugin.PngInfo()
    about.add_text("Raw profile type 8bim", f"\n8bim\n{len(data):8}\n{data.hex()}\n")
    assert found(saved(colour(1), "PNG", pnginfo=about), "frame 0 photoshop thumbnail") <= 16
    about.add_text("Raw profile type iptc", "no hex")
    assert look(saved(colour(1), "PNG", pnginfo=about)).flaw is None


def test_the_thumbnail_of_a_camera_is_seen_once_though_it_is_found_twice() -> None:
    picture = look(saved(colour(1), "JPEG", exif=exif_with_thumbnail(JPEG))).picture
    assert picture is not None
    assert [view.name for view in picture.views if "trimmed" not in view.name] == ["frame 0", "frame 0 thumbnail"]


NO_PICTURE: dict[str, bytes] = {
    "a JFIF of no pixels": jfif(b"", 0, 0),
    "a JFIF whose pixels are missing": jfif(b"123", 9, 9),
    "a JFIF cut off": segment(0xE0, b"JFIF\0\1\2"),
    "a JFXX of no known kind": jfxx(0x12, JPEG[4:]),
    "a palette that is missing": jfxx(0x11, b"\x09\x09"),
    "a resource of another kind": irb(resource(1000, b"anything")),
    "a thumbnail too short for its header": irb(resource(1036, b"short")),
    "a thumbnail whose pixels are missing": irb(resource(1036, thumbnail(b"", 0))),
    "resources cut off": irb(b"8BIM\x04"),
    "resources of another program": segment(0xED, b"Adobe_CM\0" + bytes(40)),
    "a header of another program": segment(0xE0, b"AVI1\0\0"),
    "C2PA": b"".join(packets(store(assertion()), 60_000)),
    "what begins like a JPEG": segment(0xE9, b"\xff\xd8\xff\xe0 and is none"),
    "words of base64": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp("<dc:source>/9j/abc</dc:source>")),
}


@pytest.mark.parametrize("data", NO_PICTURE.values(), ids=NO_PICTURE)
def test_what_is_no_picture_leaves_the_file_alone(data: bytes) -> None:
    facts = look(with_segments(data))
    assert facts.flaw is None
    assert facts.picture is not None
    assert {view.name.removesuffix(" trimmed") for view in facts.picture.views} == {"frame 0"}


@pytest.mark.parametrize(
    "body",
    [
        with_segments(jfxx(0x10, JPEG[:700])),
        with_segments(irb(resource(1036, thumbnail(JPEG[:700])))),
        marked("PNG", with_xmp_thumbnail(BASE64[:801])),
        marked("WEBP", with_xmp_thumbnail(BASE64[:800])),
        with_segments(irb(resource(1036, thumbnail(b"no JPEG at all")))),
    ],
    ids=["jfxx", "photoshop", "xmp", "xmp of whole bytes", "none"],
)
def test_a_small_picture_that_is_announced_and_broken_refuses_the_file(body: bytes) -> None:
    facts = look(body)
    assert facts.picture is None
    assert facts.flaw in (Flaw.TRUNCATED, Flaw.UNDECODABLE)


def test_a_small_picture_over_the_pixel_cap_is_a_bomb() -> None:
    large = saved(colour(7, 200, 150), "JPEG")
    assert look(with_segments(jfxx(0x10, large)), max_pixels=96 * 64).flaw is Flaw.BOMB


def several(count: int) -> list[bytes]:
    return [segment(0xE9, saved(grey(seed, 64, 64), "JPEG")) for seed in range(count)]


@pytest.mark.parametrize(("count", "flaw"), [(16, None), (17, Flaw.TOO_MANY_FRAMES)])
def test_more_small_pictures_than_are_looked_at_refuse_the_file(count: int, flaw: Flaw | None) -> None:
    assert look(with_segments(*several(count))).flaw is flaw


@pytest.mark.parametrize("same", [17, 200])
def test_a_picture_behind_many_that_are_the_same_is_not_overlooked(same: int) -> None:
    many = [segment(0xE9, saved(grey(1, 64, 64), "JPEG"))] * same
    facts = look(with_segments(*many, segment(0xE9, JPEG)))
    assert facts.flaw is Flaw.TOO_MANY_FRAMES or found(with_segments(*many, segment(0xE9, JPEG)), "frame 0 preview") < 9


def test_a_jpeg_that_goes_on_in_further_segments_is_a_view() -> None:
    pieces = [segment(0xE9, JPEG[at : at + 700]) for at in range(0, len(JPEG), 700)]
    assert found(with_segments(*pieces), "frame 0 preview") <= 16


def test_beginnings_are_counted_over_all_segments_and_none_is_followed_for_long() -> None:
    """Each of them takes a walk: without a limit a file of two megabytes takes minutes."""
    winding = b"\xff\xd8\xff\xe0\0\2" * 20 + b"\xff\xe0\0\2" * 15_000
    assert look(with_segments(*[segment(0xE9, winding)] * 14)).flaw is Flaw.TOO_MANY_FRAMES


def in_a_chunk(body: bytes, hidden: bytes) -> bytes:
    chunk = struct.pack(">I", len(hidden)) + b"prVt" + hidden
    return body[:33] + chunk + struct.pack(">I", zlib.crc32(chunk[4:])) + body[33:]


def below_a_picture(body: bytes, hidden: bytes) -> bytes:
    """In a chunk of a WebP that has a header of its own for such."""
    chunk = b"ABCD" + struct.pack("<I", len(hidden)) + hidden + bytes(len(hidden) % 2)
    return body[:4] + struct.pack("<I", len(body) + len(chunk) - 8) + body[8:] + chunk


def in_a_gap(body: bytes, hidden: bytes) -> bytes:
    (start,) = struct.unpack_from("<I", body, 10)
    return body[:10] + struct.pack("<I", start + len(hidden)) + body[14:start] + hidden + body[start:]


COVER = colour(1)


def beside(hidden: bytes) -> dict[str, bytes]:
    """Put it where other formats have room for anything."""
    exif = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"
    return {
        "a chunk of a PNG": in_a_chunk(saved(COVER, "PNG"), hidden),
        "a chunk of a WebP": below_a_picture(saved(COVER, "WEBP", exif=exif), hidden),
        "a box of an AVIF": saved(COVER, "AVIF") + struct.pack(">I4s", 8 + len(hidden), b"free") + hidden,
        "before the pixels of a BMP": in_a_gap(saved(COVER, "BMP"), hidden),
        "a value of a TIFF": tiff_with(37724, hidden),
    }


ELSEWHERE = beside(JPEG)


@pytest.mark.parametrize("body", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_whole_jpeg_is_a_view_wherever_in_a_file_it_lies(body: bytes) -> None:
    assert found(body, "frame 0 preview") <= 16


def test_strips_of_a_tiff_that_are_jpegs_are_no_previews() -> None:
    body = saved(COVER, "TIFF", compression="jpeg")
    picture = look(body).picture
    assert picture is not None
    assert [view.name for view in picture.views] == ["frame 0"]


def test_xmp_of_two_bytes_a_letter_has_thumbnails_too() -> None:
    packet = with_xmp_thumbnail(BASE64).decode().encode("utf-16")
    parts = [packet[at : at + 60_000] for at in range(0, len(packet), 60_000)]
    at = 0
    pieces = []
    for each in parts:
        pieces.append(extension(each, at, len(packet)))
        at += len(each)
    assert found(with_segments(*pieces), "frame 0 xmp thumbnail") <= 16


def test_all_pictures_of_a_file_together_have_a_limit() -> None:
    bodies = [saved(colour(seed, 96, 64), "JPEG") for seed in range(6)]
    held = [segment(0xE9, each) for each in bodies]
    assert look(with_segments(*held[:3], jpeg=bodies[5]), max_pixels=96 * 64).flaw is None
    assert look(with_segments(*held[:4], jpeg=bodies[5]), max_pixels=96 * 64).flaw is Flaw.BOMB


def test_more_segments_than_are_looked_at_refuse_the_file() -> None:
    assert look(with_segments(*[segment(0xE9, b"")] * 8193)).flaw is Flaw.TOO_MANY_FRAMES


def test_more_beginnings_of_a_jpeg_than_are_followed_refuse_the_file() -> None:
    assert look(with_segments(segment(0xE9, b"\xff\xd8\xff\xe0" * 300))).flaw is Flaw.TOO_MANY_FRAMES


def test_further_jpegs_have_metadata_of_their_own() -> None:
    second = with_segments(jfxx(0x10, JPEG), jpeg=saved(colour(2), "JPEG"))
    facts = look(saved(colour(1), "JPEG") + second)
    assert facts.picture is not None
    assert "frame 1 jfxx thumbnail" in [view.name for view in facts.picture.views]

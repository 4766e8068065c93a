import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from filters.facts import Flaw
from filters.measure.containers import end_of_file, jpegs_in, sniff_format
from filters.measure.hashes import measure_view
from filters.measure.picture import Limits, inspect
from tests.filters.measure.pictures import colour, distance, grey, saved

WALKED = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF")
FORMATS = (*WALKED, "TIFF")


@pytest.mark.parametrize("container", FORMATS)
def test_format_is_told_by_the_first_bytes(container: str) -> None:
    assert sniff_format(saved(colour(1), container)) == container


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"RIFF\0\0\0\0WAVE",
        b"\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf",
        b"\0\0\0\x1cftypisom\0\0\0\0isommp41",
        b"GIF88a",
        b"\0\0\1\0\1\0",
    ],
)
def test_other_first_bytes_are_no_format_of_ours(body: bytes) -> None:
    assert sniff_format(body) is None


def test_avif_is_also_told_by_a_compatible_brand() -> None:
    assert sniff_format(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf") == "AVIF"


@pytest.mark.parametrize("container", WALKED)
def test_end_of_a_whole_file_is_its_length(container: str) -> None:
    body = saved(colour(1), container)
    assert end_of_file(container, body) == len(body)


@pytest.mark.parametrize("container", WALKED)
@pytest.mark.parametrize("rest", [b"PK\x03\x04 a hidden archive", b"x", b"\0\0\0\x0ebox of a kind", b"<?php ?>"])
def test_bytes_after_the_end_are_trailing_data_and_the_picture_is_measured_all_the_same(
    container: str, rest: bytes
) -> None:
    facts = inspect(saved(colour(1), container) + rest, Limits())
    assert facts.flaw is Flaw.TRAILING_DATA
    assert facts.picture is not None


@pytest.mark.parametrize("container", FORMATS)
@pytest.mark.parametrize("padding", [b"\n", b"\r\n", bytes(700)])
def test_padding_is_no_trailing_data(container: str, padding: bytes) -> None:
    assert inspect(saved(colour(1), container) + padding, Limits()).flaw is None


def test_animations_end_where_their_last_frame_does() -> None:
    pages = [colour(seed, 64, 64) for seed in range(3)]
    for container in ("GIF", "PNG", "WEBP", "AVIF"):
        body = saved(pages[0], container, save_all=True, append_images=pages[1:], duration=50)
        assert end_of_file(container, body) == len(body)
        assert inspect(body + b"x", Limits()).flaw is Flaw.TRAILING_DATA


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_rows": 1}, {"comment": b"\xff\xd9 EOI"}])
def test_scans_restarts_and_comments_are_walked_over(options: dict[str, object]) -> None:
    body = saved(colour(1), "JPEG", **options)
    assert end_of_file("JPEG", body) == len(body)


def test_fill_bytes_and_bare_markers_are_walked_over() -> None:
    body = saved(colour(1), "JPEG")
    filled = body[:2] + b"\xff\xff\xff\x01" + body[2:-2] + b"\xff\xff\xd9"
    assert end_of_file("JPEG", filled) == len(filled)


def test_end_marker_inside_a_thumbnail_is_not_the_end() -> None:
    body = with_segment(saved(colour(1), "JPEG"), 0xE0, b"JFXX\0\x10" + saved(grey(1, 40, 30), "JPEG"))
    assert end_of_file("JPEG", body) == len(body)


def with_segment(jpeg: bytes, marker: int, data: bytes) -> bytes:
    return jpeg[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data + jpeg[2:]


def multi_picture(pages: list[Image.Image]) -> bytes:
    buffer = BytesIO()
    pages[0].save(buffer, "MPO", save_all=True, append_images=pages[1:])
    return buffer.getvalue()


def test_pictures_that_a_multi_picture_header_announces_are_frames() -> None:
    body = multi_picture([colour(1), colour(2, 64, 48), colour(3)])
    facts = inspect(body, Limits())
    assert facts.flaw is None
    assert facts.picture is not None
    assert (facts.picture.format, facts.picture.frames) == ("jpeg", 3)
    assert [view.name for view in facts.picture.views if "trimmed" not in view.name] == [
        "frame 0",
        "frame 1",
        "frame 2",
    ]
    assert inspect(body, Limits(max_frames=2)).flaw is Flaw.TOO_MANY_FRAMES
    assert inspect(body + b"x", Limits()).flaw is Flaw.TRAILING_DATA
    assert inspect(body[:-200], Limits()).flaw is Flaw.TRUNCATED


def test_a_gain_map_is_looked_at() -> None:
    """Pillow takes a picture with a gain map for a single one, and so would leave out whatever stands in its place."""
    body = with_segment(
        multi_picture([colour(1), colour(2)]), 0xE1, b'http://ns.adobe.com/xap/1.0/\0 hdrgm:Version="1.0"'
    )
    facts = inspect(body, Limits())
    assert facts.picture is not None
    assert facts.picture.frames == 2


def test_a_second_jpeg_that_nothing_announces_is_trailing_data_and_looked_at() -> None:
    facts = inspect(saved(colour(1), "JPEG") + b"\0\0" + saved(colour(2), "JPEG"), Limits())
    second = inspect(saved(colour(2), "JPEG"), Limits())
    assert facts.flaw is Flaw.TRAILING_DATA
    assert facts.picture is not None
    assert second.picture is not None
    assert distance(facts.picture.views[1].pdq, second.picture.views[0].pdq) <= 2


def test_a_file_that_only_begins_like_a_jpeg_holds_one_that_has_no_end() -> None:
    assert jpegs_in(b"\xff\xd8\xff\xe0\0\x10") == [slice(0, 6)]
    assert end_of_file("JPEG", b"\xff\xd8\xff\xe0\0\x10") is None
    assert end_of_file("JPEG", b"\xff\xd8\xffoops") is None


def test_length_in_the_header_of_a_bitmap_is_not_believed() -> None:
    body = saved(colour(1), "BMP") + b"hidden"
    lying = body[:2] + struct.pack("<I", len(body)) + body[6:]
    assert inspect(lying, Limits()).flaw is Flaw.TRAILING_DATA


def test_old_bitmaps_and_those_with_a_profile_end_where_they_should() -> None:
    old = b"BM" + struct.pack("<IHHI", 0, 0, 0, 26) + struct.pack("<IHHHH", 12, 2, 2, 1, 24) + bytes(16)
    assert end_of_file("BMP", old) == len(old)
    header = struct.pack("<IiiHHIIiiII", 124, 2, 2, 1, 24, 0, 16, 0, 0, 0, 0) + bytes(16) + b"DEBM" + bytes(52)
    header += struct.pack("<II", 124 + 16, 9)
    header += bytes(124 - len(header))
    new = b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + 124) + header + bytes(16) + b"a profile"
    assert end_of_file("BMP", new) == len(new)


@pytest.mark.parametrize("brand", [b"avif", b"avis", b"mif1"])
def test_an_avif_is_seen_both_as_a_still_and_as_an_animation(brand: bytes) -> None:
    moving = saved(colour(1), "AVIF", save_all=True, append_images=[colour(2)], duration=50)
    second = inspect(saved(colour(2), "AVIF"), Limits()).picture
    facts = inspect(moving[:8] + brand + moving[12:], Limits())
    assert facts.flaw is None
    assert facts.picture is not None
    assert second is not None
    assert min(distance(view.pdq, second.views[0].pdq) for view in facts.picture.views) <= 8


def test_large_and_open_ended_boxes_of_an_avif_are_walked() -> None:
    large = b"\0\0\0\1mdat" + struct.pack(">Q", 20) + b"1234"
    assert end_of_file("AVIF", large) == 20
    assert end_of_file("AVIF", large + b"\0\0\0\0mdat and all the rest") == 45
    assert end_of_file("AVIF", b"\0\0\0\1mdat") is None


def animated_png(count: int) -> bytes:
    pages = [colour(seed, 64, 64) for seed in range(count)]
    return saved(pages[0], "PNG", save_all=True, append_images=pages[1:], duration=50)


def test_frames_beyond_the_number_that_a_png_says_it_has_are_trailing_data() -> None:
    """Browsers show them."""
    body = animated_png(3)
    control = body.find(b"acTL")
    said = b"acTL" + struct.pack(">II", 2, 0)
    fewer = body[:control] + said + struct.pack(">I", zlib.crc32(said)) + body[control + 16 :]
    none = body[: control - 4] + body[control + 16 :]
    assert [inspect(each, Limits()).flaw for each in (body, fewer, none)] == [
        None,
        Flaw.TRAILING_DATA,
        Flaw.TRAILING_DATA,
    ]


def test_a_first_picture_that_is_no_frame_of_an_animated_png_is_counted() -> None:
    pages = [colour(seed, 64, 64) for seed in range(3)]
    body = saved(pages[0], "PNG", save_all=True, default_image=True, append_images=pages[1:], duration=50)
    facts = inspect(body, Limits())
    assert facts.flaw is None
    assert facts.picture is not None
    assert facts.picture.frames == 3


def test_a_gif_is_seen_as_it_is_shown_where_its_frame_is_larger_than_its_screen() -> None:
    shown = grey(4, 160, 120)
    larger = grey(5, 400, 300)
    larger.paste(shown, (0, 0))
    body = saved(larger, "GIF")
    picture = inspect(body[:6] + struct.pack("<HH", 160, 120) + body[10:], Limits()).picture
    assert picture is not None
    views = {view.name: view.pdq for view in picture.views}
    assert distance(views["frame 0 on its screen"], measure_view("shown", shown).pdq) <= 8


def test_a_gif_without_a_screen_is_as_large_as_its_frame() -> None:
    body = saved(grey(4, 160, 120), "GIF")
    picture = inspect(body[:6] + bytes(4) + body[10:], Limits()).picture
    assert picture is not None
    assert [view.name for view in picture.views] == ["frame 0"]


def test_unknown_block_of_a_gif_is_where_its_picture_ends() -> None:
    body = saved(colour(1), "GIF")
    assert end_of_file("GIF", body[:-1] + b"\x99" + body[-1:]) == len(body) - 1


def test_a_tiff_has_no_end_of_its_own() -> None:
    assert end_of_file("TIFF", b"II*\0 and anything else") == 22


def test_an_end_behind_bytes_that_are_no_segment_is_not_taken_for_that_of_the_picture() -> None:
    """Decoders skip them, and so whatever stands behind the picture would be taken for a part of it."""
    body = saved(colour(1), "JPEG")
    disturbed = body[:20] + b"\0" + body[20:]
    assert inspect(disturbed + saved(colour(2), "JPEG"), Limits()).flaw is Flaw.TRUNCATED
    assert inspect(disturbed + b"PK\x03\x04 an archive \xff\xd9", Limits()).flaw is Flaw.TRUNCATED


def test_a_jpeg_of_more_markers_than_anybody_writes_has_no_end() -> None:
    assert end_of_file("JPEG", b"\xff\xd8\xff\x01" + b"\xff\x01" * 20_000 + b"\xff\xd9") is None

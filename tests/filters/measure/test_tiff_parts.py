import struct

import pytest
from PIL import Image, TiffImagePlugin

from filters.facts import Facts, Flaw
from filters.measure.hashes import measure_view
from filters.measure.picture import Limits, inspect
from filters.measure.tiff_parts import tiff_parts
from tests.filters.measure.marked import tiff_with
from tests.filters.measure.pictures import colour, distance, grey, saved

HIDDEN = grey(7, 96, 72)
EXPECTED = measure_view("hidden", HIDDEN)
PIXELS = HIDDEN.tobytes()
Entry = tuple[int, int, int, int]


def look(body: bytes, **limits: int) -> Facts:
    return inspect(body, Limits(**limits))  # type: ignore[arg-type]  # only limits that are numbers are given


def page(body: bytes, entries: list[Entry], order: str = "<", *, big: bool = False) -> tuple[bytes, int]:
    """Append a directory, and say where it lies."""
    body += bytes(len(body) % 2)
    entry, count, offset = ("HHQQ", "Q", "Q") if big else ("HHII", "H", "I")
    held = b"".join(_entry(order, entry, each) for each in sorted(entries))
    return body + struct.pack(order + count, len(entries)) + held + struct.pack(order + offset, 0), len(body)


def _entry(order: str, entry: str, each: Entry) -> bytes:
    tag, type_, length, value = each
    packed = struct.pack(order + entry, tag, type_, length, value)
    if order == ">" and type_ == 3:  # a short stands on the left
        start = 4 + (len(packed) - 4) // 2
        return (packed[:start] + struct.pack(">H", value)).ljust(len(packed), b"\0")
    return packed


def picture_entries(at: int, picture: Image.Image) -> list[Entry]:
    width, height = picture.size
    return [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
        (273, 4, 1, at), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, width * height),
    ]  # fmt: skip


def tiff(
    cover: Image.Image, inside: Image.Image | None, order: str = "<", *, big: bool = False, more: int = 0
) -> bytes:
    """Write one page, and below it a picture in a sub-directory."""
    marker = (b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if big else 42)
    body = marker + (struct.pack(order + "HHQ", 8, 0, 0) if big else bytes(4))
    entries = picture_entries(len(body), cover)
    body += cover.tobytes()
    if inside is not None:
        at = len(body)
        body, directory = page(body + inside.tobytes(), picture_entries(at, inside), order, big=big)
        entries.append((330, 4, 1, directory))
    body, first = page(body, entries, order, big=big)
    return led_to(body, first, order, big=big)


def led_to(body: bytes, first: int, order: str = "<", *, big: bool = False) -> bytes:
    if big:
        return body[:8] + struct.pack(order + "Q", first) + body[16:]
    return body[:4] + struct.pack(order + "I", first) + body[8:]


@pytest.mark.parametrize(("order", "big"), [("<", False), (">", False), ("<", True)])
def test_a_picture_in_a_sub_directory_is_seen_and_is_no_frame(order: str, big: bool) -> None:
    facts = look(tiff(grey(1), HIDDEN, order, big=big))
    assert facts.flaw is None
    assert facts.picture is not None
    assert facts.picture.frames == 1
    assert min(distance(v.pdq, EXPECTED.pdq) for v in facts.picture.views if v.name.startswith("sub-picture 0")) == 0


def test_what_pillow_does_not_read_is_refused() -> None:
    facts = look(tiff(grey(1), HIDDEN, ">", big=True))
    assert (facts.flaw, facts.picture) == (Flaw.UNDECODABLE, None)


def test_a_sub_directory_past_the_end_refuses_the_file() -> None:
    body, first = page(b"II*\0" + bytes(4) + grey(1).tobytes(), [*picture_entries(8, grey(1)), (330, 4, 1, 1 << 30)])
    assert look(led_to(body, first)).flaw is Flaw.UNDECODABLE


def test_a_sub_directory_that_holds_no_picture_refuses_the_file() -> None:
    body, directory = page(tiff(grey(1), None), [(700, 1, 4, 0)])
    (first,) = struct.unpack_from("<I", body, 4)
    entries = list(picture_entries(8, grey(1)))
    body, first = page(body, [*entries, (330, 4, 1, directory)])
    facts = look(led_to(body, first))
    assert facts.picture is None
    assert facts.flaw in (Flaw.UNDECODABLE, Flaw.TRUNCATED)


def test_more_sub_directories_than_are_looked_at_refuse_the_file() -> None:
    body = tiff(grey(1), HIDDEN)
    assert look(body, max_frames=1).flaw is None
    found = tiff_parts(body)
    assert found is not None
    listed = len(body) + len(body) % 2
    body += bytes(len(body) % 2) + struct.pack("<2I", *found.pictures * 2)
    body, first = page(body, [*picture_entries(8, grey(1)), (330, 4, 2, listed)])
    assert look(led_to(body, first), max_frames=1).flaw is Flaw.TOO_MANY_FRAMES


def test_pixels_that_no_directory_speaks_of_are_trailing_data() -> None:
    facts = look(tiff(grey(1), None) + PIXELS)
    assert facts.flaw is Flaw.TRAILING_DATA
    assert facts.picture is not None


def test_pixels_between_the_parts_are_trailing_data_too() -> None:
    first, second = grey(1), grey(2)
    body = bytes(8) + first.tobytes() + PIXELS + second.tobytes()
    body, at = page(b"II*\0" + body[4:], picture_entries(8, first))
    assert look(led_to(body, at)).flaw is Flaw.TRAILING_DATA


@pytest.mark.parametrize(("size", "flaw"), [(60_000, None), (70_000, Flaw.TRAILING_DATA)])
def test_a_large_value_that_nobody_reads_is_trailing_data(size: int, flaw: Flaw | None) -> None:
    assert look(tiff_with(37724, b"layers" * (size // 6))).flaw is flaw


@pytest.mark.parametrize("tag", [700, 33723, 34377])
def test_a_large_value_that_is_read_is_not(tag: int) -> None:
    assert look(tiff_with(tag, b"words." * 12_000)).flaw is None


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_deflate", "jpeg", "packbits"])
@pytest.mark.parametrize("pages", [1, 3])
def test_what_is_written_by_others_is_spoken_of(compression: str | None, pages: int) -> None:
    exif = Image.Exif()
    exif[0x9003] = "2020:01:01 00:00:00"
    exif.get_ifd(0x8769)[0x9286] = b"a comment of some length, which lies elsewhere in the file"
    body = saved(
        colour(1),
        "TIFF",
        compression=compression,
        exif=exif,
        save_all=True,
        append_images=[colour(n) for n in range(2, pages + 1)],
    )
    assert look(body).flaw is None


def test_tiles_are_spoken_of() -> None:
    body = tiff(grey(1, 64, 64), None)
    (at,) = struct.unpack_from("<I", body, 4)
    tiled = [each for each in picture_entries(8, grey(1, 64, 64)) if each[0] not in (273, 278, 279)]
    tiled += [(322, 4, 1, 64), (323, 4, 1, 64), (324, 4, 1, 8), (325, 4, 1, 64 * 64)]
    body, first = page(body[:at], tiled)
    assert look(led_to(body, first)).flaw is None


@pytest.mark.parametrize(
    "body",
    [
        b"II*\0",
        b"II*\0\x08\0\0\0",
        b"II*\0\x08\0\0\0\xff\xff",
        b"II*\0\x08\0\0\0\x01\0\x11\x01\x04\0\xff\xff\xff\x0f\0\0\0\0\0\0\0\0",
        page(b"II*\0\x08\0\0\0", [(330, 4, 300, 8)])[0] + struct.pack("<300I", *range(40, 340)),
    ],
    ids=["no offset", "no directory", "too many entries", "offsets past the end", "no directories below"],
)
def test_a_broken_chain_has_no_parts(body: bytes) -> None:
    assert tiff_parts(body) is None


def test_a_chain_that_bites_its_tail_ends() -> None:
    body, at = page(b"II*\0\x08\0\0\0", [(34665, 4, 1, 8)])
    assert at == 8
    found = tiff_parts(body)
    assert found is not None
    assert found.pictures == []


def test_more_directories_than_are_walked_have_no_parts() -> None:
    body = b"II*\0\x08\0\0\0" + b"".join(struct.pack("<HI", 0, 8 + 6 * (each + 1)) for each in range(300)) + bytes(6)
    assert tiff_parts(body) is None


def test_pillow_writes_the_directories_that_this_file_does_by_hand() -> None:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory[270] = "a description that does not fit into its entry"
    assert look(saved(colour(1), "TIFF", tiffinfo=directory)).flaw is None


def test_pixels_of_a_directory_that_holds_no_picture_are_trailing_data() -> None:
    """Nobody decodes what lies there."""
    body, exif = page(tiff(grey(1), None) + PIXELS, [(273, 4, 1, 0), (279, 4, 1, 1 << 20)])
    body, first = page(body, [*picture_entries(8, grey(1)), (34665, 4, 1, exif)])
    assert look(led_to(body, first)).flaw is Flaw.TRAILING_DATA


def test_more_numbers_than_any_picture_needs_refuse_the_file() -> None:
    """Each entry may claim all bytes of the file: without a limit few megabytes take hours."""
    count = 300_000
    body, first = page(
        b"II*\0" + bytes(4) + grey(1).tobytes() + bytes(4 * count),
        [*picture_entries(8, grey(1)), (330, 4, count, 8), (330, 4, count, 8)],
    )
    assert look(led_to(body, first)).flaw is Flaw.UNDECODABLE

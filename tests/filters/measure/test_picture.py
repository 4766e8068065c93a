import random
import struct
import warnings
import zlib

import pytest
from PIL import Image, ImageFile

from filters.facts import Facts, Flaw
from filters.measure.digests import measure_digests
from filters.measure.picture import INSTRUMENTS, Limits, inspect
from tests.filters.measure.pictures import colour, distance, grey, saved

MATCH_BITS = 31
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF")


def look(body: bytes, **limits: int) -> Facts:
    return inspect(body, Limits(**limits))  # type: ignore[arg-type]  # only limits that are numbers are given


def nearest(facts: Facts, sought: str) -> int:
    assert facts.picture is not None
    return min(distance(each, sought) for view in facts.picture.views for each in (view.pdq, *view.orientations))


def pdq_of(image: Image.Image) -> str:
    picture = look(saved(image, "PNG")).picture
    assert picture is not None
    return picture.views[0].pdq


@pytest.mark.parametrize("container", FORMATS)
def test_a_whole_picture_has_facts_and_no_flaw(container: str) -> None:
    body = saved(colour(2), container)
    facts = look(body)
    assert facts.flaw is None
    assert facts.digests == measure_digests(body)
    assert facts.measured_by == INSTRUMENTS
    assert facts.picture is not None
    assert (facts.picture.format, facts.picture.frames) == (container.lower(), 1)
    assert (facts.picture.width_px, facts.picture.height_px) == (320, 240)
    assert facts.picture.views[0].name == "frame 0"
    assert facts.picture.views[0].pdq_quality >= 50


def test_instruments_name_what_can_change_a_hash_or_what_is_read() -> None:
    names = ["altsieve-hasher", "altsieve-rights", "imagehash", "numpy", "pillow", "scipy"]
    assert [name for name, _ in INSTRUMENTS] == names
    assert all(version for _, version in INSTRUMENTS)


@pytest.mark.parametrize("container", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("disposal", [0, 1, 2])
def test_a_picture_in_a_later_frame_is_seen(container: str, disposal: int) -> None:
    flat, hidden = Image.new("RGB", (320, 240), "white"), colour(6)
    options = {"disposal": disposal} if container in ("GIF", "PNG") else {}
    body = saved(
        flat, container, save_all=True, append_images=[flat.resize((320, 240)), hidden], duration=50, **options
    )
    facts = look(body)
    assert facts.flaw is None
    assert facts.picture is not None
    assert facts.picture.frames >= 2
    assert nearest(facts, pdq_of(hidden)) <= MATCH_BITS


def test_frames_that_look_the_same_are_one_view() -> None:
    pages = [grey(1), grey(1), grey(2)]
    picture = look(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])).picture
    assert picture is not None
    assert (picture.frames, [view.name for view in picture.views]) == (3, ["frame 0", "frame 2"])


@pytest.mark.parametrize("container", ["GIF", "TIFF", "PNG", "WEBP"])
def test_more_frames_than_are_looked_at_refuse_the_file(container: str) -> None:
    pages = [grey(seed, 64, 64).convert("RGB") for seed in range(4)]
    body = saved(pages[0], container, save_all=True, append_images=pages[1:], duration=50)
    assert look(body, max_frames=4).flaw is None
    facts = look(body, max_frames=3)
    assert (facts.flaw, facts.picture) == (Flaw.TOO_MANY_FRAMES, None)


def bomb_png(side: int) -> bytes:
    """A 1-bit PNG of zeros, made without ever holding its pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [20_000, 12_000, 7_000], ids=["Pillow refuses", "Pillow warns", "Pillow is silent"])
def test_a_bomb_is_refused_before_its_pixels_are_loaded(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        pytest.fail("pixels were loaded")

    body = bomb_png(side)
    monkeypatch.setattr(ImageFile.ImageFile, "load", never)
    facts = look(body)
    assert (facts.flaw, facts.picture) == (Flaw.BOMB, None)


@pytest.mark.parametrize("container", FORMATS)
def test_the_pixel_cap_counts_in_every_format(container: str) -> None:
    body = saved(colour(2), container)
    assert look(body, max_pixels=320 * 240).flaw is None
    assert look(body, max_pixels=320 * 240 - 1).flaw is Flaw.BOMB


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_canvas_of_a_webp_is_measured_before_its_decoder_is_made(
    lossless: bool, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        pytest.fail("a decoder was made")

    image = colour(2).convert(mode)
    image.putpixel((0, 0), (1, 2, 3, 4)[: len(mode)])
    body = saved(image, "WEBP", lossless=lossless)
    assert look(body, max_pixels=320 * 240).flaw is None
    monkeypatch.setattr(Image, "open", never)
    assert look(body, max_pixels=320 * 240 - 1).flaw is Flaw.BOMB


def test_a_later_frame_over_the_cap_is_a_bomb() -> None:
    body = saved(grey(1, 64, 64), "TIFF", save_all=True, append_images=[grey(2, 300, 300)])
    assert look(body, max_pixels=64 * 64).flaw is Flaw.BOMB


@pytest.mark.parametrize(("frames", "flaw"), [(4, None), (5, Flaw.BOMB)])
def test_frames_that_are_too_many_pixels_together_are_a_bomb(frames: int, flaw: Flaw | None) -> None:
    body = saved(grey(1, 64, 64), "TIFF", save_all=True, append_images=[grey(n, 64, 64) for n in range(2, frames + 1)])
    assert look(body, max_pixels=64 * 64).flaw is flaw


@pytest.mark.parametrize("container", FORMATS)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
def test_half_a_file_is_truncated(container: str, share: float) -> None:
    body = saved(colour(2), container)
    facts = look(body[: int(len(body) * share)])
    assert (facts.flaw, facts.picture) == (Flaw.TRUNCATED, None)


def test_a_jpeg_without_its_end_marker_is_truncated() -> None:
    assert look(saved(colour(2), "JPEG")[:-2]).flaw is Flaw.TRUNCATED


@pytest.mark.parametrize(
    ("body", "flaw"),
    [
        (b"", Flaw.TRUNCATED),
        (b"<html>no picture</html>", Flaw.FORMAT),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Flaw.FORMAT),
        (b"8BPS\0\1" + bytes(40), Flaw.FORMAT),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", Flaw.FORMAT),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40), Flaw.FORMAT),
        (b"BM or not to BM: text that begins like a bitmap, and is none at all", Flaw.TRUNCATED),
        (b"\x89PNG\r\n\x1a\n", Flaw.TRUNCATED),
        (b"\xff\xd8\xff\xd9", Flaw.UNDECODABLE),
    ],
)
def test_what_is_no_picture_has_a_flaw_and_its_digests(body: bytes, flaw: Flaw) -> None:
    facts = look(body)
    assert (facts.flaw, facts.picture, facts.digests) == (flaw, None, measure_digests(body))


def test_a_format_that_is_not_on_the_list_is_refused() -> None:
    assert inspect(saved(colour(2), "GIF"), Limits(formats=("JPEG", "PNG"))).flaw is Flaw.FORMAT


def test_running_out_of_memory_is_said_to_be_our_own_doing(monkeypatch: pytest.MonkeyPatch) -> None:
    def starved(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(ImageFile.ImageFile, "load", starved)
    assert look(saved(colour(2), "PNG")).flaw is Flaw.INSPECTION_CRASHED


@pytest.mark.parametrize("container", FORMATS)
@pytest.mark.parametrize("size", [(1, 1), (1, 200), (200, 1), (3, 5)])
def test_tiny_pictures_are_measured(container: str, size: tuple[int, int]) -> None:
    picture = look(saved(Image.new("RGB", size, "teal"), container)).picture
    assert picture is not None
    assert (picture.width_px, picture.height_px) == size


def test_a_jpeg_is_decoded_once_and_only_its_luma(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    decode = ImageFile.ImageFile.load

    def counting(image: ImageFile.ImageFile) -> object:
        if image.tile:
            loaded.append(image.mode)
        return decode(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", counting)
    look(saved(colour(2), "JPEG"))
    assert loaded == ["L"]


def damaged(body: bytes, seed: int) -> list[bytes]:
    chance = random.Random(seed)  # noqa: S311 - damage, not a secret
    cut = [body[:length] for length in range(0, len(body), 97)]
    flipped = []
    for _ in range(60):
        copy = bytearray(body)
        for _ in range(chance.randint(1, 8)):
            copy[chance.randrange(len(copy))] ^= 1 << chance.randrange(8)
        flipped.append(bytes(copy))
    return cut + flipped


@pytest.mark.parametrize("container", FORMATS)
def test_damaged_files_never_raise_and_always_have_a_picture_or_a_flaw(container: str) -> None:
    exif = Image.Exif()
    exif[274] = 6
    pages = {"save_all": True, "append_images": [grey(2, 48, 40)], "exif": exif} if container in ("PNG", "WEBP") else {}
    whole = saved(grey(1, 48, 40), container, **pages)
    for number, body in enumerate(damaged(whole, len(whole))):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            facts = inspect(body, Limits(max_pixels=1_000_000))
        assert facts.picture is not None or facts.flaw is not None
        if 0 < len(body) < len(whole) and number and container != "TIFF":
            assert facts.flaw is not None

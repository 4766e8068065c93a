import struct

import pytest
from PIL import Image

from filters.facts import Flaw
from filters.measure.hashes import measure_view
from filters.measure.picture import Limits, inspect
from filters.measure.thumbnail import exif_bitmap, exif_thumbnail
from tests.filters.measure.pictures import colour, distance, saved


def exif_with_thumbnail(thumbnail: bytes, length: int | None = None) -> bytes:
    """An EXIF block whose second directory says where a JPEG lies, as a camera writes it."""
    start = 8 + 2 + 4 + 2 + 2 * 12 + 4
    claimed = len(thumbnail) if length is None else length
    second = struct.pack("<HHHIIHHIII", 2, 513, 4, 1, start, 514, 4, 1, claimed, 0)
    return b"Exif\0\0II*\0" + struct.pack("<IHI", 8, 0, 14) + second + thumbnail


def exif_with_pixels(thumbnail: Image.Image, order: str = "<", *, missing: int = 0) -> bytes:
    """An EXIF block whose second directory is a small picture that is not packed, which the standard allows too."""
    pixels = thumbnail.tobytes()
    bits = 14 + 2 + 9 * 12 + 4
    entries = [
        (256, 4, 1, thumbnail.width),
        (257, 4, 1, thumbnail.height),
        (258, 3, 3, bits),
        (259, 4, 1, 1),
        (262, 4, 1, 2),
        (273, 4, 1, bits + 6),
        (277, 4, 1, 3),
        (278, 4, 1, thumbnail.height),
        (279, 4, 1, len(pixels)),
    ]
    second = struct.pack(order + "H", 9) + b"".join(struct.pack(order + "HHII", *each) for each in entries) + bytes(4)
    first = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IHI", 8, 0, 14)
    return b"Exif\0\0" + first + second + struct.pack(order + "3H", 8, 8, 8) + pixels[missing:]


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_thumbnail_that_is_not_packed_is_a_view_too(order: str) -> None:
    hidden = colour(7, 96, 72)
    facts = inspect(saved(colour(1), "JPEG", exif=exif_with_pixels(hidden, order)), Limits())
    assert facts.flaw is None
    assert facts.picture is not None
    views = {view.name: view.pdq for view in facts.picture.views}
    assert views["frame 0 thumbnail"] == measure_view("hidden", hidden.convert("L")).pdq


def test_a_thumbnail_whose_pixels_are_missing_refuses_the_file() -> None:
    body = saved(colour(1), "JPEG", exif=exif_with_pixels(colour(7, 96, 72), missing=9000))
    assert inspect(body, Limits()).picture is None


@pytest.mark.parametrize("container", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_thumbnail_that_shows_something_else_is_a_view_of_its_own(container: str) -> None:
    hidden = colour(7, 160, 120)
    body = saved(colour(1), container, exif=exif_with_thumbnail(saved(hidden, "JPEG")))
    facts = inspect(body, Limits())
    assert facts.flaw is None
    assert facts.picture is not None
    views = {view.name: view.pdq for view in facts.picture.views}
    alone = inspect(saved(hidden, "JPEG"), Limits()).picture
    assert alone is not None
    assert distance(views["frame 0 thumbnail"], alone.views[0].pdq) == 0
    assert facts.picture.frames == 1


def test_a_thumbnail_that_breaks_off_refuses_the_file() -> None:
    body = saved(colour(1), "JPEG", exif=exif_with_thumbnail(saved(colour(7, 160, 120), "JPEG")[:900]))
    facts = inspect(body, Limits())
    assert facts.picture is None
    assert facts.flaw in (Flaw.TRUNCATED, Flaw.UNDECODABLE)


def test_a_thumbnail_over_the_pixel_cap_is_a_bomb() -> None:
    body = saved(colour(1, 64, 64), "JPEG", exif=exif_with_thumbnail(saved(colour(7, 160, 120), "JPEG")))
    assert inspect(body, Limits(max_pixels=64 * 64)).flaw is Flaw.BOMB


@pytest.mark.parametrize("container", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0no directory at all",
        b"Exif\0\0II*\0",
        b"Exif\0\0II*\0\x08\0\0\0\x09\0\x12\x01",
        exif_with_thumbnail(b"no JPEG, but something"),
        exif_with_thumbnail(b""),
        exif_with_thumbnail(b"", length=4_000_000_000),
    ],
)
def test_broken_metadata_leaves_the_picture_alone(exif: bytes, container: str) -> None:
    facts = inspect(saved(colour(1), container, exif=exif), Limits())
    assert facts.flaw is None
    assert facts.picture is not None
    assert [view.name for view in facts.picture.views] == ["frame 0"]


def test_a_picture_without_metadata_has_no_thumbnail() -> None:
    picture = inspect(saved(Image.new("RGB", (50, 50)), "JPEG"), Limits()).picture
    assert picture is not None
    assert len(picture.views) == 1


def test_exif_that_cannot_be_read_has_no_thumbnail_of_either_kind() -> None:
    class Broken(Image.Image):
        def getexif(self) -> Image.Exif:
            raise ValueError

    frame = Broken()
    frame.info["exif"] = b"Exif\0\0II*\0"
    assert exif_thumbnail(frame) is exif_bitmap(frame) is None

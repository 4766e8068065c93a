import struct

import pytest
from PIL import Image

from filters.facts import Flaw
from filters.measure.picture import Limits, inspect
from tests.filters.measure.pictures import colour, distance, saved


def exif_with_thumbnail(thumbnail: bytes, length: int | None = None) -> bytes:
    """An EXIF block whose second directory says where a JPEG lies, as a camera writes it."""
    start = 8 + 2 + 4 + 2 + 2 * 12 + 4
    claimed = len(thumbnail) if length is None else length
    second = struct.pack("<HHHIIHHIII", 2, 513, 4, 1, start, 514, 4, 1, claimed, 0)
    return b"Exif\0\0II*\0" + struct.pack("<IHI", 8, 0, 14) + second + thumbnail


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

"""Claims about what models are shown of a picture."""

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from filters.measure.glimpse import Glimpse
from filters.measure.picture import Limits, inspect, inspect_and_glimpse
from filters.measure.shrinking import MOST_ASPECT, glimpse_of
from tests.filters.measure.pictures import colour, saved
from tests.filters.measure.profiles import SWAPPED, rgb_profile
from tests.filters.measure.test_normalise import MODES, UNTURN

SIDE = 64


def seen(body: bytes, side_px: int = SIDE) -> Glimpse:
    glimpse = inspect_and_glimpse(body, Limits(), side_px)[1]
    assert glimpse is not None
    return glimpse


def pixels(glimpse: Glimpse) -> npt.NDArray[np.uint8]:
    return np.frombuffer(glimpse.rgb, np.uint8).reshape(glimpse.height_px, glimpse.width_px, 3)


def shown(image: Image.Image, size: tuple[int, int]) -> npt.NDArray[np.float64]:
    return np.asarray(image.convert("RGB").resize(size), np.float64)


def strays(glimpse: Glimpse, expected: Image.Image) -> float:
    """Return by how many levels its pixels are off, on the mean."""
    return float(np.abs(pixels(glimpse) - shown(expected, (glimpse.width_px, glimpse.height_px))).mean())


@pytest.mark.parametrize("container", ["JPEG", "PNG", "WEBP", "AVIF", "BMP", "TIFF", "GIF"])
def test_a_glimpse_shows_the_picture_small_and_in_its_colours(container: str) -> None:
    glimpse = seen(saved(colour(2), container))
    assert (glimpse.width_px, glimpse.height_px, len(glimpse.rgb)) == (85, SIDE, 85 * SIDE * 3)
    assert strays(glimpse, colour(2)) < 8


@pytest.mark.parametrize("container", ["JPEG", "PNG"])
def test_measuring_finds_the_same_with_a_glimpse_and_without(container: str) -> None:
    body = saved(colour(2), container)
    assert inspect_and_glimpse(body, Limits(), SIDE)[0] == inspect(body, Limits())


@pytest.mark.parametrize(
    ("size", "small"),
    [
        ((40, 30), (40, 30)),
        ((64, 200), (64, 200)),
        ((640, 128), (320, 64)),
        ((128, 640), (64, 320)),
        ((4000, 20), (SIDE * MOST_ASPECT, 5)),
        ((1, 4000), (1, SIDE * MOST_ASPECT)),
    ],
)
def test_the_shorter_side_is_as_long_as_asked_or_as_it_is(size: tuple[int, int], small: tuple[int, int]) -> None:
    for container in ("PNG", "JPEG"):
        glimpse = seen(saved(Image.new("RGB", size, "teal"), container))
        assert (glimpse.width_px, glimpse.height_px) == small


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_that_is_hashed_can_be_glimpsed(mode: str) -> None:
    glimpse = glimpse_of(MODES[mode](colour(2)), SIDE)
    of_luma = colour(2).convert("L") if mode in ("1", "L", "LA") or mode.startswith(("I", "F")) else colour(2)
    assert len(glimpse.rgb) == glimpse.width_px * glimpse.height_px * 3
    assert strays(glimpse, of_luma) < 25 or mode == "I;16 dark"  # a browser shows it as dark as that


@pytest.mark.parametrize("orientation", UNTURN)
@pytest.mark.parametrize("container", ["JPEG", "PNG", "TIFF"])
def test_a_glimpse_is_turned_as_the_picture_is_shown(container: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    turn = UNTURN[orientation]
    stored = colour(2) if turn is None else colour(2).transpose(turn)
    assert strays(seen(saved(stored, container, exif=exif)), colour(2)) < 8


def clear(mode: str) -> Image.Image:
    """Return what is black all over, and wholly transparent."""
    return Image.new("RGBA", (120, 120), (0, 0, 0, 0)).convert(mode)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "La", "RGBa"])
def test_transparency_is_seen_as_white(mode: str) -> None:
    picture = clear("RGBA").convert("RGBa") if mode == "RGBa" else clear("LA").convert("La") if mode == "La" else None
    assert set(glimpse_of(picture or clear(mode), SIDE).rgb) == {255}


def test_a_transparent_colour_of_a_palette_is_seen_as_white() -> None:
    flat = Image.new("P", (120, 120), 3)
    flat.putpalette([7] * 768)
    assert set(seen(saved(flat, "PNG", transparency=3)).rgb) == {255}


@pytest.mark.parametrize("container", ["JPEG", "PNG"])
def test_colours_are_those_that_the_file_says_are_meant(container: str) -> None:
    red, green, blue = colour(2).split()
    stored = Image.merge("RGB", (blue, red, green))
    assert strays(seen(saved(stored, container, icc_profile=rgb_profile(SWAPPED, 2.2))), colour(2)) < 14


def test_transparency_counts_beside_a_profile() -> None:
    body = saved(clear("RGBA"), "PNG", icc_profile=rgb_profile(SWAPPED, 2.2))
    assert set(seen(body).rgb) == {255}


def test_a_picture_with_a_gamma_of_its_own_is_seen_as_a_browser_shows_it() -> None:
    frame = Image.new("RGB", (80, 80), (128, 128, 128))
    frame.info["gamma"] = 1.0
    assert pixels(glimpse_of(frame, SIDE)).mean() > 170


def test_there_is_no_glimpse_of_what_is_no_whole_picture() -> None:
    body = saved(colour(2), "PNG")
    for broken in (b"", b"no picture", body[:-300]):
        assert inspect_and_glimpse(broken, Limits(), SIDE)[1] is None
    assert inspect_and_glimpse(body, Limits(), 0)[1] is None


def test_a_glimpse_tells_its_size_and_no_more() -> None:
    assert repr(seen(saved(colour(2), "PNG"))) == "<Glimpse 85x64>"

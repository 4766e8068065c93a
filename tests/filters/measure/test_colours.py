import numpy as np
import pytest
from PIL import Image

from filters.measure.colours import as_meant, has_other_colours
from filters.measure.hashes import measure_view
from filters.measure.picture import Limits, inspect
from tests.filters.measure.pictures import colour, distance, grey, saved
from tests.filters.measure.profiles import (
    ADOBE_RGB,
    DISPLAY_P3,
    PROPHOTO,
    SRGB,
    SWAPPED,
    curved_profile,
    grey_profile,
    rgb_profile,
    table_profile,
)


def motley(width: int = 320, height: int = 240) -> Image.Image:
    """A picture of which each colour shows something else."""
    return Image.merge("RGB", [grey(seed, width, height) for seed in (3, 4, 5)])


def names(body: bytes) -> list[str]:
    picture = inspect(body, Limits()).picture
    assert picture is not None
    return [view.name for view in picture.views]


@pytest.mark.parametrize(
    "profile",
    [
        rgb_profile(SRGB, 2.2),
        rgb_profile(DISPLAY_P3, 2.2),
        rgb_profile(ADOBE_RGB, 2.2),
        b"no profile at all",
        b"",
    ],
    ids=["sRGB", "Display P3", "Adobe RGB", "broken", "empty"],
)
def test_usual_and_unreadable_profiles_add_no_view(profile: bytes) -> None:
    assert names(saved(colour(3), "JPEG", icc_profile=profile)) == ["frame 0"]


@pytest.mark.parametrize("container", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize(
    "profile", [rgb_profile(PROPHOTO, 1.8), rgb_profile(SWAPPED, 2.2)], ids=["ProPhoto", "swapped"]
)
def test_colours_that_are_meant_otherwise_are_a_view_beside_the_raw_one(container: str, profile: bytes) -> None:
    assert names(saved(motley(), container, icc_profile=profile)) == ["frame 0", "frame 0 in sRGB"]


@pytest.mark.parametrize("size", [(320, 240), (1400, 1000)])
def test_a_picture_is_found_through_a_profile_that_makes_others_of_its_numbers(size: tuple[int, int]) -> None:
    """Red is stored as blue, and so on; the profile puts it right for whoever looks at it."""
    meant = motley(*size)
    red, green, blue = meant.split()
    body = saved(Image.merge("RGB", (blue, red, green)), "PNG", icc_profile=rgb_profile(SWAPPED, 2.2))
    picture = inspect(body, Limits()).picture
    assert picture is not None
    expected = measure_view("meant", meant.convert("L")).pdq
    distances = {view.name: distance(view.pdq, expected) for view in picture.views}
    assert distances["frame 0 in sRGB"] <= 12 < 31 < distances["frame 0"]


def shuffled() -> list[int]:
    """Shuffle all levels but some that are far apart."""
    free = [level for level in range(256) if level not in np.linspace(0, 255, 9).astype(np.uint8)]
    levels = list(range(256))
    for at, level in zip(free, sorted(free, key=lambda each: each * 7919 % 256), strict=True):
        levels[at] = level
    return levels


def test_a_picture_is_found_through_curves_that_shuffle_the_levels_of_a_picture_but_hardly_the_usual_ones() -> None:
    levels = shuffled()
    stored = colour(3).point([levels.index(level) for level in range(256)] * 3)
    picture = inspect(saved(stored, "PNG", icc_profile=curved_profile(levels)), Limits()).picture
    assert picture is not None
    expected = measure_view("meant", colour(3).convert("L")).pdq
    distances = {view.name: distance(view.pdq, expected) for view in picture.views}
    assert distances["frame 0 in sRGB"] <= 12 < 31 < distances["frame 0"]


def test_a_profile_with_a_table_may_hold_anything() -> None:
    assert names(saved(motley(), "PNG", icc_profile=table_profile())) == ["frame 0", "frame 0 in sRGB"]


def test_grey_and_inks_have_profiles_too() -> None:
    assert names(saved(grey(3), "PNG", icc_profile=grey_profile(5))) == ["frame 0", "frame 0 in sRGB"]
    assert not has_other_colours(with_profile(colour(3).convert("CMYK"), rgb_profile(PROPHOTO, 1.8)))


def with_profile(image: Image.Image, profile: object) -> Image.Image:
    image.info["icc_profile"] = profile
    return image


@pytest.mark.parametrize("profile", ["text", None, bytes(5 << 20)])
def test_what_is_no_profile_is_left_alone(profile: object) -> None:
    assert as_meant(with_profile(colour(3), profile)) is None


def test_pixels_that_no_profile_speaks_of_are_left_alone() -> None:
    assert as_meant(with_profile(grey(3).convert("F"), rgb_profile(PROPHOTO, 1.8))) is None


@pytest.mark.parametrize(
    ("gamma", "other"), [(0.45455, False), (0.5, False), (0.02, True), (2.0, True), (0.0, False), ("much", False)]
)
def test_gamma_of_a_png_counts_where_it_is_not_the_usual_one(gamma: object, other: bool) -> None:
    image = colour(3)
    image.info["gamma"] = gamma
    assert has_other_colours(image) is other
    assert (as_meant(image) is not None) is other


def test_gamma_does_not_count_beside_srgb() -> None:
    image = colour(3)
    image.info |= {"gamma": 2.0, "srgb": 0}
    assert not has_other_colours(image)


def test_a_picture_that_only_its_gamma_shows_is_seen() -> None:
    meant = colour(3).convert("L")
    stored = meant.point([round(255 * (level / 255) ** (1 / 8)) for level in range(256)])
    stored.info["gamma"] = 1 / 8 / 2.2
    seen = as_meant(stored)
    assert seen is not None
    expected = measure_view("meant", meant).pdq
    assert distance(measure_view("seen", seen).pdq, expected) < distance(measure_view("", stored).pdq, expected)

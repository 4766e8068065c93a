from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageCms

from filters.facts import View
from filters.measure.hashes import measure_view
from filters.measure.normalise import UnknownMode, sights
from filters.measure.picture import Limits, inspect
from filters.near_hash import NearHash, NearHashReason
from tests.filters.known_lists import known, known_pdq
from tests.filters.measure.pictures import colour, distance, grey, saved
from tests.filters.subjects import subject

MATCH_BITS = 31
UNTURN = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def lab(image: Image.Image) -> Image.Image:
    converted = ImageCms.profileToProfile(
        image, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert converted is not None
    return converted


def deep(image: Image.Image, factor: float, kind: type[np.generic]) -> Image.Image:
    return Image.fromarray((np.asarray(image.convert("L")).astype(float) * factor).astype(kind))


MODES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "1": lambda image: image.convert("1"),
    "L": lambda image: image.convert("L"),
    "LA": lambda image: image.convert("LA"),
    "P": lambda image: image.quantize(64),
    "P transparent": lambda image: image.convert("RGBA").quantize(256, method=Image.Quantize.FASTOCTREE),
    "PA": lambda image: image.quantize(64).convert("PA"),
    "RGB": lambda image: image,
    "RGBA": lambda image: image.convert("RGBA"),
    "RGBX": lambda image: image.convert("RGBX"),
    "CMYK": lambda image: image.convert("CMYK"),
    "YCbCr": lambda image: image.convert("YCbCr"),
    "LAB": lab,
    "I;16": lambda image: deep(image, 257, np.uint16),
    "I;16 dark": lambda image: deep(image, 3, np.uint16),
    "I": lambda image: deep(image, 9_000, np.int32),
    "I of 16 bits": lambda image: deep(image, 257, np.int32),
    "F": lambda image: deep(image, 1 / 255, np.float32),
    "F beyond": lambda image: deep(image, 3e6, np.float32),
}
EVERY = ("L", "RGB", "LA", "P", "P transparent", "RGBA")
CONTAINERS: dict[str, tuple[str, ...]] = {
    "JPEG": ("1", "L", "RGB", "RGBX", "CMYK", "YCbCr"),
    "PNG": ("1", *EVERY, "I;16", "I;16 dark"),
    "WEBP": (*EVERY, "CMYK"),
    "AVIF": (*EVERY, "CMYK"),
    "TIFF": tuple(MODES),
    "GIF": ("1", *EVERY),
    "BMP": ("1", "L", "P", "RGB", "RGBA"),
}
NO_EXIF = ("GIF", "BMP")
MATRIX = [
    (container, mode, orientation)
    for container, modes in CONTAINERS.items()
    for mode in modes
    for orientation in UNTURN
]


SEED = 8
OTHERS = range(9, 17)


@cache
def upright(seed: int) -> View:
    return measure_view("upright", colour(seed).convert("L"))


@cache
def gate() -> NearHash:
    """A list of several pictures, so that it can be told which of them was found."""
    return NearHash(known(*(known_pdq(upright(each).pdq, entry=each) for each in (SEED, *OTHERS))))


def stored(container: str, mode: str, orientation: int) -> bytes:
    turn = UNTURN[orientation]
    image = MODES[mode](colour(SEED))
    image = image if turn is None else image.transpose(turn)
    if container in NO_EXIF:
        return saved(image, container)
    exif = Image.Exif()
    exif[274] = orientation
    return saved(image, container, exif=exif)


@pytest.mark.parametrize(("container", "mode", "orientation"), MATRIX)
def test_every_mode_in_every_container_and_orientation_hits_its_own_entry(
    container: str, mode: str, orientation: int
) -> None:
    facts = inspect(stored(container, mode, orientation), Limits())
    verdict = gate().judge(subject(measured=facts))
    assert (verdict.reason, verdict.evidence.get("entry")) == (NearHashReason.NEAR_LIST, SEED)
    assert facts.picture is not None
    if container not in NO_EXIF:
        assert min(distance(view.pdq, upright(SEED).pdq) for view in facts.picture.views) <= MATCH_BITS
        assert (facts.picture.width_px, facts.picture.height_px) == (320, 240)


@pytest.mark.parametrize("mode", ["La", "RGBa"])
def test_premultiplied_colours_are_seen_as_meant(mode: str) -> None:
    straight = colour(8).convert({"La": "LA", "RGBa": "RGBA"}[mode])
    _, luma = next(sights(straight.convert(mode)))
    expected = measure_view("upright", colour(8).convert("L"))
    assert distance(measure_view("it", luma).pdq, expected.pdq) <= MATCH_BITS


def test_hsv_is_seen_as_the_colours_it_stands_for() -> None:
    _, luma = next(sights(colour(8).convert("HSV")))
    assert np.abs(np.asarray(luma).astype(int) - np.asarray(colour(8).convert("L"))).max() <= 6


def opaque_white(picture: Image.Image) -> Image.Image:
    return Image.merge("LA", [Image.new("L", picture.size, 255), picture])


def opaque_black(picture: Image.Image) -> Image.Image:
    return Image.merge("LA", [Image.new("L", picture.size, 0), picture])


def transparent(picture: Image.Image) -> Image.Image:
    return Image.merge("LA", [picture, Image.new("L", picture.size, 0)])


@pytest.mark.parametrize("hide", [opaque_white, opaque_black, transparent])
@pytest.mark.parametrize("container", ["PNG", "WEBP", "TIFF"])
def test_a_picture_hidden_in_transparency_is_seen(hide: Callable[[Image.Image], Image.Image], container: str) -> None:
    hidden = grey(4)
    options: dict[str, object] = {"exact": True, "lossless": True} if container == "WEBP" else {}
    picture = inspect(saved(hide(hidden), container, **options), Limits()).picture
    assert picture is not None
    expected = measure_view("hidden", hidden).pdq
    assert min(distance(view.pdq, expected) for view in picture.views) <= MATCH_BITS


@pytest.mark.parametrize(("container", "transparency"), [("PNG", bytes(256)), ("PNG", 7), ("GIF", 7)])
def test_a_palette_with_transparent_colours_shows_them_too(container: str, transparency: bytes | int) -> None:
    body = saved(colour(8).quantize(256), container, transparency=transparency)
    picture = inspect(body, Limits()).picture
    assert picture is not None
    expected = measure_view("upright", colour(8).convert("L")).pdq
    assert distance(picture.views[0].pdq, expected) <= MATCH_BITS
    assert len(picture.views) > 1


def test_half_transparent_picture_is_seen_as_stored_and_over_both_grounds_and_its_transparency_too() -> None:
    image = colour(8).convert("RGBA")
    image.putalpha(grey(9))
    assert [how for how, _ in sights(image)] == ["", "over white", "over black", "alpha"]


def test_opaque_picture_is_seen_once() -> None:
    assert [how for how, _ in sights(colour(8).convert("RGBA"))] == [""]


def test_inks_are_seen_both_ways() -> None:
    assert [how for how, _ in sights(colour(8).convert("CMYK"))] == ["", "inverted"]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_pixels_that_are_not_numbers_are_refused(value: float) -> None:
    with pytest.raises(UnknownMode):
        list(sights(Image.fromarray(np.full((8, 8), value, np.float32))))


def test_an_unknown_mode_is_refused() -> None:
    class Strange(Image.Image):
        mode = "Z;17"

    with pytest.raises(UnknownMode):
        list(sights(Strange()))


def test_a_deep_picture_of_the_whole_range_is_seen_once() -> None:
    assert [how for how, _ in sights(Image.fromarray(np.array([[0, 65535]], np.uint16)))] == [""]


def test_a_flat_deep_picture_is_seen() -> None:
    assert [how for how, _ in sights(Image.fromarray(np.full((8, 8), -5, np.int32)))] == [""]

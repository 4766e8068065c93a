import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from filters.measure.borders import within_borders
from filters.measure.hashes import measure_view
from filters.measure.picture import Limits, inspect
from tests.filters.measure.pictures import distance, drawn, saved

SIZE = (320, 240)


def busy(seed: int = 11) -> Image.Image:
    """A picture without a flat line on any side."""
    pixels = drawn(seed, *SIZE) // 2 + np.arange(SIZE[0], dtype=np.uint8)[None, :] % 97
    return Image.fromarray((pixels + (np.arange(SIZE[1]) % 31)[:, None].astype(np.uint8)).astype(np.uint8))


def cuts(picture: Image.Image) -> dict[str, tuple[int, int]]:
    return {name: inner.size for name, inner in within_borders(picture)}


def bars(picture: Image.Image, share: float) -> Image.Image:
    height = int(picture.height * share)
    canvas = Image.new("L", (picture.width, picture.height + 2 * height), 0)
    canvas.paste(picture, (0, height))
    return canvas


def rings(picture: Image.Image, *each: tuple[int, int]) -> Image.Image:
    """Lay frames of so many pixels and that tone around it, from within."""
    for width, tone in each:
        picture = ImageOps.expand(picture, width, tone)
    return picture


def band(picture: Image.Image) -> Image.Image:
    canvas = Image.new("L", (picture.width, picture.height + 60), 255)
    canvas.paste(picture, (0, 60))
    ImageDraw.Draw(canvas).text((9, 12), "WHEN THE CAPTION IS FUNNY", fill=0, font=ImageFont.load_default(20))
    return canvas


@pytest.mark.parametrize(
    ("framed", "left"),
    [
        pytest.param(lambda each: ImageOps.expand(each, 10, 255), {"trimmed": SIZE}, id="white border"),
        pytest.param(lambda each: ImageOps.expand(each, 33, 71), {"trimmed": SIZE}, id="grey border"),
        pytest.param(lambda each: ImageOps.expand(each, (0, 0, 0, 40), 200), {"trimmed": SIZE}, id="one side"),
        pytest.param(lambda each: bars(each, 0.3), {"trimmed": SIZE}, id="letterbox"),
        pytest.param(
            lambda each: bars(each, 0.3).transpose(Image.Transpose.ROTATE_90), {"trimmed": SIZE[::-1]}, id="pillarbox"
        ),
        pytest.param(band, {"trimmed": SIZE}, id="caption band"),
        pytest.param(
            lambda each: ImageOps.expand(bars(each, 0.2), 20, 255),
            {"trimmed": (320, 336), "trimmed twice": SIZE},
            id="a film in a window",
        ),
        pytest.param(
            lambda each: rings(each, (30, 255), (4, 0), (30, 255)),
            {"trimmed": (388, 308), "trimmed twice": SIZE},
            id="a mat behind a line",
        ),
        pytest.param(
            lambda each: rings(each, (30, 255), (30, 0), (30, 255)),
            {"trimmed": (440, 360), "trimmed twice": (380, 300), "trimmed thrice": SIZE},
            id="three frames",
        ),
        pytest.param(
            lambda each: rings(each, *[(20, 0), (20, 255)] * 4),
            {"trimmed": (600, 520), "trimmed twice": (560, 480), "trimmed thrice": (520, 440)},
            id="more frames than are looked through",
        ),
        pytest.param(
            lambda each: rings(each, *[(2, 0), (2, 255)] * 9),
            {"trimmed": (388, 308), "trimmed twice": (376, 296), "trimmed thrice": (364, 284)},
            id="more lines than are looked through",
        ),
        pytest.param(lambda each: each, {}, id="no border"),
        pytest.param(lambda each: Image.new("L", each.size, 9), {}, id="nothing but border"),
        pytest.param(lambda each: ImageOps.expand(each.resize((31, 24)), 40, 255), {}, id="too little left"),
        pytest.param(lambda each: ImageOps.expand(each.resize((900, 700)), 1, 255), {}, id="a border of a pixel"),
    ],
)
def test_what_a_border_of_one_tone_leaves(framed, left) -> None:  # type: ignore[no-untyped-def]  # the table says it
    assert cuts(framed(busy())) == left


@pytest.mark.parametrize("quality", [40, 50, 75, 95])
@pytest.mark.parametrize("margin", [7, 13, 24, 41])
def test_a_border_is_found_through_the_noise_of_jpeg(quality: int, margin: int) -> None:
    body = saved(ImageOps.expand(busy(), margin, 255), "JPEG", quality=quality)
    picture = inspect(body, Limits()).picture
    assert picture is not None
    trimmed = next(view for view in picture.views if view.name == "frame 0 trimmed")
    assert distance(trimmed.pdq, measure_view("bare", busy()).pdq) <= 31


def test_size_of_a_picture_is_that_with_its_border() -> None:
    picture = inspect(saved(ImageOps.expand(busy(), 20, 255), "PNG"), Limits()).picture
    assert picture is not None
    assert (picture.width_px, picture.height_px, picture.frames) == (360, 280, 1)
    assert [view.name for view in picture.views] == ["frame 0", "frame 0 trimmed"]


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (2, 2)])
def test_the_smallest_pictures_have_no_border(size: tuple[int, int]) -> None:
    assert cuts(Image.new("L", size, 3)) == {}


def test_two_halves_of_one_tone_each_leave_nothing() -> None:
    picture = Image.new("L", (100, 100), 0)
    picture.paste(255, (0, 50, 100, 100))
    assert cuts(picture) == {}

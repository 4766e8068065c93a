import hashlib

import pytest

from filters.measure.models.goldens import PICTURES, check_fit_model, check_picture_model, picture
from filters.measure.models.model import ModelNotReady
from tests.filters.measure.models import plugged

PINNED = {
    "gradient": (320, 240, "ed34bc50b1ce0bbd"),
    "checks": (240, 240, "f37f70804319a759"),
    "disc": (270, 360, "655ae2ec464dd5fc"),
    "stripes": (96, 64, "d2336ff86b9249a5"),
    "pebble": (256, 256, "bce8ffc3895a9963"),
    "noise": (256, 240, "bf491be700ed8bef"),
}


def test_every_picture_is_pinned() -> None:
    assert set(PICTURES) == set(PINNED)


@pytest.mark.parametrize("name", PICTURES)
def test_a_golden_picture_is_the_same_bytes_everywhere(name: str) -> None:
    glimpse = picture(name)
    assert (glimpse.width_px, glimpse.height_px, hashlib.sha256(glimpse.rgb).hexdigest()[:16]) == PINNED[name]
    assert len(glimpse.rgb) == glimpse.width_px * glimpse.height_px * 3


def test_models_that_answer_as_they_did_pass() -> None:
    check_picture_model(plugged.brightness())
    check_fit_model(plugged.longest())


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (plugged.always_0, "says 0.0000 of the harmless picture checks, not 0.5000"),
        (plugged.always_1, "says 1.0000 of the harmless picture checks"),
        (plugged.nan, "says nan"),
        (plugged.one_short, "gives 1 numbers for 2 harmless pictures"),
        (plugged.depends_on_the_others, "says 0.1000 of the harmless picture checks, not 0.5000"),
        (plugged.knows_none_alone, "fails on harmless pictures with ValueError"),
        (plugged.raises, "fails on harmless pictures with ZeroDivisionError"),
        (plugged.constant_goldens, "a model that answers a constant would pass"),
        (plugged.no_goldens, "a model that answers a constant would pass"),
        (plugged.golden_of_no_picture, "that there are not: cat"),
        (plugged.golden_of_nan, "a golden that is no number"),
        (plugged.golden_that_anything_meets, "a golden that is no number"),
    ],
)
def test_a_model_that_cannot_be_relied_on_is_not_ready(model: plugged.Maker, said: str) -> None:
    with pytest.raises(ModelNotReady, match=said):
        check_picture_model(model())


def test_a_model_of_the_other_use_is_not_ready() -> None:
    with pytest.raises(ModelNotReady, match="longest fails on harmless pictures"):
        check_picture_model(plugged.longest())  # type: ignore[arg-type]  # that is the claim

import io
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from console.demo.brushes import Canvas
from console.demo.pictures import SCENES, jpeg, paint
from filters.measure.pdq import orientations, pdq

_MATCH_BITS = 31


def test_there_are_about_thirty_scenes() -> None:
    assert len(SCENES) >= 30


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_of_a_size_and_a_richness_that_every_filter_accepts(name: str) -> None:
    picture = Image.open(io.BytesIO(jpeg(name)))
    assert all(400 <= side <= 900 for side in picture.size)
    assert len(jpeg(name)) > 20_000
    assert pdq(np.asarray(paint(name).convert("L").resize((512, 512))))[1] >= 90


def test_a_scene_is_painted_the_same_way_every_time() -> None:
    again = Canvas("lighthouse", *paint("lighthouse").size)
    SCENES["lighthouse"](again)
    assert again.finish().tobytes() == paint("lighthouse").tobytes()


def test_no_scene_is_mistaken_for_another_however_it_is_turned() -> None:
    luma = {name: paint(name).convert("L") for name in SCENES}
    plain = {name: pdq(np.asarray(each.resize((512, 512))))[0] for name, each in luma.items()}
    turned = {name: orientations(np.asarray(each.resize((64, 64)))) for name, each in luma.items()}
    nearest = min(
        (int(plain[one], 16) ^ int(turn, 16)).bit_count()
        for one, two in combinations(SCENES, 2)
        for turn in turned[two]
    )
    assert nearest > 2 * _MATCH_BITS

"""How many altered copies are found, and that innocent pictures are not."""

from itertools import combinations

import pytest
from PIL import Image

from console.docs_limits import Recall, read_recall
from filters.facts import View
from filters.measure.picture import Limits, inspect
from filters.verdict import Outcome
from tests.filters.measure.pictures import colour, distance, saved
from tests.filters.measure.recall import PDQ, PDQ_AND_PHASH, TYPES, entries, judged, pictures, recall

ROT = 0.05
"""One picture of twenty may go another way with another version of a decoder."""
MATCH_BITS = 31
ROWS = {each.edit: each for each in read_recall()}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_recall_of_an_edit_is_above_its_floor_and_as_it_is_documented(row: Recall) -> None:
    found = recall(row.edit)
    assert found[PDQ] >= row.floor
    assert found[PDQ_AND_PHASH] >= found[PDQ]
    for name, share in found.items():
        assert share == pytest.approx(row.found[name], abs=ROT + 0.001)


def test_floors_are_hardly_lower_than_what_photographs_have_where_that_is_reached() -> None:
    for row in ROWS.values():
        assert row.floor >= min(row.photographs, row.found[PDQ]) - 2 * ROT
        assert row.floor <= row.found[PDQ]


def views_of(picture: Image.Image) -> tuple[View, ...]:
    measured = inspect(saved(picture, "JPEG", quality=80), Limits()).picture
    assert measured is not None
    return measured.views


def test_different_pictures_are_far_from_each_other_in_every_view() -> None:
    """The false-positive floor: all views, orientations and complements of one, against all others as they are."""
    seen = [views_of(each) for each in [*pictures().values(), *(colour(seed) for seed in range(200, 220))]]
    nearest = 256
    for one, other in combinations(seen, 2):
        asked = {each for view in one for each in (view.pdq, *view.orientations)}
        away = [distance(each, view.pdq) for each in asked for view in other]
        nearest = min(nearest, *away, *(256 - each for each in away))
        nearest = min(nearest, *(distance(a.phash16, b.phash16) for a in one for b in other))
    assert nearest > MATCH_BITS


@pytest.mark.parametrize("types", TYPES.values(), ids=TYPES)
def test_no_picture_that_is_not_listed_is_refused(types: tuple[str, ...]) -> None:
    assert entries()
    for seed in range(300, 330):
        facts = inspect(saved(colour(seed), "JPEG"), Limits())
        assert judged(facts, types).outcome is Outcome.CLEAN

"""Every hash of every view, as it was when the version of the hasher was raised last."""

import json
from typing import Any

import pytest

from filters.measure.hashes import HASHER_VERSION
from tests.filters.measure.golden import FILES, GOLDEN, views_of
from tests.filters.measure.pictures import distance

PINNED: dict[str, Any] = json.loads(GOLDEN.read_text())
SLACK_BITS = 2
"""Of pixels that are near the median: a decoder of another version may round them the other way."""


def test_the_golden_views_are_of_this_hasher() -> None:
    assert PINNED["hasher"] == HASHER_VERSION
    assert list(PINNED["files"]) == list(FILES)


@pytest.mark.parametrize("name", FILES)
def test_each_view_has_its_golden_hashes(name: str) -> None:
    pinned, now = PINNED["files"][name], views_of(name)
    assert list(now) == list(pinned)
    for view, golden in pinned.items():
        for one, other in zip(_hashes(now[view]), _hashes(golden), strict=True):
            assert distance(one, other) <= SLACK_BITS, view
        assert abs(now[view]["quality"] - golden["quality"]) <= 1


def _hashes(view: dict[str, Any]) -> list[str]:
    return [view["pdq"], view["phash16"], *view["orientations"]]

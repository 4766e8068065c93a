"""The numbers of a report are those of the books."""

import math

import pytest

from console.recall import missed_at_most, recall_of, wilson
from storage.canary_results import CanaryResult


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (1, 10, 0.0179, 0.4042),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I
        (15, 148, 0.0624, 0.1605),  # the same
        (0, 20, 0.0, 0.1611),  # the same
        (1, 29, 0.0061, 0.1718),  # the same
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilsons(found: int, of: int, low: float, high: float) -> None:
    assert wilson(found, of) == pytest.approx((low, high), abs=0.0001)


@pytest.mark.parametrize("recall", [0.1, 0.5, 0.7225, 0.95])
def test_without_a_match_the_bound_is_where_finding_none_becomes_too_unlikely(recall: float) -> None:
    bound = missed_at_most(0, recall)
    assert bound is not None
    assert (1 - recall) ** bound > 0.025 >= (1 - recall) ** (bound + 1)


@pytest.mark.parametrize(("matches", "recall"), [(3, 0.8), (40, 0.5), (7, 0.05)])
def test_with_matches_the_bound_is_where_so_few_become_too_unlikely(matches: int, recall: float) -> None:
    def chance(missed: int) -> float:
        of = matches + missed
        return math.fsum(math.comb(of, k) * recall**k * (1 - recall) ** (of - k) for k in range(matches + 1))

    bound = missed_at_most(matches, recall)
    assert bound is not None
    assert chance(bound) > 0.025 >= chance(bound + 1)


@pytest.mark.parametrize(("recall", "bound"), [(0.0, None), (1e-9, None), (1.0, 0)])
def test_with_no_recall_nothing_is_bounded(recall: float, bound: int | None) -> None:
    assert missed_at_most(0, recall) is bound or missed_at_most(0, recall) == bound


def test_an_edit_that_a_later_version_no_longer_knows_is_still_told() -> None:
    told = recall_of(CanaryResult(edit="folded", injected=4, found=4), matches=0)
    assert (told.means, told.recall, told.high) == ("", 1.0, 1.0)

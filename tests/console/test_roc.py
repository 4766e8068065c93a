import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.bootstrap import area_interval, resampled, spread_of
from console.roc import Answer, Numbers, Roc, area, keeping, most_balanced, rounded_down

SCORED = st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=2, max_size=40).filter(
    lambda rows: len({fits for _, fits in rows}) == 2
)


def naive_area(rows: list[tuple[int, bool]]) -> float:
    true, wrong = [s for s, fits in rows if fits], [s for s, fits in rows if not fits]
    return sum((a > b) + (a == b) / 2 for a in true for b in wrong) / (len(true) * len(wrong))


def of(rows: list[tuple[int, bool]]) -> Roc:
    return Roc([float(score) for score, _ in rows], [fits for _, fits in rows])


@given(rows=SCORED)
@settings(deadline=None, max_examples=80)
def test_the_area_is_the_chance_that_a_fitting_pair_scores_above_another(rows: list[tuple[int, bool]]) -> None:
    assert area(*of(rows).shares()) == pytest.approx(naive_area(rows))


def test_the_area_is_that_of_the_books() -> None:
    # Hanley and McNeil 1982, table I: ratings 1 to 5 of 58 normal and 51 abnormal images; the area is 0.893
    normal, abnormal = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)
    rows = [(rating, fits) for counts, fits in ((normal, False), (abnormal, True)) for rating in range(5)
            for _ in range(counts[rating])]  # fmt: skip
    assert area(*of(rows).shares()) == pytest.approx(0.893, abs=0.0005)


@given(rows=SCORED, threshold=st.integers(-6, 6))
@settings(deadline=None, max_examples=60)
def test_a_threshold_keeps_what_is_not_below_it(rows: list[tuple[int, bool]], threshold: int) -> None:
    true, wrong = [s for s, fits in rows if fits], [s for s, fits in rows if not fits]
    answer = of(rows).at(float(threshold))
    assert answer.kept == pytest.approx(sum(s >= threshold for s in true) / len(true))
    assert answer.dropped == pytest.approx(sum(s < threshold for s in wrong) / len(wrong))


@given(rows=SCORED, share=st.sampled_from([0.5, 0.9, 0.95, 1.0]))
@settings(deadline=None, max_examples=60)
def test_the_highest_threshold_that_keeps_a_share(rows: list[tuple[int, bool]], share: float) -> None:
    roc = of(rows)
    threshold = keeping(share, roc)
    assert roc.at(threshold).kept >= share - 1e-9
    assert roc.at(threshold + 0.5).kept < share
    assert roc.at(rounded_down(threshold)).kept >= share - 1e-9


@given(rows=SCORED)
@settings(deadline=None, max_examples=60)
def test_no_threshold_is_more_balanced(rows: list[tuple[int, bool]]) -> None:
    roc = of(rows)
    best = roc.at(most_balanced(roc))
    assert all(
        best.kept + best.dropped >= each.kept + each.dropped - 1e-9 for each in (roc.at(at) for at in range(-6, 7))
    )


def test_of_equally_balanced_thresholds_that_which_keeps_more_is_taken() -> None:
    rows = [(4, True), (3, False), (2, True), (1, False)]
    assert [each.kept + each.dropped for each in map(of(rows).at, (4.0, 2.0))] == [1.5, 1.5]
    assert most_balanced(of(rows)) == 2.0


@given(rows=SCORED)
@settings(deadline=None, max_examples=30)
def test_weights_are_pairs_that_stand_there_so_often(rows: list[tuple[int, bool]]) -> None:
    weights = np.arange(len(rows), dtype=np.float64) % 3 + 1
    written_out = [row for row, weight in zip(rows, weights, strict=True) for _ in range(int(weight))]
    assert area(*of(rows).shares(weights)) == pytest.approx(naive_area(written_out))


@pytest.mark.parametrize("fits", [[True, True], [False, False], []])
def test_one_kind_alone_has_no_curve(fits: list[bool]) -> None:
    with pytest.raises(ValueError, match="both kinds"):
        Roc([0.5] * len(fits), fits)


@pytest.mark.parametrize(
    ("threshold", "rounded"),
    [(0.28, 0.28), (-0.28, -0.28), (-0.36123, -0.3613), (0.123456, 0.1234), (0.0, 0.0), (12345.6, 12340.0),
     (0.00012349, 0.0001234), (1.0, 1.0), (-1.0, -1.0)],
)  # fmt: skip
def test_a_threshold_is_rounded_down(threshold: float, rounded: float) -> None:
    assert rounded_down(threshold) == pytest.approx(rounded, rel=1e-12)
    assert rounded_down(threshold) <= threshold


def drawn(pairs: int = 400, distance: float = 1.5) -> tuple[Roc, list[int]]:
    random = np.random.default_rng(5)
    fits = np.arange(pairs) % 2 == 0
    return Roc(list(random.normal(size=pairs) + distance * fits), list(fits)), list(range(pairs))


def test_the_same_pairs_have_the_same_interval_and_it_is_as_wide_as_the_books_say() -> None:
    roc, groups = drawn()
    found = area_interval(roc, groups)
    assert area_interval(roc, groups) == found
    assert found.low < area(*roc.shares()) < found.high
    # Hanley and McNeil 1982, formula 2: the standard error of an area of so many pairs
    a = area(*roc.shares())
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    error = math.sqrt((a * (1 - a) + 199 * (q1 - a * a) + 199 * (q2 - a * a)) / 200**2)
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_pairs_of_one_picture_are_drawn_together() -> None:
    for number, weights in enumerate(resampled(["a", "a", "b", "c", "c"])):
        assert (weights[0], weights[3]) == (weights[1], weights[4])
        assert weights[0] + weights[2] + weights[3] == 3
        if number == 20:
            break


def test_pairs_that_hang_together_say_less() -> None:
    roc, groups = drawn()
    alone, together = area_interval(roc, groups), area_interval(roc, [each // 10 for each in groups])
    assert together != alone
    repeated = Roc([0.1, 0.9, 0.4, 0.6] * 50, [False, True, True, False] * 50)
    few = area_interval(repeated, list(range(4)) * 50)
    many = area_interval(repeated, list(range(200)))
    assert few.high - few.low > many.high - many.low


def test_what_a_way_to_choose_comes_to_is_worse_on_what_it_was_not_chosen_on() -> None:
    def balanced(roc: Roc, weights: Numbers) -> float:
        return most_balanced(roc, weights)

    roc, groups = drawn(60, 0.7)
    spread = spread_of(balanced, roc, groups)
    best = roc.at(most_balanced(roc))
    assert spread.unseen is not None
    assert spread.unseen.kept + spread.unseen.dropped < best.kept + best.dropped
    assert spread.threshold.low <= best.threshold <= spread.threshold.high


def test_answers_are_values() -> None:
    assert Roc([0.0, 1.0], [False, True]).at(2.0) == Answer(threshold=2.0, kept=0.0, dropped=1.0)

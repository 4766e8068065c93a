import math
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.histogram import Histogram

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)


def counted(values: list[float], kind: str = "a") -> Histogram:
    histogram = Histogram()
    for each in values:
        histogram.add(each, kind)
    return histogram


@given(values=NUMBERS, seed=st.integers())
@settings(deadline=None, max_examples=60)
def test_every_number_is_in_the_bin_around_it_whatever_the_order(values: list[float], seed: int) -> None:
    bins = list(counted(values).bins())
    assert len(bins) <= 64
    for each in bins:
        assert each.counts["a"] == sum(each.low <= value < each.high for value in values)
    assert sum(each.counts.total() for each in bins) == len(values)
    random.Random(seed).shuffle(values)  # noqa: S311 -- an order, no secret
    assert list(counted(values).bins()) == bins


@given(values=NUMBERS, most=st.integers(2, 20))
@settings(deadline=None, max_examples=40)
def test_fewer_bins_are_whole_bins_put_together(values: list[float], most: int) -> None:
    histogram = counted(values)
    fine, coarse = list(histogram.bins()), list(histogram.bins(most))
    assert len(coarse) <= most
    for each in coarse:
        inside = [one.counts for one in fine if each.low <= one.low and one.high <= each.high]
        assert each.counts == sum(inside, start=Counter())
    assert list(histogram.bins()) == fine


def test_neighbouring_bins_touch_and_empty_ones_are_told() -> None:
    bins = list(counted([0.0, 0.99]).bins())
    assert [each.high for each in bins[:-1]] == [each.low for each in bins[1:]]
    assert (bins[0].low, bins[-1].high) == (0.0, 1.0)
    assert Counter() in [each.counts for each in bins]


def test_kinds_are_counted_apart() -> None:
    histogram = counted([0.5])
    histogram.add(0.5, "b")
    (only,) = histogram.bins()
    assert (only.counts, histogram.total()) == (Counter(a=1, b=1), 2)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_not_counted(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        counted([value])


def test_a_number_may_be_as_large_as_numbers_are() -> None:
    bins = list(counted([1e308, -1e308, 0.25]).bins())
    assert sum(each.counts["a"] for each in bins) == 3


def test_nothing_has_no_bins() -> None:
    assert list(Histogram().bins()) == []

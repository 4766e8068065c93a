import math
from typing import Any

import pytest

from filters.indexes.list_policy import BadPolicy, ListPolicy

KEY = "0f" * 32
FULL = {
    "action": "suspect",
    "pdq_bits": 20,
    "phash16_bits": 0,
    "max_age_hours": 12,
    "severity_scheme": "iwf",
    "needs_incident_key": True,
    "signed_by": KEY,
    "max_shrink": 0.5,
    "exchange": {"kind": "ncmec", "url": "https://hashes.test/v2"},
}


@pytest.mark.parametrize("said", [None, {}, {"action": "suspect"}, FULL])
def test_what_is_stored_is_read_again(said: dict[str, Any] | None) -> None:
    assert ListPolicy.read(said).plain() == (said or {})


def test_without_a_word_a_match_is_refused_at_31_bits_and_the_settings_say_the_rest() -> None:
    assert ListPolicy.read(None) == ListPolicy()
    assert (ListPolicy().action, ListPolicy().needed("pdq"), ListPolicy().needed("phash16")) == ("refuse", 31, 31)
    assert ListPolicy().needed("md5") == 0


@pytest.mark.parametrize(
    "said",
    [
        {"action": "allow"},
        {"action": None},
        {"pdq_bits": 48},
        {"pdq_bits": -1},
        {"pdq_bits": 31.0},
        {"pdq_bits": True},
        {"pdq_bits": "31"},
        {"phash16_bits": 51},
        {"max_age_hours": 0},
        {"max_age_hours": math.nan},
        {"max_age_hours": math.inf},
        {"max_age_hours": -1},
        {"max_age_hours": "48"},
        {"max_shrink": 1.1},
        {"max_shrink": math.nan},
        {"needs_incident_key": "no"},
        {"needs_incident_key": None},
        {"signed_by": KEY[:-1]},
        {"signed_by": KEY.upper()},
        {"severity_scheme": " "},
        {"exchange": {"kind": "ncmec"}},
        {"exchange": {"kind": "ncmec", "url": ""}},
        {"exchange": "ncmec"},
        {"pdq_bit": 31},
        {"a field of another version": None},
    ],
)
def test_what_is_not_understood_is_an_error_and_never_a_default(said: dict[str, Any]) -> None:
    with pytest.raises(BadPolicy):
        ListPolicy.read(said)


@pytest.mark.parametrize(("own", "needed"), [(None, 20), (0, 0), (31, 31), (60, 60)])
def test_the_distance_of_an_entry_counts_before_that_of_its_list(own: int | None, needed: int) -> None:
    assert ListPolicy(pdq_bits=20).needed("pdq", own) == needed


@pytest.mark.parametrize(
    ("now", "before", "looser"),
    [
        ({}, {}, False),
        ({"pdq_bits": 30}, {}, True),
        ({"pdq_bits": 32}, {}, False),
        ({"phash16_bits": 30}, {"pdq_bits": 20}, True),
        ({"action": "suspect"}, {}, True),
        ({}, {"action": "suspect"}, False),
        ({"max_age_hours": 1}, {"max_age_hours": 2}, False),
    ],
)
def test_a_policy_is_looser_that_matches_less_or_means_less(
    now: dict[str, Any], before: dict[str, Any], looser: bool
) -> None:
    assert ListPolicy.read(now).is_looser_than(ListPolicy.read(before)) is looser


def test_a_policy_can_be_compared_and_stand_in_a_set() -> None:
    assert len({ListPolicy.read(FULL), ListPolicy.read(FULL), ListPolicy()}) == 2

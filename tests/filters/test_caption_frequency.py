import math
from typing import Any

import pytest

from filters.caption_frequency import CaptionFrequency
from filters.verdict import Outcome, Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.subjects import CAPTION, candidate, subject, unmeasured


class HeldOften:
    """A store that holds each caption with so many pictures."""

    def __init__(self, **pictures: Any) -> None:
        self._pictures = pictures

    def pictures_of(self, text: str) -> int:
        found: int = self._pictures.get(text, 0)
        return found


def judge(pictures: Any, **given: Any) -> Verdict:
    return CaptionFrequency(HeldOften(**{CAPTION: pictures}), **given).judge(subject())


class TestCaptionFrequency(FilterContract):
    filter = CaptionFrequency(HeldOften(herons=10, egrets=9))
    clean = subject()
    refused = subject(candidate(text="herons"))
    near_miss = subject(candidate(text="egrets"))
    unsure = unmeasured(subject())

    def judge_golden(self, *, pictures: int = 0, max_pictures: int = 10, digested: bool = True) -> Verdict:
        asked = CaptionFrequency(HeldOften(**{CAPTION: pictures}), max_pictures=max_pictures)
        return asked.judge(subject() if digested else unmeasured(subject()))


@pytest.mark.parametrize(("pictures", "reason"), [(0, None), (9, None), (10, "duplicate.caption-flood")])
def test_eleventh_picture_of_a_caption_is_refused(pictures: int, reason: str | None) -> None:
    verdict = judge(pictures)
    assert verdict.reason == reason
    if reason:
        assert dict(verdict.evidence) == {"pictures": 11, "needed": 10}


def test_zero_allows_any_number_of_pictures() -> None:
    assert judge(10_000, max_pictures=0).outcome is Outcome.CLEAN


def test_count_that_is_no_number_is_not_clean() -> None:
    assert judge(math.nan).outcome is Outcome.REFUSED


def test_revision_changes_with_the_number_of_pictures() -> None:
    assert CaptionFrequency(HeldOften()).revision != CaptionFrequency(HeldOften(), max_pictures=11).revision

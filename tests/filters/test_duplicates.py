import math
from dataclasses import dataclass, field
from typing import Any

import pytest

from filters.decision import pair_id
from filters.duplicates import Duplicates
from filters.verdict import Outcome, Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.subjects import CAPTION, SHA256, candidate, subject, unmeasured


@dataclass
class HeldInMemory:
    """What a store would say, without one."""

    pairs: set[str] = field(default_factory=set)
    captions: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, Any] = field(default_factory=dict)

    def holds(self, pair_id: str) -> bool:
        return pair_id in self.pairs

    def captions_of(self, image_sha256: str) -> int:
        found: int = self.captions.get(image_sha256, 0)
        return found

    def pictures_of(self, text: str) -> int:
        found: int = self.pictures.get(text, 0)
        return found


def held(*captions: str, count: Any = None) -> HeldInMemory:
    pairs = {pair_id(SHA256, each) for each in captions}
    return HeldInMemory(pairs=pairs, captions={SHA256: len(captions) if count is None else count})


class TestDuplicates(FilterContract):
    filter = Duplicates(held("one", "two", "three", "four"))
    clean = subject()
    refused = subject(candidate(text="two"))
    near_miss = subject(candidate(text="Two"))
    unsure = unmeasured(subject())

    def judge_golden(
        self, *, captions: tuple[str, ...] = (), text: str = CAPTION, max_captions: int = 5, digested: bool = True
    ) -> Verdict:
        seen = subject(candidate(text=text))
        asked = Duplicates(held(*captions), max_captions=max_captions)
        return asked.judge(seen if digested else unmeasured(seen))


def test_same_caption_under_another_picture_is_clean() -> None:
    elsewhere = HeldInMemory(pairs={pair_id("00" * 32, CAPTION)}, captions={"00" * 32: 9})
    assert Duplicates(elsewhere).judge(subject()).outcome is Outcome.CLEAN


def test_pair_that_is_held_leaves_no_evidence_for_storage_links_it() -> None:
    verdict = Duplicates(held(CAPTION)).judge(subject())
    assert verdict.reason == "duplicate.pair"
    assert dict(verdict.evidence) == {}


def test_pair_that_is_held_is_no_flood() -> None:
    assert Duplicates(held(CAPTION, count=99)).judge(subject()).reason == "duplicate.pair"


@pytest.mark.parametrize(("count", "reason"), [(0, None), (4, None), (5, "duplicate.image-caption-flood")])
def test_sixth_caption_of_a_picture_is_refused(count: int, reason: str | None) -> None:
    verdict = Duplicates(held(count=count)).judge(subject())
    assert verdict.reason == reason
    if reason:
        assert dict(verdict.evidence) == {"captions": 6, "needed": 5}


def test_zero_allows_any_number_of_captions() -> None:
    assert Duplicates(held(count=10_000), max_captions=0).judge(subject()).outcome is Outcome.CLEAN


def test_count_that_is_no_number_is_not_clean() -> None:
    assert Duplicates(held(count=math.nan)).judge(subject()).outcome is Outcome.REFUSED


def test_revision_changes_with_the_number_of_captions() -> None:
    assert Duplicates(held()).revision != Duplicates(held(), max_captions=6).revision

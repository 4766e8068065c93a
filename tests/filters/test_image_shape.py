import math
from dataclasses import replace
from typing import Any

import pytest

from filters.decision import Subject
from filters.facts import Facts, Flaw, Private, StoredBytes
from filters.image_shape import ImageShape
from filters.verdict import Outcome, Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.subjects import digests, facts, picture, subject


def shaped(width_px: Any = 800, height_px: Any = 600, size_bytes: Any = 62_000, flaw: Flaw | None = None) -> Subject:
    shown = picture(width_px=width_px, height_px=height_px)
    return subject(measured=facts(shown=shown, size_bytes=size_bytes, flaw=flaw))


def stored_as(seen: Subject, stored: StoredBytes) -> Subject:
    assert seen.facts is not None
    return replace(seen, facts=replace(seen.facts, stored=stored))


class TestImageShape(FilterContract):
    filter = ImageShape()
    clean = shaped()
    refused = shaped(900, 200)
    near_miss = shaped(600, 200, 5_000)
    unsure = subject(measured=Facts(digests=digests()))

    def judge_golden(
        self, *, flaw: str | None = None, failure: str | None = None, decoded: bool = True, **given: Any
    ) -> Verdict:
        seen = shaped(**given, flaw=None if flaw is None else Flaw(flaw))
        if failure is not None:
            seen = stored_as(seen, StoredBytes(sha256=None, size_bytes=1, failure=failure))
        return self.filter.judge(seen if decoded else subject(measured=Facts(digests=digests())))


@pytest.mark.parametrize(
    ("seen", "reason", "evidence"),
    [
        (shaped(199, 400), "image.too-small", {"side_px": 199, "needed": 200}),
        (shaped(400, 199), "image.too-small", {"side_px": 199, "needed": 200}),
        (shaped(0, 0), "image.too-small", {"side_px": 0, "needed": 200}),
        (shaped(size_bytes=4_999), "image.too-small", {"size_bytes": 4_999, "needed": 5_000}),
        (shaped(size_bytes=20_000_001), "image.too-large", {"size_bytes": 20_000_001, "needed": 20_000_000}),
        (shaped(8_000, 5_001), "image.too-large", {"pixels": 40_008_000, "needed": 40_000_000}),
        (shaped(601, 200), "image.aspect", {"aspect": 3.005, "needed": 3.0}),
        (shaped(200, 1_000), "image.aspect", {"aspect": 5.0, "needed": 3.0}),
        (shaped(flaw=Flaw.TRAILING_DATA), "image.trailing-data", {"size_bytes": 62_000}),
        (shaped(10, 10, flaw=Flaw.TRAILING_DATA), "image.trailing-data", {"size_bytes": 62_000}),
    ],
)
def test_measure_beyond_its_threshold_is_refused(seen: Subject, reason: str, evidence: dict[str, float]) -> None:
    verdict = ImageShape().judge(seen)
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, reason)
    assert dict(verdict.evidence) == evidence


@pytest.mark.parametrize(
    "seen",
    [shaped(200, 200), shaped(200, 600), shaped(size_bytes=5_000), shaped(size_bytes=20_000_000), shaped(8_000, 5_000)],
)
def test_measure_exactly_on_its_threshold_is_clean(seen: Subject) -> None:
    assert ImageShape().judge(seen).outcome is Outcome.CLEAN


def test_picture_that_private_metadata_was_taken_out_of_is_clean() -> None:
    stored = StoredBytes(removed=(Private.GPS,), sha256="0" * 64, size_bytes=62_000)
    assert ImageShape().judge(stored_as(shaped(), stored)).outcome is Outcome.CLEAN


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("position", range(3))
def test_measure_that_is_no_number_is_unsure(position: int, value: float) -> None:
    measures: list[Any] = [800, 600, 62_000]
    measures[position] = value
    verdict = ImageShape().judge(shaped(*measures))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNSURE, "image.not-measured")


@pytest.mark.parametrize("flaw", [each for each in Flaw if each is not Flaw.TRAILING_DATA])
def test_picture_with_another_flaw_is_unsure(flaw: Flaw) -> None:
    assert ImageShape().judge(shaped(flaw=flaw)).outcome is Outcome.UNSURE


def test_picture_without_sides_is_refused_even_if_any_size_is_allowed() -> None:
    anything = ImageShape(min_side_px=0, min_bytes=0)
    assert anything.judge(shaped(0, 5)).reason == "image.too-small"
    assert anything.judge(shaped(1, 1, 0)).outcome is Outcome.CLEAN


def test_every_threshold_is_given_and_changes_the_revision() -> None:
    filters = [
        ImageShape(),
        ImageShape(min_side_px=601),
        ImageShape(max_aspect=1.2),
        ImageShape(min_bytes=62_001),
        ImageShape(max_bytes=61_999),
        ImageShape(max_pixels=479_999),
    ]
    assert [each.judge(shaped()).outcome for each in filters] == [Outcome.CLEAN] + [Outcome.REFUSED] * 5
    assert len({each.revision for each in filters}) == 6

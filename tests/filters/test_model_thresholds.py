"""A model without its numbers, or with numbers that contradict each other, is found before anything is judged."""

import pytest

from filters.model_thresholds import problems_of
from filters.models import ModelCard, Models
from filters.thresholds import Thresholds

NSFW = ModelCard(name="nsfw", revision="1" * 32, unit="probability")


def safety(*, drop: str = "nsfw=0.8", hold: str = "nsfw=0.2", minor: str = "nsfw=0.1") -> list[str]:
    given = {"SAFETY_DROP": drop, "SAFETY_HOLD": hold, "SAFETY_DROP_WITH_MINOR": minor}
    return list(problems_of(Thresholds.from_settings(given), Models(safety=(NSFW,))))


def fit(least: str, *languages: str) -> list[str]:
    card = ModelCard(name="clip", revision="2" * 32, unit="cosine", languages=languages or None)
    return list(problems_of(Thresholds.from_settings({"CONSISTENCY_MIN": least}), Models(fit=(card,))))


def test_numbers_in_their_order_are_no_problem() -> None:
    assert safety() == []


def test_equal_numbers_are_no_problem() -> None:
    assert safety(drop="nsfw=0.2", minor="nsfw=0.2") == []


@pytest.mark.parametrize("setting", ["drop", "hold", "minor"])
def test_a_number_under_another_name_is_none(setting: str) -> None:
    """Nor is one of a language: safety models read no caption."""
    (problem,) = safety(**{setting: "other=0.5,nsfw/en=0.5"})
    assert "has no number for the model nsfw" in problem


@pytest.mark.parametrize("setting", ["hold", "minor"])
def test_holding_begins_below_dropping(setting: str) -> None:
    (problem,) = safety(**{setting: "nsfw=0.9"})
    assert "of nsfw is 0.9, above its SAFETY_DROP of 0.8" in problem


@pytest.mark.parametrize(
    ("least", "languages"),
    [("clip=0.2", ()), ("clip/en=0.2", ()), ("clip=0.2", ("de", "en")), ("clip/de=0.2,clip/en=0.3", ("de", "en"))],
)
def test_captions_have_a_number_by_model_or_by_language(least: str, languages: tuple[str, ...]) -> None:
    assert fit(least, *languages) == []


@pytest.mark.parametrize(
    ("least", "languages", "missing"),
    [("", (), ["clip"]), ("clippy/en=0.2", (), ["clip"]), ("clip/de=0.2", ("de", "en", "fr"), ["clip/en", "clip/fr"])],
)
def test_each_language_that_a_model_reads_needs_a_number(
    least: str, languages: tuple[str, ...], missing: list[str]
) -> None:
    told = [f"CONSISTENCY_MIN has no number for the model {each}:" for each in missing]
    assert [each.partition(":")[0] + ":" for each in fit(least, *languages)] == told

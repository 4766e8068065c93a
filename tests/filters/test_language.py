import math

import pytest

from filters.candidate import Language
from filters.decision import Subject
from filters.language import LanguageWanted
from filters.verdict import Outcome, Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.subjects import candidate, subject


def detected(label: str | None, confidence: float = 0.99) -> Subject:
    found = None if label is None else Language(label=label, confidence=confidence, detector="langdetect@1.0.9")
    return subject(candidate(language=found))


class TestLanguage(FilterContract):
    filter = LanguageWanted(("de", "zh"))
    clean = detected("de")
    refused = detected("fr")
    near_miss = detected("zh-cn")
    unsure = detected(None)

    def judge_golden(self, *, label: str | None, confidence: float = 0.99, wanted: tuple[str, ...] = ()) -> Verdict:
        return LanguageWanted(wanted).judge(detected(label, confidence))


@pytest.mark.parametrize("seen", [detected(None), detected("fr"), detected("de", 0.1), detected("de", math.nan)])
def test_any_language_is_clean_if_none_is_wanted(seen: Subject) -> None:
    assert LanguageWanted().judge(seen).outcome is Outcome.CLEAN


@pytest.mark.parametrize("confidence", [0.49999, 0.0, -1.0, 1.5, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("label", ["de", "fr"])
def test_too_little_confidence_is_unsure_whatever_the_label(label: str, confidence: float) -> None:
    verdict = LanguageWanted(("de",)).judge(detected(label, confidence))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNSURE, "language.uncertain")


def test_confidence_exactly_as_needed_is_enough() -> None:
    assert LanguageWanted(("de",), min_confidence=0.7).judge(detected("de", 0.7)).outcome is Outcome.CLEAN


def test_number_that_is_none_is_not_written_as_evidence() -> None:
    assert LanguageWanted().judge(detected("de", math.nan)).evidence["confidence"] is None


@pytest.mark.parametrize(
    ("wanted", "label", "outcome"),
    [
        ("zh", "zh-cn", Outcome.CLEAN),
        ("zh-cn", "zh-cn", Outcome.CLEAN),
        ("ZH-CN ", "zh-cn", Outcome.CLEAN),
        ("zh-cn", "zh-tw", Outcome.REFUSED),
        ("zh-cn", "zh", Outcome.REFUSED),
        ("de", "den", Outcome.REFUSED),
        ("de", "", Outcome.REFUSED),
        ("nb", "no", Outcome.CLEAN),
        ("nn", "no", Outcome.CLEAN),
        ("no", "no", Outcome.CLEAN),
        ("iw", "he", Outcome.CLEAN),
        ("nb", "da", Outcome.REFUSED),
        ("ms", "id", Outcome.REFUSED),
    ],
)
def test_labels_are_compared_as_detectors_give_them_and_regions_only_if_asked_for(
    wanted: str, label: str, outcome: Outcome
) -> None:
    assert LanguageWanted((wanted,)).judge(detected(label)).outcome is outcome


def test_revision_changes_with_languages_and_confidence_but_not_with_their_order() -> None:
    revisions = {
        LanguageWanted().revision,
        LanguageWanted(("de",)).revision,
        LanguageWanted(("de", "en")).revision,
        LanguageWanted(("de",), min_confidence=0.6).revision,
    }
    assert len(revisions) == 4
    assert LanguageWanted(("en", "DE")).revision in revisions


def test_filter_with_a_threshold_that_is_no_number_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="nan"):
        LanguageWanted(("de",), min_confidence=math.nan)

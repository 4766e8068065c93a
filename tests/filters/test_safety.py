from dataclasses import replace
from typing import Any

import pytest

from filters.candidate import Language
from filters.decision import Subject
from filters.facts import Score
from filters.models import ModelCard
from filters.safety import Safety
from filters.verdict import Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.stand_ins import MINOR, NUDITY, SEXUAL, TERMS, YOUNG
from tests.filters.subjects import candidate, facts, subject, visit

ONE, TWO = (ModelCard(name=name, revision=f"{name} 1", unit="probability") for name in ("one", "two"))
DROP, HOLD, WITH_MINOR = {"one": 0.8, "two": 0.9}, {"one": 0.5, "two": 0.6}, {"one": 0.2, "two": 0.3}


def scored(*, text: str = "A grey heron", title: str = "", **values: float | None) -> Subject:
    scores = tuple(Score(model=name, revision=f"{name} 1", value=value) for name, value in values.items())
    shown = candidate(
        text=text, page=replace(visit(), title=title), language=Language(label="en", confidence=1.0, detector="test@1")
    )
    return subject(shown, measured=replace(facts(), safety=scores))


def judge(about: Subject, *models: ModelCard) -> Verdict:
    return Safety(models, drop=DROP, hold=HOLD, drop_with_minor=WITH_MINOR, terms=TERMS).judge(about)


class TestSafety(FilterContract):
    filter = Safety([ONE], drop=DROP, hold=HOLD, drop_with_minor=WITH_MINOR, terms=TERMS)
    clean = scored(one=0.02)
    refused = scored(one=0.93)
    near_miss = scored(one=0.19, text=f"A {MINOR}")
    unsure = scored(one=0.5)

    def judge_golden(self, *, models: list[str], terms: bool = True, **given: Any) -> Verdict:
        cards = [each for each in (ONE, TWO) if each.name in models]
        known = TERMS if terms else None
        return Safety(cards, drop=DROP, hold=HOLD, drop_with_minor=WITH_MINOR, terms=known).judge(scored(**given))


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), float("-inf"), -0.01, 1.01])
def test_what_is_no_probability_is_not_clean(value: float | None) -> None:
    assert judge(scored(one=value), ONE).reason == "model.not-ready"


def test_every_model_has_to_have_scored_it() -> None:
    assert judge(scored(one=0.1), ONE, TWO).reason == "model.not-ready"
    assert judge(subject(), ONE).reason == "model.not-ready"
    assert judge(scored(one=0.1)).reason == "model.not-ready"


def test_score_of_another_revision_is_none() -> None:
    old = Score(model="one", revision="one 0", value=0.1)
    assert judge(subject(measured=replace(facts(), safety=(old,))), ONE).reason == "model.not-ready"


@pytest.mark.parametrize("missing", ["drop", "hold", "drop_with_minor"])
def test_model_without_a_threshold_finds_nothing_clean(missing: str) -> None:
    given = {"drop": DROP, "hold": HOLD, "drop_with_minor": WITH_MINOR} | {missing: {"two": 0.9}}
    verdict = Safety([ONE], terms=TERMS, **given).judge(scored(one=0.1))
    assert verdict.reason == "model.not-ready"


def test_without_terms_nothing_is_clean() -> None:
    filter_ = Safety([ONE], drop=DROP, hold=HOLD, drop_with_minor=WITH_MINOR, terms=None)
    assert filter_.judge(scored(one=0.01)).reason == "list.not-ready"


@pytest.mark.parametrize(
    ("value", "reason"), [(0.4999, None), (0.5, "safety.uncertain"), (0.7999, "safety.uncertain"), (0.8, "safety.nsfw")]
)
def test_at_the_threshold_it_counts(value: float, reason: str | None) -> None:
    assert judge(scored(one=value), ONE).reason == reason


def test_two_models_that_would_hold_it_refuse_it() -> None:
    assert judge(scored(one=0.5, two=0.6), ONE, TWO).reason == "safety.nsfw"
    assert judge(scored(one=0.5, two=0.59), ONE, TWO).reason == "safety.uncertain"


@pytest.mark.parametrize("about", [{"text": f"A {MINOR}"}, {"text": f"A {YOUNG}", "title": "x"}, {"title": MINOR}])
@pytest.mark.parametrize(("value", "reason"), [(0.1999, None), (0.2, "safety.minor"), (0.93, "safety.minor")])
def test_beside_a_term_of_a_minor_much_less_is_enough(about: dict[str, str], value: float, reason: str | None) -> None:
    assert judge(scored(one=value, **about), ONE).reason == reason  # type: ignore[arg-type]  # text, not a score


@pytest.mark.parametrize("word", [SEXUAL, NUDITY, "heron"])
def test_other_terms_change_no_threshold(word: str) -> None:
    assert judge(scored(one=0.3, text=f"A {word}"), ONE).reason is None


def test_what_one_model_says_counts_though_another_failed() -> None:
    assert judge(scored(one=0.9, two=None), ONE, TWO).reason == "safety.nsfw"
    assert judge(scored(one=0.9, two=None, text=MINOR), ONE, TWO).reason == "safety.minor"
    assert judge(scored(one=0.6, two=None), ONE, TWO).reason == "model.not-ready"


def test_evidence_has_both_numbers_and_no_words() -> None:
    verdict = judge(scored(one=0.3, text=f"A {MINOR}"), ONE)
    assert dict(verdict.evidence) == {"one": 0.3, "model": "one", "needed": 0.2, "terms": TERMS.revision}
    assert MINOR not in repr(verdict)


def test_every_threshold_and_every_term_is_in_the_revision() -> None:
    given = {"drop": DROP, "hold": HOLD, "drop_with_minor": WITH_MINOR}
    revisions = {Safety([ONE], terms=TERMS, **given | {name: {"one": 0.7}}).revision for name in given}
    revisions |= {Safety([ONE], terms=TERMS, **given).revision, Safety([ONE], terms=None, **given).revision}
    revisions |= {Safety([TWO], terms=TERMS, **given).revision}
    assert len(revisions) == 6

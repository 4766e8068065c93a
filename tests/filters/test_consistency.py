import math
from dataclasses import replace
from typing import Any

import pytest

from filters.candidate import Language
from filters.consistency import Consistency
from filters.decision import Subject
from filters.facts import Score
from filters.models import ModelCard
from filters.verdict import Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.subjects import candidate, facts, subject

ENGLISH = ModelCard(name="english", revision="english 1", unit="log-odds", languages=("en",))
ANY = ModelCard(name="any", revision="any 1", unit="cosine")
LEAST = {"english": -0.36, "any": 0.28, "any/de": 0.2}


def scored(*, language: str | None = "en", **values: float | None) -> Subject:
    detected = None if language is None else Language(label=language, confidence=1.0, detector="test@1")
    fit = tuple(Score(model=name, revision=f"{name} 1", value=value) for name, value in values.items())
    return subject(candidate(language=detected), measured=replace(facts(), fit=fit))


def judge(about: Subject, *models: ModelCard, allow_unmeasured: bool = False) -> Verdict:
    return Consistency(models, LEAST, allow_unmeasured=allow_unmeasured).judge(about)


class TestConsistency(FilterContract):
    filter = Consistency([ENGLISH], LEAST, allow_unmeasured=False)
    clean = scored(english=2.0)
    refused = scored(english=-1.5)
    near_miss = scored(english=-0.36)
    unsure = scored(language="fr", english=2.0)

    def judge_golden(self, *, models: list[str], allow_unmeasured: bool = False, **given: Any) -> Verdict:
        cards = [each for each in (ENGLISH, ANY) if each.name in models]
        return judge(scored(**given), *cards, allow_unmeasured=allow_unmeasured)


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_not_clean(value: float | None) -> None:
    assert judge(scored(english=value), ENGLISH).reason == "model.not-ready"


def test_every_model_that_reads_the_language_has_to_have_scored_it() -> None:
    assert judge(scored(english=1.0), ENGLISH, ANY).reason == "model.not-ready"
    assert judge(scored(language="fr", any=0.3), ENGLISH, ANY).reason is None
    assert judge(scored(english=1.0)).reason == "model.not-ready"


def test_score_of_another_revision_is_none() -> None:
    old = Score(model="english", revision="english 0", value=3.0)
    assert judge(replace(scored(), facts=replace(facts(), fit=(old,))), ENGLISH).reason == "model.not-ready"


def test_any_model_that_finds_no_fit_refuses() -> None:
    verdict = judge(scored(english=1.0, any=0.27), ENGLISH, ANY)
    assert (verdict.reason, verdict.evidence["model"]) == ("caption.mismatch", "any")


def test_threshold_of_a_language_wins() -> None:
    assert judge(scored(language="de", any=0.2), ANY).reason is None
    assert judge(scored(language="de", any=0.19), ANY).reason == "caption.mismatch"
    assert judge(scored(language=None, any=0.27), ANY).reason == "caption.mismatch"


def test_model_without_a_threshold_finds_nothing_clean() -> None:
    assert (
        Consistency([ENGLISH], {"any": 0.28}, allow_unmeasured=True).judge(scored(english=9.0)).reason
        == "model.not-ready"
    )


def test_language_that_no_model_reads_is_for_the_operator_to_say() -> None:
    about = scored(language="fr", english=2.0)
    assert judge(about, ENGLISH).reason == "caption.not-measured"
    assert judge(about, ENGLISH, allow_unmeasured=True).reason is None
    assert judge(scored(language=None), ENGLISH).reason == "caption.not-measured"


def test_every_threshold_is_in_the_revision() -> None:
    made = [
        Consistency([ENGLISH], LEAST, allow_unmeasured=False),
        Consistency([ENGLISH], LEAST, allow_unmeasured=True),
        Consistency([ENGLISH, ANY], LEAST, allow_unmeasured=False),
        Consistency([ENGLISH], LEAST | {"english": 0}, allow_unmeasured=False),
        Consistency([replace(ENGLISH, revision="english 2")], LEAST, allow_unmeasured=False),
    ]
    assert len({each.revision for each in made}) == len(made)

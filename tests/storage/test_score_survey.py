from typing import Any

import pytest

from storage.judged import Judged
from storage.score_survey import NOT_STORED, STORED, Keeps, OtherThreshold, ScoreSurvey, WhatIf

SETTINGS = {"consistency_min": {"fits": 0.2, "fits/de": 0.5, "other": 1}, "safety_hold": {"calm": 0.3}}


def seen(outcome: str, *, safety: Any = None, fit: Any = None, language: str = "en") -> Judged:
    evidence = {"language": {"language": language, "confidence": 1.0}}
    evidence |= {} if safety is None else {"safety": safety}
    evidence |= {} if fit is None else {"consistency": fit}
    return Judged(outcome=outcome, reason=None, page_host="pages.example", evidence=evidence)


def fits(score: float | None, **more: object) -> dict[str, object]:
    return {"language": "en", "fits": score, "fits needed": 0.2, **more}


RUN = (
    seen("stored", safety={"calm": 0.1}, fit=fits(0.9)),
    seen("stored", safety={"calm": 0.2}, fit=fits(0.3)),
    seen("refused", safety={"calm": 0.1}, fit=fits(0.1, model="fits")),
    seen("refused", safety={"calm": 0.1}, fit=fits(-0.4, model="fits")),
    seen("refused", safety={"calm": 0.25}, fit=fits(0.7)),  # a filter after it
    seen("unsure", safety={"calm": 0.5, "model": "calm", "needed": 0.3}),
    seen("unsure", safety={"calm": 0.1}, fit=fits(None, model="fits")),
    seen("stored", safety={"calm": 0.1}, fit=fits(0.6), language="de"),
    seen("refused"),
)


def surveyed(*others: OtherThreshold) -> ScoreSurvey:
    survey = ScoreSurvey(SETTINGS, others)
    for each in RUN:
        survey.see(each)
    return survey


def other(model: str, value: float, language: str | None = None) -> WhatIf:
    (found,) = surveyed(OtherThreshold(model=model, language=language, value=value)).others
    return found


def test_scores_of_each_model_are_counted_with_the_thresholds_of_the_run() -> None:
    calm, fit = surveyed().scores
    assert (calm.model, calm.filter, calm.keeps, calm.scored) == ("calm", "safety", Keeps.BELOW, 8)
    assert (fit.model, fit.filter, fit.keeps, fit.scored) == ("fits", "consistency", Keeps.AT_LEAST, 6)
    assert (calm.thresholds, fit.thresholds) == ({"calm": 0.3}, {"fits": 0.2, "fits/de": 0.5})
    counts = [each.counts for each in fit.histogram.bins()]
    assert (sum(each[STORED] for each in counts), sum(each[NOT_STORED] for each in counts)) == (3, 3)


@pytest.mark.parametrize(
    ("value", "kept", "lost", "let_through", "stopped", "elsewhere"),
    [
        (0.2, 3, 0, 0, 2, 1),  # the run's own
        (0.3, 3, 0, 0, 2, 1),  # a score of the threshold itself fits
        (0.5, 2, 1, 0, 2, 1),
        (0.0, 3, 0, 1, 1, 1),
        (-1.0, 3, 0, 2, 0, 1),
        (5.0, 0, 3, 0, 2, 1),
    ],
)
def test_another_threshold_of_fit(
    value: float, kept: int, lost: int, let_through: int, stopped: int, elsewhere: int
) -> None:
    found = other("fits", value)
    assert (found.scored, found.keeps) == (6, Keeps.AT_LEAST)
    assert (found.kept, found.lost) == (kept, lost)
    assert (found.let_through, found.stopped, found.elsewhere) == (let_through, stopped, elsewhere)


@pytest.mark.parametrize(
    ("value", "kept", "lost", "let_through", "stopped"),
    [(0.3, 3, 0, 0, 1), (0.2, 2, 1, 0, 1), (0.5, 3, 0, 0, 1), (0.6, 3, 0, 1, 0), (0.0, 0, 3, 0, 1)],
)
def test_another_threshold_of_safety_keeps_what_is_below_it(
    value: float, kept: int, lost: int, let_through: int, stopped: int
) -> None:
    found = other("calm", value)
    assert (found.kept, found.lost, found.let_through, found.stopped) == (kept, lost, let_through, stopped)


def test_a_threshold_of_one_language_looks_at_its_captions_alone() -> None:
    assert (other("fits", 0.7, "de").scored, other("fits", 0.7, "de").lost) == (1, 1)
    assert other("fits", 0.7, "en").scored == 5


@pytest.mark.parametrize(
    ("scores", "let_through", "stopped", "elsewhere"),
    [
        ({"calm": 0.5, "wary": 0.1, "model": "calm"}, 1, 0, 0),
        ({"calm": 0.5, "wary": 0.7, "model": "wary"}, 0, 0, 1),  # either of the two is enough
        ({"calm": 0.1, "wary": 0.7, "model": "wary"}, 0, 0, 1),
        ({"calm": 0.9, "wary": 0.7, "model": "calm"}, 0, 1, 0),
        ({"calm": 0.5, "model": "wary"}, 0, 0, 1),  # the other gave no number
    ],
)
def test_what_a_second_model_stops_too_is_not_let_through(
    scores: dict[str, object], let_through: int, stopped: int, elsewhere: int
) -> None:
    other = OtherThreshold(model="calm", language=None, value=0.6)
    survey = ScoreSurvey({"safety_hold": {"calm": 0.3, "wary": 0.3}}, [other])
    survey.see(seen("unsure", safety=scores))
    (found,) = survey.others
    assert (found.let_through, found.stopped, found.elsewhere) == (let_through, stopped, elsewhere)


def test_of_a_model_without_scores_nothing_is_said() -> None:
    found = other("nobody", 0.5)
    assert (found.keeps, found.scored) == (None, 0)


@pytest.mark.parametrize("settings", [{}, {"safety_hold": None, "consistency_min": []}])
def test_a_run_of_before_there_were_models_has_no_scores(settings: dict[str, object]) -> None:
    survey = ScoreSurvey(settings)
    survey.see(seen("stored"))
    assert survey.scores == ()

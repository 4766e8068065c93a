import random
from dataclasses import replace
from functools import cache

import pytest

from console.calibration import FEWEST_OF_A_KIND, FEWEST_PAIRS, Calibration, calibrate, distinct, settings_of
from console.calibration_page import calibration_page
from console.calibration_story import TOO_FEW, lines, next_step
from console.labelled import LeftOut
from console.labelled_scores import ScoredPair
from filters.facts import Score
from filters.models import ModelCard

CARD = ModelCard(name="fits", revision="2" * 32, unit="log-odds")
TODAY = {"fits": 0.0, "fits/de": 1.5, "other": 7.0}


def pairs(number: int, *, language: str | None = "en", distance: float = 2.0, seed: int = 1) -> list[ScoredPair]:
    draw = random.Random(seed)  # noqa: S311 -- numbers, no secret
    return [
        ScoredPair(
            row=row,
            fits=row % 2 == 0,
            picture=f"{language} {row // 2}",
            language=language,
            scores=(Score(model="fits", revision=CARD.revision, value=draw.gauss(distance * (row % 2 == 0), 1)),),
            held=False,
        )
        for row in range(number)
    ]


def calibrated(found: list[ScoredPair], share: float = 0.9) -> list[Calibration]:
    return list(calibrate(found, [CARD], share, TODAY))


@cache
def of_three_languages() -> list[Calibration]:
    return calibrated(BOTH)


BOTH = [*pairs(200), *pairs(60, language="de", distance=1.0, seed=2), *pairs(20, language="fr", seed=3)]


def test_each_language_has_its_own_thresholds_and_too_few_pairs_have_none() -> None:
    found = of_three_languages()
    assert [(each.language, each.fitting, each.others) for each in found] == [
        (None, 140, 140),
        ("en", 100, 100),
        ("de", 30, 30),
        ("fr", 10, 10),
    ]
    assert [each.trial is None for each in found] == [False, False, False, True]
    assert set(settings_of(found)) == {"fits", "fits/en", "fits/de"}


def test_a_suggestion_keeps_the_share_it_says() -> None:
    found = of_three_languages()[1]
    assert found.trial is not None
    first, balanced, today = found.trial.suggestions
    assert (first.rule, first.answer.kept) == ("keep 90%", 0.9)
    values = [each.scores[0].value for each in pairs(200) if each.fits and each.scores[0].value is not None]
    assert sum(value >= first.answer.threshold for value in values) == 90
    assert balanced.answer.kept + balanced.answer.dropped >= first.answer.kept + first.answer.dropped
    assert (today.rule, today.answer.threshold, today.spread) == ("in force", 0.0, None)
    assert found.trial.interval.low < found.trial.area < found.trial.interval.high


def test_the_threshold_in_force_is_that_of_the_language() -> None:
    german = of_three_languages()[2]
    assert german.trial is not None
    assert german.trial.suggestions[-1].answer.threshold == 1.5


@pytest.mark.parametrize(
    ("fitting", "others", "enough"),
    [
        (FEWEST_PAIRS - FEWEST_OF_A_KIND, FEWEST_OF_A_KIND, True),
        (FEWEST_PAIRS - FEWEST_OF_A_KIND, FEWEST_OF_A_KIND - 1, False),
        (FEWEST_PAIRS, FEWEST_OF_A_KIND - 1, False),
        (FEWEST_OF_A_KIND, FEWEST_OF_A_KIND, False),
        (0, FEWEST_PAIRS, False),
    ],
)
def test_a_handful_suggests_nothing(fitting: int, others: int, enough: bool) -> None:
    drawn = pairs(2 * FEWEST_PAIRS)
    some = [each for each in drawn if each.fits][:fitting] + [each for each in drawn if not each.fits][:others]
    found = calibrated(some)
    assert (found[0].trial is not None) is enough
    assert bool(settings_of(found)) is enough


@pytest.mark.parametrize(("pictures", "enough"), [(1, False), (9, False), (10, True)])
def test_many_captions_of_a_few_pictures_suggest_nothing(pictures: int, enough: bool) -> None:
    found = calibrated([replace(each, picture=str(at % pictures)) for at, each in enumerate(pairs(60))])
    assert (found[0].trial is not None) is enough


def test_a_language_that_all_are_in_is_told_once() -> None:
    found = calibrated(pairs(60))
    assert [each.language for each in found] == [None, "en"]
    assert [each.language for each in distinct(found)] == [None]
    assert set(settings_of(found)) == {"fits"}


def test_captions_of_no_known_language_get_no_threshold_of_their_own() -> None:
    found = calibrated([*pairs(60), *pairs(60, language=None)])
    assert "not detected" in {each.language for each in found}
    assert set(settings_of(found)) == {"fits", "fits/en"}


def test_what_to_type_leaves_the_thresholds_of_others_as_they_are() -> None:
    typed = next_step(calibrated(pairs(60)), TODAY)
    assert typed is not None
    assert typed.startswith("altsieve crawl -s CONSISTENCY_MIN=fits=")
    assert "fits/de=1.5,other=7" in typed
    assert next_step(calibrated(pairs(4)), TODAY) is None


def test_people_are_told_each_number_and_what_was_left_out() -> None:
    left_out = [LeftOut(row=row, why="its picture is not there") for row in range(2, 30)]
    told = "\n".join(lines(of_three_languages(), left_out, held=True))
    assert TOO_FEW in told
    assert "keep 90%" in told
    assert "row 2: its picture is not there" in told
    assert "and 8 more" in told
    assert "lower thresholds cannot be judged by them" in told


def test_curves_start_and_end_at_real_thresholds_and_stay_small() -> None:
    found = calibrated(pairs(1000))[0]
    assert found.trial is not None
    curve = found.trial.curve
    assert len(curve) == 200
    assert (curve[-1].kept, curve[-1].others_kept) == (1.0, 1.0)
    assert [each.threshold for each in curve] == sorted((each.threshold for each in curve), reverse=True)


def test_a_page_has_the_curves_and_numbers_of_each_language() -> None:
    found = of_three_languages()
    page = calibration_page(found, [LeftOut(row=9, why="<b>why</b>")], "altsieve crawl", held=True)
    assert page.count("<svg") == 1 + 2 * 3
    assert page.count("<title>ROC</title>") == 1
    assert "&lt;b&gt;why" in page
    assert TOO_FEW in page


def test_the_same_pairs_give_the_same_answer() -> None:
    assert calibrated(pairs(60)) == calibrated(pairs(60))

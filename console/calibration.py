"""Work out from scored pairs, model by model and language by language, what each threshold keeps and which to take."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from console.bootstrap import Interval, Spread, area_interval, spread_of
from console.labelled_scores import ScoredPair
from console.roc import Answer, Numbers, Roc, area, keeping, most_balanced, rounded_down
from filters.models import ModelCard
from storage.histogram import Histogram

FEWEST_PAIRS: Final = 30
FEWEST_OF_A_KIND: Final = 10
"""With fewer nothing is suggested: an interval of a handful of pairs is as wide as the scale."""
FEWEST_PICTURES: Final = 10
"""Likewise: whole pictures are drawn, so that of one picture the interval would be as narrow as if all were known."""
FITS, MISFITS = "fits", "does not fit"
NOT_DETECTED: Final = "not detected"
_MOST_POINTS: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A threshold, what it does to the pairs it was chosen on, and what choosing in this way comes to otherwise.

    `spread` is None of the threshold in force, which was not chosen on these pairs.
    """

    rule: str
    answer: Answer
    spread: Spread | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CurvePoint:
    """What one threshold keeps: of fitting pairs, and of all others; shares from 0 to 1."""

    threshold: float
    kept: float
    others_kept: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What the pairs allow to say, if they are enough."""

    area: float
    interval: Interval
    suggestions: tuple[Suggestion, ...]
    curve: tuple[CurvePoint, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """One model on the captions of one language, or of all for None; `trial` is None if there are too few pairs."""

    model: str
    language: str | None
    fitting: int
    others: int
    histogram: Histogram
    trial: Trial | None

    @property
    def name(self) -> str:
        """Return it as settings name its threshold."""
        return self.model if self.language is None else f"{self.model}/{self.language}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Scores:
    values: list[float]
    fits: list[bool]
    pictures: list[Hashable]


def calibrate(
    pairs: Sequence[ScoredPair], cards: Sequence[ModelCard], share: float, in_force: Mapping[str, float]
) -> Iterator[Calibration]:
    """Yield for each model first all languages together, then each, that with the most pairs first.

    `share` of fitting pairs is to be kept, above 0 to 1; `in_force` are the thresholds of today, as settings name them.
    """
    for card in cards:
        by_language: dict[str | None, _Scores] = {None: _Scores(values=[], fits=[], pictures=[])}
        for pair in pairs:
            for score in pair.scores:
                if score.model == card.name and score.value is not None:
                    for language in (None, pair.language or NOT_DETECTED):
                        _add(by_language, language, score.value, pair)
        for language in sorted(by_language, key=lambda each: (each is not None, -len(by_language[each].values), each)):
            today = in_force.get(f"{card.name}/{language}", in_force.get(card.name))
            yield _calibration(card.name, language, by_language[language], share, today)


def settings_of(calibrations: Sequence[Calibration]) -> dict[str, float]:
    """Return the thresholds that keep the wanted share, as settings name them."""
    return {
        each.name: each.trial.suggestions[0].answer.threshold
        for each in distinct(calibrations)
        if each.trial is not None and each.language != NOT_DETECTED
    }


def distinct(calibrations: Sequence[Calibration]) -> tuple[Calibration, ...]:
    """Return them without a language that all pairs of its model are in: that says nothing more."""
    whole = {each.model: each.fitting + each.others for each in calibrations if each.language is None}
    return tuple(
        each for each in calibrations if each.language is None or each.fitting + each.others < whole[each.model]
    )


def _add(by_language: dict[str | None, _Scores], language: str | None, value: float, pair: ScoredPair) -> None:
    scores = by_language.setdefault(language, _Scores(values=[], fits=[], pictures=[]))
    scores.values.append(value)
    scores.fits.append(pair.fits)
    scores.pictures.append(pair.picture)


def _calibration(model: str, language: str | None, scores: _Scores, share: float, today: float | None) -> Calibration:
    fitting = sum(scores.fits)
    others = len(scores.fits) - fitting
    histogram = Histogram()
    for value, fits in zip(scores.values, scores.fits, strict=True):
        histogram.add(value, FITS if fits else MISFITS)
    enough = fitting + others >= FEWEST_PAIRS and min(fitting, others) >= FEWEST_OF_A_KIND
    various = len(set(scores.pictures)) >= FEWEST_PICTURES
    return Calibration(
        model=model,
        language=language,
        fitting=fitting,
        others=others,
        histogram=histogram,
        trial=_trial(scores, share, today) if enough and various else None,
    )


def _trial(scores: _Scores, share: float, today: float | None) -> Trial:
    roc = Roc(scores.values, scores.fits)

    def keep(one: Roc, weights: Numbers | None = None) -> float:
        return rounded_down(keeping(share, one, weights))

    def balance(one: Roc, weights: Numbers | None = None) -> float:
        return rounded_down(most_balanced(one, weights))

    suggestions = [
        Suggestion(rule=rule, answer=roc.at(choose(roc)), spread=spread_of(choose, roc, scores.pictures))
        for rule, choose in ((f"keep {share:.0%}", keep), ("most balanced", balance))
    ]
    if today is not None:
        suggestions.append(Suggestion(rule="in force", answer=roc.at(today), spread=None))
    return Trial(
        area=area(*roc.shares()),
        interval=area_interval(roc, scores.pictures),
        suggestions=tuple(suggestions),
        curve=tuple(_thinned(roc)),
    )


def _thinned(roc: Roc) -> Iterator[CurvePoint]:
    """The first and the last threshold are among them, and each is a real one: no point is made up between two."""
    true, wrong = roc.shares()
    last = len(roc.thresholds) - 1
    for number in range(min(_MOST_POINTS, last + 1)):
        at = round(number * last / max(1, min(_MOST_POINTS, last + 1) - 1))
        yield CurvePoint(threshold=float(roc.thresholds[at]), kept=float(true[at]), others_kept=float(wrong[at]))

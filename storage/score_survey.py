"""Count the scores that models gave in a run, and what other thresholds would have kept."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeGuard

from filters.consistency import Consistency
from filters.safety import Safety
from storage.histogram import Histogram
from storage.judged import Judged

STORED, NOT_STORED = "stored", "not stored"


class Keeps(StrEnum):
    """On which side of its threshold a model lets a pair go on."""

    AT_LEAST = "at least"
    """A caption fits from the threshold on."""
    BELOW = "below"
    """A picture is unsafe, or held back, from the threshold on."""

    def passes(self, score: float, threshold: float) -> bool:
        return score >= threshold if self is Keeps.AT_LEAST else score < threshold


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherThreshold:
    """A threshold that the run did not have, of a model for captions of one language, or for all if it is None."""

    model: str
    language: str | None
    value: float

    @property
    def name(self) -> str:
        """Return it as settings name it: `model` or `model/language`."""
        return self.model if self.language is None else f"{self.model}/{self.language}"


@dataclass(kw_only=True, slots=True)
class Scores:
    """The scores of one model. `thresholds` are the run's, by the name settings have for them."""

    model: str
    filter: str
    keeps: Keeps
    thresholds: dict[str, float]
    histogram: Histogram = field(default_factory=Histogram)
    scored: int = 0
    """Candidates that it gave a number; all others were decided before, or got none."""


@dataclass(kw_only=True, slots=True)
class WhatIf:
    """What another threshold would have done to the candidates that have a score of its model."""

    threshold: OtherThreshold
    keeps: Keeps | None = None
    """None: no score of this model is there."""
    scored: int = 0
    kept: int = 0
    """Were stored, and would have been."""
    lost: int = 0
    """Were stored, and would not have been."""
    let_through: int = 0
    """Were stopped by this model alone, and would have gone on: what would have been asked then said nothing yet."""
    stopped: int = 0
    """Were stopped by this model, and would have been."""
    elsewhere: int = 0
    """Were stopped by another model or by a later filter, and would have been whatever this model's threshold."""


class ScoreSurvey:
    """Shown each candidate of a run once. `settings` are the run's: they name its models and their thresholds."""

    def __init__(self, settings: Mapping[str, Any], others: Sequence[OtherThreshold] = ()) -> None:
        self._least = _numbers(settings.get("consistency_min"))
        self._hold = _numbers(settings.get("safety_hold"))
        self._scores: dict[str, Scores] = {}
        self.others = tuple(WhatIf(threshold=each) for each in others)

    @property
    def scores(self) -> tuple[Scores, ...]:
        return tuple(self._scores[model] for model in sorted(self._scores))

    def see(self, seen: Judged) -> None:
        for name, evidence in seen.evidence.items():
            for model, score in _scores_in(name, evidence, self._hold):
                scores = self._scores.get(model) or self._of(model, name)
                scores.scored += 1
                scores.histogram.add(score, STORED if seen.outcome == "stored" else NOT_STORED)
                stoppers = self._stoppers(name, evidence) if seen.outcome != "stored" else None
                for other in self.others:
                    if other.threshold.model == model and other.threshold.language in (None, seen.language):
                        other.keeps = scores.keeps
                        _compare(other, score, stoppers)

    def _stoppers(self, name: str, evidence: Mapping[str, Any]) -> frozenset[str]:
        """Return the models that stopped a pair: the one that decided, and of safety each whose score would have."""
        decided = frozenset({str(evidence["model"])} if evidence.get("model") else ())
        if name == Safety.name:
            scores = _scores_in(name, evidence, self._hold)
            return decided | {model for model, score in scores if score >= self._hold[model]}
        return decided

    def _of(self, model: str, filter_name: str) -> Scores:
        fits = filter_name == Consistency.name
        given = self._least if fits else self._hold
        scores = Scores(
            model=model,
            filter=filter_name,
            keeps=Keeps.AT_LEAST if fits else Keeps.BELOW,
            thresholds={name: value for name, value in given.items() if name.partition("/")[0] == model},
        )
        return self._scores.setdefault(model, scores)


def _scores_in(name: str, evidence: Mapping[str, Any], safety: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    if name == Consistency.name:
        models = [key.removesuffix(" needed") for key in evidence if key.endswith(" needed")]
    else:
        models = [*safety] if name == Safety.name else []
    for model in models:
        score = evidence.get(model)
        if _is_number(score):
            yield model, float(score)


def _compare(other: WhatIf, score: float, stoppers: frozenset[str] | None) -> None:
    """`stoppers` are the models that stopped it; None if it was stored."""
    passes = other.keeps is not None and other.keeps.passes(score, other.threshold.value)
    other.scored += 1
    if stoppers is None:
        other.kept, other.lost = other.kept + passes, other.lost + (not passes)
    elif other.threshold.model not in stoppers or (passes and len(stoppers) > 1):
        other.elsewhere += 1
    else:
        other.let_through, other.stopped = other.let_through + passes, other.stopped + (not passes)


def _numbers(given: object) -> dict[str, float]:
    return {str(name): float(value) for name, value in given.items()} if isinstance(given, Mapping) else {}


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)

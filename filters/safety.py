"""Refuse pictures that a model calls unsafe."""

import math
from collections.abc import Mapping, Sequence

from filters.decision import Filter, Needs, Subject
from filters.facts import Score
from filters.models import ModelCard
from filters.reason import ModelReason, Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class SafetyReason(Reason):
    NSFW = "safety.nsfw", Outcome.REFUSED, "a model calls the picture unsafe"
    UNCERTAIN = "safety.uncertain", Outcome.UNSURE, "a model finds the picture too close to call"


class Safety(Filter):
    """Refuse a picture if any model scores it at or above that model's drop threshold; hold it from the lower one on.

    Example: a picture that opennsfw scores 0.93, with 0.8 as the drop threshold.
    Near miss: one that it scores 0.04.
    Evidence: for each model its score under the model's name; `model` and `needed` of the one that decided.
    """

    name = "safety"
    version = "1"
    needs = Needs.MODELS

    def __init__(self, models: Sequence[ModelCard], *, drop: Mapping[str, float], hold: Mapping[str, float]) -> None:
        self._models = tuple(models)
        self._drop = dict(drop)
        self._hold = dict(hold)
        self.revision = revision_of(
            {
                "models": {each.name: each.revision for each in self._models},
                "drop": {**self._drop},
                "hold": {**self._hold},
            }
        )

    def judge(self, subject: Subject) -> Verdict:
        scores = {each.model: each for each in (() if subject.facts is None else subject.facts.safety or ())}
        if not self._models:
            return self.unsure(ModelReason.NOT_READY, model=None)
        values: dict[str, float] = {}
        for card in self._models:
            value = _value(card, scores.get(card.name))
            if value is None or card.name not in self._drop or card.name not in self._hold:
                return self.unsure(ModelReason.NOT_READY, model=card.name)
            values[card.name] = value
        return self._compared(values)

    def _compared(self, values: Mapping[str, float]) -> Verdict:
        for name, value in values.items():
            if value >= self._drop[name]:
                return self.refused(SafetyReason.NSFW, **values, model=name, needed=self._drop[name])
        for name, value in values.items():
            if value >= self._hold[name]:
                return self.unsure(SafetyReason.UNCERTAIN, **values, model=name, needed=self._hold[name])
        return self.clean(**values)


def _value(card: ModelCard, score: Score | None) -> float | None:
    """Return the probability that the model of today gave, from 0 to 1."""
    if score is None or score.revision != card.revision or score.value is None or not math.isfinite(score.value):
        return None
    return score.value if 0 <= score.value <= 1 else None

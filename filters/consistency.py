"""Refuse captions that do not fit their picture."""

import math
from collections.abc import Mapping, Sequence

from filters.decision import Filter, Needs, Subject
from filters.facts import Score
from filters.models import ModelCard
from filters.reason import ModelReason, Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class ConsistencyReason(Reason):
    MISMATCH = "caption.mismatch", Outcome.REFUSED, "a model finds that the caption does not fit the picture"
    NOT_MEASURED = "caption.not-measured", Outcome.UNSURE, "no model measures captions in this language"


class Consistency(Filter):
    """Refuse a pair if any model that measures its language scores it below that model's threshold.

    Example: a photograph of a lighthouse under "A bowl of strawberries".
    Near miss: the same photograph under "A white tower on a rock by the sea".
    Evidence: `language` of the caption; for each model asked its score under the model's name, and the threshold under
    `<model> needed`; `model` names the one that refused, or gave no number that counts.

    Models and their units are in docs/models.md. A threshold of `<model>/<language>` wins over that of `<model>`. What
    it means that no model measures the language is the operator's to say (CONSISTENCY_UNMEASURED).
    """

    name = "consistency"
    version = "1"
    needs = Needs.MODELS

    def __init__(self, models: Sequence[ModelCard], least: Mapping[str, float], *, allow_unmeasured: bool) -> None:
        self._models = tuple(models)
        self._least = dict(least)
        self._allow_unmeasured = allow_unmeasured
        self.revision = revision_of(
            {
                "models": {each.name: each.revision for each in self._models},
                "least": {**self._least},
                "allow_unmeasured": allow_unmeasured,
            }
        )

    def judge(self, subject: Subject) -> Verdict:
        detected = subject.candidate.language
        language = None if detected is None else detected.label
        asked = [each for each in self._models if each.measures(language)]
        if not self._models:
            return self.unsure(ModelReason.NOT_READY, model=None)
        if not asked:
            return self._unmeasured(language)
        scores = {each.model: each for each in (() if subject.facts is None else subject.facts.fit or ())}
        return self._compared(language, asked, scores)

    def _unmeasured(self, language: str | None) -> Verdict:
        if self._allow_unmeasured:
            return self.clean(language=language)
        return self.unsure(ConsistencyReason.NOT_MEASURED, language=language)

    def _compared(self, language: str | None, asked: Sequence[ModelCard], scores: Mapping[str, Score]) -> Verdict:
        evidence: dict[str, str | int | float | bool | None] = {"language": language}
        for card in asked:
            value, needed = _value(card, scores.get(card.name)), self._needed(card.name, language)
            evidence |= {card.name: value, f"{card.name} needed": needed}
            if value is None or needed is None:
                return self.unsure(ModelReason.NOT_READY, **evidence, model=card.name)
            if not value >= needed:
                return self.refused(ConsistencyReason.MISMATCH, **evidence, model=card.name)
        return self.clean(**evidence)

    def _needed(self, model: str, language: str | None) -> float | None:
        return self._least.get(f"{model}/{language}", self._least.get(model))


def _value(card: ModelCard, score: Score | None) -> float | None:
    """Return a finite number that the model of today gave; what another revision gave says nothing of it."""
    if score is None or score.revision != card.revision or score.value is None:
        return None
    return score.value if math.isfinite(score.value) else None

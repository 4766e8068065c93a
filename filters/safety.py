"""Refuse pictures that a model calls unsafe."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from filters.decision import Filter, Needs, Subject
from filters.facts import Score
from filters.indexes.terms import SafetyTerms, Tells
from filters.models import ModelCard
from filters.reason import ListReason, ModelReason, Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class SafetyReason(Reason):
    NSFW = "safety.nsfw", Outcome.REFUSED, "a model calls the picture unsafe, or two find it too close to call"
    MINOR = "safety.minor", Outcome.REFUSED, "a model does not find the picture safe, and the text speaks of a minor"
    UNCERTAIN = "safety.uncertain", Outcome.UNSURE, "a model finds the picture too close to call"


class Safety(Filter):
    """Refuse a picture if a model scores it at or above that model's drop threshold; hold it from the lower one on.

    Example: a picture that opennsfw scores 0.93, with 0.8 as the drop threshold.
    Near miss: one that it scores 0.04.
    Evidence: for each model its score under the model's name; `model` and `needed` of the one that decided, `terms`
    (the revision of their list) if they did. Never the text, and never the term.

    If caption or title has a term of a minor, a much lower threshold counts, and the refusal is a match: an event and a
    sealed incident without the picture. Two models that both would hold it refuse it. Every model must have given a
    number from 0 to 1 with the files of today.
    """

    name = "safety"
    version = "1"
    needs = Needs.MODELS

    def __init__(
        self,
        models: Sequence[ModelCard],
        *,
        drop: Mapping[str, float],
        hold: Mapping[str, float],
        drop_with_minor: Mapping[str, float],
        terms: SafetyTerms | None,
    ) -> None:
        self._models = tuple(models)
        self._drop = dict(drop)
        self._hold = dict(hold)
        self._drop_with_minor = dict(drop_with_minor)
        self._terms = terms
        self.revision = revision_of(
            {
                "models": {each.name: each.revision for each in self._models},
                "drop": {**self._drop},
                "hold": {**self._hold},
                "drop_with_minor": {**self._drop_with_minor},
                "terms": None if terms is None else terms.revision,
            }
        )

    def judge(self, subject: Subject) -> Verdict:
        if self._terms is None:
            return self.unsure(ListReason.NOT_READY)
        scores = {each.model: each for each in (() if subject.facts is None else subject.facts.safety or ())}
        values = {
            each.name: value for each in self._models if (value := _value(each, scores.get(each.name))) is not None
        }
        for refusal in (self._with_minor(subject, values, self._terms), self._alone(values)):
            if refusal is not None:
                return refusal
        if not self._models:
            return self.unsure(ModelReason.NOT_READY, model=None)
        for each in self._models:
            if each.name not in values or not self._has_thresholds(each.name):
                return self.unsure(ModelReason.NOT_READY, **values, model=each.name)
        return self._held(values)

    def _with_minor(self, subject: Subject, values: Mapping[str, float], terms: SafetyTerms) -> Verdict | None:
        name = _first_from(values, self._drop_with_minor)
        if name is None or not _speaks_of_minor(subject, terms):
            return None
        needed = self._drop_with_minor[name]
        return self.refused(SafetyReason.MINOR, **values, model=name, needed=needed, terms=terms.revision)

    def _alone(self, values: Mapping[str, float]) -> Verdict | None:
        if (name := _first_from(values, self._drop)) is not None:
            return self.refused(SafetyReason.NSFW, **values, model=name, needed=self._drop[name])
        doubting = [name for name in values if _first_from({name: values[name]}, self._hold)]
        if len(doubting) > 1:
            name = doubting[-1]
            return self.refused(SafetyReason.NSFW, **values, model=name, needed=self._hold[name])
        return None

    def _held(self, values: Mapping[str, float]) -> Verdict:
        if (name := _first_from(values, self._hold)) is not None:
            return self.unsure(SafetyReason.UNCERTAIN, **values, model=name, needed=self._hold[name])
        return self.clean(**values)

    def _has_thresholds(self, name: str) -> bool:
        return name in self._drop and name in self._hold and name in self._drop_with_minor


def _value(card: ModelCard, score: Score | None) -> float | None:
    """Return the probability that the model of today gave, from 0 to 1."""
    if score is None or score.revision != card.revision or score.value is None or not math.isfinite(score.value):
        return None
    return score.value if 0 <= score.value <= 1 else None


def _first_from(values: Mapping[str, float], thresholds: Mapping[str, float]) -> str | None:
    """Return the first model whose score is at its threshold or above."""
    return next((name for name, value in values.items() if name in thresholds and value >= thresholds[name]), None)


def _speaks_of_minor(subject: Subject, terms: SafetyTerms) -> bool:
    candidate = subject.candidate
    language = None if candidate.language is None else candidate.language.label
    texts = (candidate.text, candidate.visit.title)
    return any(not _YOUNG.isdisjoint(terms.in_text(each, language)) for each in texts)


_YOUNG: Final = frozenset({Tells.MINOR, Tells.YOUNG})

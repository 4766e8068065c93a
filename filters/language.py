"""Refuse captions in a language that is not wanted."""

import math
from collections.abc import Iterable
from typing import Final

from filters.candidate import Language
from filters.decision import Filter, Needs, Subject
from filters.reason import Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class LanguageReason(Reason):
    NOT_WANTED = "language.not-wanted", Outcome.REFUSED, "the caption is in a language that was not asked for"
    UNCERTAIN = "language.uncertain", Outcome.UNSURE, "the language was not detected, or with too little confidence"


_DETECTED_AS: Final = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "fil": "tl"}


class LanguageWanted(Filter):
    """Refuse a pair if its caption is in none of the wanted languages; with none named, any language is wanted.

    Example: with `de,en` wanted, "Un héron au bord de la rivière" (fr, 0.99) is refused.
    Near miss: with `zh` wanted, a caption labelled `zh-cn`; and with none wanted, a caption of no known language.
    Evidence: `language` and `confidence` as detected, `needed` (least confidence), `wanted`.

    `nb` and `nn` are wanted as `no`, which is how detectors label both; `iw`, `in` and `fil` as `he`, `id` and `tl`.
    Confidence is 0-1. Below `min_confidence`, or if it is no number, the answer is unsure whatever the label.
    """

    name = "language"
    version = "2"
    needs = Needs.ADDRESS

    def __init__(self, wanted: Iterable[str] = (), *, min_confidence: float = 0.5) -> None:
        self._wanted = tuple(sorted({_as_detected(label.strip().lower()) for label in wanted}))
        self._min_confidence = min_confidence
        self.revision = revision_of({"wanted": [*self._wanted], "min_confidence": min_confidence})

    def judge(self, subject: Subject) -> Verdict:
        found = subject.candidate.language
        evidence = _numbers(found)
        if not self._wanted:
            return self.clean(**evidence)
        evidence |= {"needed": self._min_confidence, "wanted": ",".join(self._wanted)}
        if found is None or not self._min_confidence <= found.confidence <= 1:
            return self.unsure(LanguageReason.UNCERTAIN, **evidence)
        if not {found.label.lower(), found.label.lower().partition("-")[0]} & set(self._wanted):
            return self.refused(LanguageReason.NOT_WANTED, **evidence)
        return self.clean(**evidence)


def _as_detected(label: str) -> str:
    return _DETECTED_AS.get(label, label)


def _numbers(found: Language | None) -> dict[str, str | int | float | bool | None]:
    if found is None:
        return {"language": None, "confidence": None}
    confidence = found.confidence if math.isfinite(found.confidence) else None  # evidence is JSON, which has no NaN
    return {"language": found.label, "confidence": confidence}

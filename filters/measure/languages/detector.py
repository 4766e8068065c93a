"""Say what a language detector is, and how far one may believe what several say."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

Clues: TypeAlias = tuple[float, ...]

MOST_LETTERS: Final = 100
"""More of them tell no more."""

AGREED: Final = 0.37
KEPT: Final = -0.56
CHANGED: Final = -1.56
"""Added to the log odds of who is believed; fitted on one half of real captions by `benchmarks.language_fit`."""
MARGIN: Final = 3
"""Chosen on the same half, where 1 to 3 are alike for all languages together, and 3 is best for English."""

_SIGN_LETTERS: Final = range(2, 6)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """An ISO 639-1 label, and the share of such answers that were right on real captions (0-1)."""

    label: str
    confidence: float


class Detector(Protocol):
    """Tells a text's language; the same text gets the same answer in every process, and nothing is downloaded."""

    name: str
    version: str

    def detect(self, text: str) -> Opinion | None:
        """Return None for a text that holds nothing to tell by."""


def weighed(said: Opinion, also: Opinion) -> Opinion:
    """Return what two opinions come to: who agrees makes surer; else the first stands unless it is far likelier wrong.

    Who is asked first is the better one on the whole, on English above all, so the other must be clearly likelier.
    """
    if said.label == also.label:
        return Opinion(label=said.label, confidence=_probability(AGREED + log_odds(said)))
    kept, changed = _probability(KEPT + log_odds(said)), _probability(CHANGED + log_odds(also))
    if MARGIN * kept >= changed:
        return Opinion(label=said.label, confidence=kept)
    return Opinion(label=also.label, confidence=changed)


def likelihood(weights: Sequence[float], clues: Clues) -> float:
    """Return 0-1; the first weight is the constant."""
    return _probability(weights[0] + sum(weight * clue for weight, clue in zip(weights[1:], clues, strict=True)))


def plain_letters(text: str) -> float:
    """Return ln(1 + n) of the letters in words that could be of a language: no model numbers, no short capitals."""
    words = (each for each in text.split() if not _is_a_sign(each))
    return math.log1p(min(sum(letter.isalpha() for word in words for letter in word), MOST_LETTERS))


def _is_a_sign(word: str) -> bool:
    return any(letter.isdigit() for letter in word) or (word.isupper() and len(word) in _SIGN_LETTERS)


def log_odds(opinion: Opinion) -> float:
    confidence = min(max(opinion.confidence, 0.01), 0.99)
    return math.log(confidence / (1 - confidence))


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))

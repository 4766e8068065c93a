"""Tell the language by langdetect: fifty-five languages by sequences of letters."""

from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from langdetect import LangDetectException
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

from filters.measure.languages.detector import Clues, Opinion, likelihood, plain_letters

WEIGHTS: Final = (-5.96, 2.64, 1.18, 1.17)
"""Of the clues, a constant first; fitted on one half of real captions by `benchmarks.language_fit`."""

_SEED: Final = 0
"""The detector draws at random; with a fixed seed a text gets the same answer in every process."""


class ByLangdetect:
    """Its own confidence is above 0.99 for most of its errors; `measured` makes one of it that holds for captions.

    Variants such as zh-cn and zh-tw count together, under the ISO 639-1 label.
    """

    name = "langdetect"

    def __init__(self, *, measured: bool = True) -> None:
        self.version = version("langdetect")
        self._measured = measured

    def detect(self, text: str) -> Opinion | None:
        label, clues = self.clues(text)
        if not label:
            return None
        return Opinion(label=label, confidence=likelihood(WEIGHTS, clues) if self._measured else clues[0])

    def clues(self, text: str) -> tuple[str, Clues]:
        """Return the label, empty if there is none, and: its own confidence, whether above 0.99, letters."""
        label, share = _likeliest(text)
        return label, (share, float(share > 0.99), plain_letters(text))


def _likeliest(text: str) -> tuple[str, float]:
    detector = _factory().create()
    detector.append(text)
    shares: dict[str, float] = {}
    try:
        for guess in detector.get_probabilities():
            label = guess.lang.partition("-")[0]
            shares[label] = shares.get(label, 0.0) + guess.prob
    except LangDetectException:
        return "", 0.0
    label, share = max(shares.items(), key=lambda each: each[1], default=("", 0.0))
    return label, min(share, 1.0)


@cache
def _factory() -> Any:
    """Load the profiles in the order of their names, not of the disk, as sums of floats depend on it."""
    profiles = sorted(each for each in Path(PROFILES_DIRECTORY).iterdir() if each.is_file())
    factory = DetectorFactory()
    factory.seed = _SEED
    factory.load_json_profile([each.read_text(encoding="utf-8") for each in profiles])
    return factory

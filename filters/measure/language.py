"""Measure which language a caption is written in."""

from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from langdetect import LangDetectException
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

from filters.candidate import Language

MAX_CHARACTERS: Final = 1000
"""Of a longer text only so much is looked at: the detector's time grows with it, its answer hardly does."""

DETECTOR: Final = f"langdetect@{version('langdetect')}"

_SEED = 0
"""The detector draws at random; with a fixed seed a text gets the same answer in every process."""


def measure_language(text: str) -> Language | None:
    """Return the likeliest language, or None if the text holds nothing to tell it by (digits, signs, too few letters).

    Variants such as zh-cn and zh-tw count together, under the ISO 639-1 label.
    """
    detector = _factory().create()
    detector.append(text[:MAX_CHARACTERS])
    shares: dict[str, float] = {}
    try:
        for guess in detector.get_probabilities():
            label = guess.lang.partition("-")[0]
            shares[label] = shares.get(label, 0.0) + guess.prob
    except LangDetectException:
        return None
    label, share = max(shares.items(), key=lambda each: each[1], default=("", 0.0))
    return Language(label=label, confidence=round(min(share, 1.0), 4), detector=DETECTOR) if label else None


@cache
def _factory() -> Any:
    """Load the profiles in the order of their names, not of the disk, as sums of floats depend on it."""
    profiles = sorted(each for each in Path(PROFILES_DIRECTORY).iterdir() if each.is_file())
    factory = DetectorFactory()
    factory.seed = _SEED
    factory.load_json_profile([each.read_text(encoding="utf-8") for each in profiles])
    return factory

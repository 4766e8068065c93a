"""Measure which language a caption is written in."""

from typing import Final

from filters.candidate import Language
from filters.measure.languages.roster import DEFAULT, panel_of

MAX_CHARACTERS: Final = 1000
"""Of a longer text only so much is looked at: a detector's time grows with it, its answer hardly does."""


def measure_language(text: str, detectors: tuple[str, ...] = DEFAULT) -> Language | None:
    """Return the likeliest language, or None if the text holds nothing to tell it by (digits, signs, too few letters).

    The detectors are asked in their order. Raise `DetectorNotReady` if one is unknown or cannot be loaded.
    """
    return panel_of(detectors).detect(text[:MAX_CHARACTERS])

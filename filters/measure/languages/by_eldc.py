"""Tell the language by ELDC, which is good at short texts: sixty languages by the parts of their words."""

import re
from importlib.metadata import version
from typing import Final

import eldc

from filters.measure.languages.detector import Clues, Opinion, likelihood, plain_letters

WEIGHTS: Final = (-8.72, 6.73, 2.86, 1.83, 0.64, 1.76)
"""Of the clues, a constant first; fitted on one half of real captions by `benchmarks.language_fit`."""

MALAY: Final = "ms"
INDONESIAN: Final = Opinion(label="id", confidence=0.5)
"""It knows Malay only, and calls Indonesian so, of which the web has far more; nobody here tells the two apart."""

_ADDRESS: Final = re.compile(r"\S*(?:://|www\.|@)\S*")
_GREATEST_LEAD: Final = 0.15


class ByEldc:
    """Its confidence is made of its score, the lead over the next language, and how many letters there are."""

    name = "eldc"

    def __init__(self) -> None:
        eldc.init()
        self.version = version("eldc")
        self._detector = eldc.instance()
        self._detector.set_scores(2)

    def detect(self, text: str) -> Opinion | None:
        label, clues = self.clues(text)
        if not label:
            return None
        return INDONESIAN if label == MALAY else Opinion(label=label, confidence=likelihood(WEIGHTS, clues))

    def clues(self, text: str) -> tuple[str, Clues]:
        """Return the label, empty if there is none, and: score, lead, whether alone, whether reliable, letters."""
        text = _ADDRESS.sub(" ", text.replace("\0", " ")).encode(errors="replace").decode()  # it takes C strings
        said = self._detector.detect_details(text)
        scores = [*said.scores.values()]
        if said.language == "und" or not scores:
            return "", ()
        alone = len(scores) == 1
        lead = scores[0] if alone else scores[0] - scores[1]
        lead = min(lead, _GREATEST_LEAD) / _GREATEST_LEAD
        score = 2 * max(scores[0] - 0.5, 0.0)
        return said.language, (score, lead, float(alone), float(said.reliable), plain_letters(text))

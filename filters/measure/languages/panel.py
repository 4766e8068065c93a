"""Ask detectors in turn until one may be believed."""

import re
from collections.abc import Sequence
from typing import Final

from filters.candidate import Language
from filters.measure.languages.detector import Detector, Opinion, weighed

SURE: Final = 0.9
"""From here on nobody else is asked: of such answers more than 99 in 100 are right on real captions."""

_LABEL: Final = re.compile("[a-z]{2,3}")


class Panel:
    """The first is asked about every text, each further one where those before are not sure.

    A detector that crashes, or says what is no label and no confidence, costs its text the language: what another
    said stays unsaid, as nobody was sure of it.
    """

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detectors = tuple(detectors)

    def detect(self, text: str) -> Language | None:
        said: Opinion | None = None
        heard: list[Detector] = []
        for each in self._detectors:
            try:
                opinion = _checked(each.detect(text))
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 - whatever befalls it, a page keeps its other captions
                return None
            if opinion is not None:
                said = opinion if said is None else weighed(said, opinion)
                heard.append(each)
                if said.confidence >= SURE:
                    break
        return None if said is None else _language(said, heard)


def _checked(opinion: Opinion | None) -> Opinion | None:
    if opinion is not None and not (_LABEL.fullmatch(opinion.label) and 0 < opinion.confidence <= 1):  # NaN is neither
        raise ValueError
    return opinion


def _language(said: Opinion, heard: Sequence[Detector]) -> Language:
    by = "+".join(f"{each.name}@{each.version}" for each in heard)
    return Language(label=said.label, confidence=round(said.confidence, 4), detector=by)

"""Claims about detectors that are asked in turn."""

from dataclasses import dataclass, field

import pytest

from filters.candidate import Language
from filters.measure.languages.detector import Opinion
from filters.measure.languages.panel import SURE, Panel


@dataclass
class Says:
    """A detector that says one thing."""

    opinion: Opinion | Exception | None
    name: str = "says"
    version: str = "1"
    asked: list[str] = field(default_factory=list)

    def detect(self, text: str) -> Opinion | None:
        self.asked.append(text)
        if isinstance(self.opinion, Exception):
            raise self.opinion
        return self.opinion


def says(label: str, confidence: float) -> Says:
    return Says(Opinion(label=label, confidence=confidence))


def test_who_is_sure_is_believed_alone() -> None:
    second = says("de", 1.0)
    assert Panel([says("en", SURE), second]).detect("fox") == Language(label="en", confidence=SURE, detector="says@1")
    assert not second.asked


def test_who_is_not_sure_is_helped() -> None:
    found = Panel([says("en", 0.6), says("en", 0.8)]).detect("fox")
    assert found is not None
    assert (found.label, found.detector) == ("en", "says@1+says@1")
    assert found.confidence > 0.6


def test_who_has_no_opinion_is_not_named() -> None:
    found = Panel([Says(None, name="mute"), says("en", 0.6)]).detect("fox")
    assert found == Language(label="en", confidence=0.6, detector="says@1")


@pytest.mark.parametrize("detectors", [[], [Says(None)], [Says(None), Says(None)]])
def test_without_an_opinion_there_is_no_language(detectors: list[Says]) -> None:
    assert Panel(detectors).detect("fox") is None


BROKEN = [
    RuntimeError("crashed"),
    Opinion(label="en", confidence=float("nan")),
    Opinion(label="en", confidence=float("inf")),
    Opinion(label="en", confidence=-0.1),
    Opinion(label="en", confidence=0.0),
    Opinion(label="en", confidence=1.01),
    Opinion(label="", confidence=0.5),
    Opinion(label="und!", confidence=0.5),
    Opinion(label="EN", confidence=0.5),
]


@pytest.mark.parametrize("broken", BROKEN, ids=repr)
@pytest.mark.parametrize("first", [True, False])
def test_a_detector_that_is_broken_leaves_no_language(broken: Opinion | Exception, first: bool) -> None:
    detectors = [Says(broken), says("en", 0.8)]
    assert Panel(detectors if first else detectors[::-1]).detect("fox") is None


def test_want_of_memory_ends_the_worker() -> None:
    with pytest.raises(MemoryError):
        Panel([Says(MemoryError())]).detect("fox")

"""Claims about detectors by name."""

import sys

import pytest

from filters.measure.languages.by_eldc import ByEldc
from filters.measure.languages.detector import Opinion
from filters.measure.languages.roster import (
    DEFAULT,
    DetectorNotReady,
    detectors_of,
    require_golden,
    require_known,
)


@pytest.mark.parametrize("names", [[], [""], ["fasttext"], ["eldc", "fasttext"], ["eldc", "eldc"], ["ELDC"]])
def test_names_that_are_none(names: list[str]) -> None:
    with pytest.raises(DetectorNotReady, match="LANGUAGE_DETECTORS may be script, eldc, langdetect"):
        detectors_of(names)


def test_the_order_is_kept_and_blanks_are_not() -> None:
    assert require_known(["langdetect", " eldc"]) == ("langdetect", "eldc")
    assert [each.name for each in detectors_of(["langdetect", " eldc"])] == ["langdetect", "eldc"]


def test_those_of_the_default_tell_plain_sentences() -> None:
    require_golden(detectors_of(DEFAULT))


@pytest.mark.parametrize("name", ["eldc", "langdetect"])
@pytest.mark.parametrize("alone", [True, False])
def test_a_package_that_is_missing_is_said_with_what_to_type(
    name: str, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, f"filters.measure.languages.by_{name}", raising=False)
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(DetectorNotReady, match=rf"pip install {name}, or do without: -s LANGUAGE_DETECTORS=script"):
        detectors_of([name] if alone else DEFAULT)


class AlwaysEnglish(ByEldc):
    """What is left of a detector whose data are damaged."""

    def detect(self, text: str) -> Opinion | None:
        return Opinion(label="en", confidence=0.99)


class NeverAnything(ByEldc):
    def detect(self, text: str) -> Opinion | None:
        return None


@pytest.mark.parametrize("detector", [AlwaysEnglish, NeverAnything])
def test_a_detector_that_always_says_the_same_is_none(detector: type[ByEldc]) -> None:
    with pytest.raises(DetectorNotReady, match=r"detector eldc@.* does not tell plain sentences"):
        require_golden([detector()])

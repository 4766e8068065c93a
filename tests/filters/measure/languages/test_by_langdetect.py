"""Claims about langdetect."""

import pytest

from filters.measure.languages.by_langdetect import ByLangdetect


def test_its_own_confidence_is_above_that_which_holds() -> None:
    own, measured = ByLangdetect(measured=False).detect("Et rødt hus"), ByLangdetect().detect("Et rødt hus")
    assert own is not None
    assert measured is not None
    assert own.label == measured.label
    assert own.confidence > 0.99
    assert measured.confidence < 0.9


@pytest.mark.parametrize("text", ["", "12345", "\U0001f98a"])
def test_nothing_to_tell_by(text: str) -> None:
    assert ByLangdetect().detect(text) is None

"""Claims about cleaned captions."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.captions import MAX_TEXT_CHARACTERS, cap, clean_text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  A red\n\tfox  ", "A red fox"),
        ("A\u00a0red\u2003fox", "A red fox"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("a \x00 b", "a b"),
        ("c1\x85control\x9f", "c1 control"),
        ("cafe\u0301", "café"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("👩\u200d🚀 in orbit", "👩\u200d🚀 in orbit"),
        ("\u200f\u05e9\u05dc\u05d5\u05dd", "\u200f\u05e9\u05dc\u05d5\u05dd"),
        ("", ""),
        (" \x00\t", ""),
    ],
)
def test_a_caption_is_cleaned(raw: str, text: str) -> None:
    assert clean_text(raw) == text


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_the_words_of_a_plain_text_stay_but_for_nfc(raw: str) -> None:
    assert clean_text(raw).split() == [unicodedata.normalize("NFC", word) for word in raw.split()]
    assert clean_text(clean_text(raw)) == clean_text(raw)


@given(st.text())
def test_what_is_kept_can_be_stored(raw: str) -> None:
    for kept in (cap(raw), clean_text(raw)):
        assert "\x00" not in kept.encode().decode()


def test_a_long_text_is_cut() -> None:
    assert len(cap("x" * 20_000_000)) == len(clean_text("x" * 20_000_000)) == MAX_TEXT_CHARACTERS

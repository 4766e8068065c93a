import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.aipref import MOST_CHARACTERS, read_content_usage
from filters.signals.signal import Protocol, Saying, Says


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("train-ai=n", Says.DENY),
        ("train-ai=y", Says.ALLOW),
        (" train-ai=n ", Says.DENY),
        ("train-ai=y, search=n", Says.ALLOW),
        ("search=y,train-ai=n", Says.DENY),
        ("train-ai=n;because=law", Says.DENY),
        ("train-ai;allow=n, train-ai=y", Says.ALLOW),
        ("train-ai=y, train-ai=n", Says.DENY),
        ("train-ai=n, train-ai=y", Says.ALLOW),
        ("train-ai=y, train-ai, search=n", Says.UNKNOWN),
        ('train-ai="n"', Says.UNKNOWN),
        ("train-ai=no", Says.UNKNOWN),
        ("train-ai=N", Says.UNKNOWN),
        ("train-ai=?0", Says.UNKNOWN),
        ("train-ai", Says.UNKNOWN),
        ("train-ai=(n)", Says.UNKNOWN),
        ("train-ai=0", Says.UNKNOWN),
        ("Train-AI=n", Says.UNKNOWN),
        ("train-ai = n", Says.UNKNOWN),
        ("train-ai=n,", Says.UNKNOWN),
        ("train-ai=n; search=y, !", Says.UNKNOWN),
        ("search=n", Says.UNKNOWN),
        ("ai=n", Says.UNKNOWN),
        ("", Says.UNKNOWN),
        ('x="\u00e9", train-ai=n', Says.UNKNOWN),
        ("train-ai=n, x=" + "a" * MOST_CHARACTERS, Says.UNKNOWN),
    ],
)
def test_only_the_tokens_y_and_n_of_train_ai_say_anything(value: str, says: Says) -> None:
    read = read_content_usage(value, "header content-usage")
    assert read == Saying(protocol=Protocol.AIPREF, says=says, found_in="header content-usage", raw=value)


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(), st.text('train-ai=yn,;()"?@:%0129. \\')))
def test_reading_never_raises(value: str) -> None:
    assert read_content_usage(value, "here").says in Says

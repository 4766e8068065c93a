import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.content_signal import read_content_signal
from filters.signals.signal import Protocol, Saying, Says


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("search=yes, ai-input=yes, ai-train=no", Says.DENY),
        ("search=yes,ai-train=no", Says.DENY),
        ("search=yes,ai-train=no,use=reference", Says.DENY),
        ("AI-Train=No", Says.DENY),
        ("ai-train = no", Says.DENY),
        ('ai-train="no"', Says.DENY),
        ("search=yes; ai-train=no", Says.DENY),
        ("ai-train=yes, ai-train=no", Says.DENY),
        ("ai-train=no, use=full", Says.DENY),
        ("use=immediate", Says.DENY),
        ("use=reference", Says.DENY),
        ("ai-train=yes, use=reference", Says.DENY),
        ("ai-train=yes", Says.ALLOW),
        ("ai-train=yes, use=full", Says.ALLOW),
        ("search=no, ai-input=no, ai-train=yes", Says.ALLOW),
        ("use=full", Says.UNKNOWN),
        ("search=yes", Says.UNKNOWN),
        ("search=no, ai-input=no", Says.UNKNOWN),
        ("ai-train=maybe", Says.UNKNOWN),
        ("ai-train=none", Says.UNKNOWN),
        ("ai-train=no-one", Says.UNKNOWN),
        ("ai-train=yesterday", Says.UNKNOWN),
        ("ai-train", Says.UNKNOWN),
        ("no-ai-train=no", Says.UNKNOWN),
        ("ai-training=no", Says.UNKNOWN),
        ("reuse=reference", Says.UNKNOWN),
        ("content-use=reference", Says.UNKNOWN),
        ("", Says.UNKNOWN),
    ],
)
def test_one_no_denies_and_what_is_not_named_is_unknown(value: str, says: Says) -> None:
    read = read_content_signal(value, "line 2")
    assert read == Saying(protocol=Protocol.CONTENT_SIGNAL, says=says, found_in="line 2", raw=value)


@settings(deadline=None, max_examples=100)
@given(st.text())
def test_a_no_is_heard_whatever_stands_around_it(text: str) -> None:
    assert read_content_signal(f"{text}, ai-train=no, {text}", "here").says is Says.DENY

import math
import string
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import msgspec
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.verdict import Outcome, Verdict
from storage.canonical import Written, as_json, canonical, instant_text, plain

ODD_NUMBERS = [1e-7, 1e-6, 1e-5, 1e15, 1e16, 1e21, 1e22, -0.0, 5e-324, 1.5e300, -2.0, 0.1 + 0.2, math.nan, math.inf]
WHOLE_NUMBERS = [2**53 - 1, 2**53, 1 - 2**53, -(2**53), 10**15, 2**63, 2**64, -(2**70)]
ODD_TEXTS = ["a:1.0,", ",1e-7]", '":1.0,"', "\\", '\\",2.0,', "\ud800", "\U0001f600", "\uffff", "\x00\x1f\x7f", "4.0.0"]
numbers = st.floats() | st.integers() | st.integers(-999, 999) | st.sampled_from([*ODD_NUMBERS, *WHOLE_NUMBERS])
texts = st.text() | st.sampled_from(ODD_TEXTS) | st.text(alphabet=string.digits + '.e-+,:[]{}"\\\uffff\U00010000')
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4) | st.tuples(inner, inner),
    max_leaves=15,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, 1.5]}, b'{"a":[true,null,1.5],"b":1}'),
        ({"n": float("nan"), "i": float("-inf")}, b'{"i":"-inf","n":"nan"}'),
        ({"big": 2**60}, b'{"big":"1152921504606846976"}'),
        ("half a pair \ud800", b'"half a pair ?"'),
        ({"NUL \0": ["\0", "\\u0000"]}, '{"NUL \ufffd":["\ufffd","\\\\u0000"]}'.encode()),
        ("\u20ac", '"\u20ac"'.encode()),
        ([1.0, 21.0, -1.0, "1.0"], b'[1,21,-1,"1.0"]'),
        (Outcome.CLEAN, b'"clean"'),
    ],
)
def test_anything_has_one_spelling(value: object, text: bytes) -> None:
    assert canonical(value) == text


def test_a_dataclass_becomes_its_fields() -> None:
    verdict = Verdict(outcome=Outcome.CLEAN, filter="f", filter_version="1", revision="r", evidence={"score": 0.25})
    assert plain(verdict) == {
        "outcome": "clean",
        "filter": "f",
        "filter_version": "1",
        "revision": "r",
        "reason": None,
        "evidence": {"score": 0.25},
    }


def test_times_are_written_in_utc() -> None:
    at = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    assert instant_text(at) == "2025-12-31T23:00:00.000000Z"
    assert instant_text(at.astimezone(UTC)) == instant_text(at)


@given(value=values)
@settings(deadline=None, max_examples=150)
def test_the_quick_way_spells_as_the_reference_does(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(plain(value))
    assert as_json(value) == msgspec.json.encode(plain(value))


@pytest.mark.parametrize(
    "number", [*ODD_NUMBERS, *WHOLE_NUMBERS, 0.0, 1.0, 100.0, 1.25, 1e20, -1e-7, 123456789012345680000.0]
)
def test_each_number_is_spelled_as_the_reference_spells_it(number: float) -> None:
    beside = {"a": number, "b": [number, "text"], "c": ["x", number], "d": {"e": number}}
    assert canonical(beside) == rfc8785.dumps(plain(beside))


@pytest.mark.parametrize("text", ['{"a":1.0,"b":2}', ":1.0,", "[1e-7]", "version 4.0, of 1.0"])
def test_what_looks_like_a_number_in_a_text_stays_as_it_is(text: str) -> None:
    assert canonical({"a": text, "b": 2.0}) == rfc8785.dumps({"a": text, "b": 2.0})
    assert canonical([text.replace('"', ""), 2.0]) == rfc8785.dumps([text.replace('"', ""), 2.0])


def test_keys_beyond_the_first_plane_are_sorted_as_utf_16_is() -> None:
    assert canonical({"\uffff": 1, "\U00010000": 2}) == '{"\U00010000":2,"\uffff":1}'.encode()


def test_a_key_that_is_no_text_is_not_signed() -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical({1: 2})


def test_what_was_written_once_is_written_no_second_time() -> None:
    value = {"b": 1.0, "a": "half a pair \ud800"}
    written = Written(value)
    assert as_json(written) == written.text == canonical(value)
    assert written.sha256 == sha256(canonical(value)).hexdigest()
    assert plain({"row": written}) == {"row": {"a": "half a pair ?", "b": 1}}
    assert canonical({"row": written}) == canonical({"row": value})


def test_what_json_has_no_word_for_is_no_data() -> None:
    for write in (plain, canonical):
        with pytest.raises(NotImplementedError):
            write({"row": object()})

from datetime import UTC, datetime, timedelta, timezone

import pytest

from filters.verdict import Outcome, Verdict
from storage.canonical import canonical, instant_text, plain


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, 1.5]}, b'{"a":[true,null,1.5],"b":1}'),
        ({"n": float("nan"), "i": float("-inf")}, b'{"i":"-inf","n":"nan"}'),
        ({"big": 2**60}, b'{"big":"1152921504606846976"}'),
        ("half a pair \ud800", b'"half a pair ?"'),
        ({"NUL \0": ["\0", "\\u0000"]}, '{"NUL \ufffd":["\ufffd","\\\\u0000"]}'.encode()),
        ("\u20ac", '"\u20ac"'.encode()),
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

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.signal import Says
from filters.signals.tdmrep import MOST_BYTES, TdmRep, read_reservation

SITE = "https://example.org"
POLICY = "https://example.org/policy.json"


def says(document: Any, path: str = "/a/fox.jpg") -> Says | None:
    saying = read(json.dumps(document).encode()).says(SITE + path)
    return None if saying is None else saying.says


def read(body: bytes) -> TdmRep:
    rules = TdmRep.read(body)
    assert rules is not None
    return rules


def rule(location: Any, reservation: Any) -> dict[str, Any]:
    return {"location": location, "tdm-reservation": reservation}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1", Says.DENY),
        (" 1 ", Says.DENY),
        ("0", Says.ALLOW),
        ("", Says.UNKNOWN),
        ("true", Says.UNKNOWN),
        ("2", Says.UNKNOWN),
        ("1, 0", Says.DENY),
        ("0,1", Says.DENY),
        ("0, 0", Says.ALLOW),
        ("0, 2", Says.UNKNOWN),
        ("10", Says.UNKNOWN),
        ("\u0661", Says.UNKNOWN),
    ],
)
def test_a_value_is_one_or_zero_or_a_protocol_error(value: str, expected: Says) -> None:
    assert read_reservation(value, "", "header tdm-reservation").says is expected


def test_the_policy_is_kept_beside_the_value() -> None:
    assert read_reservation("1", POLICY, "header tdm-reservation").raw == f"1, tdm-policy: {POLICY}"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([rule("/", 1)], Says.DENY),
        ([rule("/", 0)], Says.ALLOW),
        ([rule("/", 0), rule("/a/", 1)], Says.ALLOW),
        ([rule("/b/", 0), rule("/a/*.jpg", 1), rule("/", 0)], Says.DENY),
        ([rule("/A/", 1)], None),
        ([rule("/a$", 1)], None),
        ([rule("*.jpg$", 1)], Says.DENY),
        ([], None),
        ([rule("/", "1")], Says.UNKNOWN),
        ([rule("/", True)], Says.UNKNOWN),
        ([rule("/", 2)], Says.UNKNOWN),
        ([{"location": "/"}], Says.UNKNOWN),
        ([rule("/", "1"), rule("/", 1)], Says.DENY),
        ([rule(7, 1)], None),
        ([{"tdm-reservation": 1}], None),
        (["/", None, 3, []], None),
        (rule("/", 1), Says.UNKNOWN),
    ],
)
def test_the_first_rule_that_covers_a_url_and_can_be_read_counts(document: Any, expected: Says | None) -> None:
    assert says(document) is expected


def test_a_rule_is_told_by_its_number_with_its_policy() -> None:
    document = [rule("/b", 0), {**rule("/a/", 1), "tdm-policy": POLICY}]
    saying = read(json.dumps(document).encode()).says(SITE + "/a/1")
    assert saying is not None
    assert (saying.found_in, saying.raw) == ("tdmrep.json rule 2", f"/a/ 1, tdm-policy: {POLICY}")


def test_a_policy_that_is_no_text_is_left_out() -> None:
    assert says([{**rule("/", 1), "tdm-policy": {"a": 1}}]) is Says.DENY


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"[nothing]", Says.UNKNOWN),
        (b'[{"location":"/","tdm-reservation":1,"note":"\xe9"}]', Says.DENY),
        (b'\xef\xbb\xbf[{"location":"/","tdm-reservation":1}]', Says.DENY),
        (b'\r\n \t[{"location":"/","tdm-reservation":1}]\n', Says.DENY),
        ('[{"location":"/","tdm-reservation":1}]'.encode("utf-16"), Says.DENY),
        ('[{"location":"/","tdm-reservation":1}]'.encode("utf-16-be"), Says.DENY),
        ('\ufeff[{"location":"/","tdm-reservation":1}]'.encode("utf-32-le"), Says.DENY),
        (b"[" * 100_000, Says.DENY),
        (b"[" + b" " * MOST_BYTES, Says.DENY),
        (b'[{"location":"/","tdm-reservation":' + b"9" * 10_000 + b"}]", Says.UNKNOWN),
    ],
    ids=[
        *("no JSON", "Latin-1", "byte order mark", "white space", "UTF-16", "UTF-16 unmarked", "UTF-32"),
        *("deep", "large", "huge number"),
    ],
)
def test_what_cannot_be_read_says_neither_and_what_is_past_our_limits_says_no(body: bytes, expected: Says) -> None:
    saying = read(body).says(SITE + "/")
    assert saying is not None
    assert saying.says is expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside) | st.dictionaries(st.sampled_from(["location", "tdm-reservation"]), inside),
)


@given(st.binary() | JSON.map(lambda each: json.dumps(each).encode()))
@settings(deadline=None, max_examples=200)
def test_no_file_raises(body: bytes) -> None:
    rules = TdmRep.read(body)
    assert rules is None or rules.says(SITE + "/a") in (None, rules.says(SITE + "/a"))


@pytest.mark.parametrize("body", [b"", b"  ", b"<html>", b"\xff\xfe", b'"no"', b" " * (MOST_BYTES + 1)])
def test_another_text_is_none(body: bytes) -> None:
    assert TdmRep.read(body) is None

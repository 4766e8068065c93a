import contextlib
import json

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.c2pa import BrokenAssertion, forbids, is_training_mining, read_training_mining
from filters.signals.signal import Protocol, Says

TRAINING = ("ai_training", "ai_generative_training", "data_mining")


def entries(vendor: str = "cawg.", **uses: str) -> dict[str, object]:
    return {"entries": {f"{vendor}{name}": {"use": use} for name, use in uses.items()}}


def said(assertion: object, kind: str = "cbor") -> Says:
    body = cbor2.dumps(assertion) if kind == "cbor" else json.dumps(assertion).encode()
    saying = read_training_mining(kind.encode(), body, "c2pa here")
    assert (saying.protocol, saying.found_in) == (Protocol.C2PA, "c2pa here")
    return saying.says


@pytest.mark.parametrize(
    ("label", "is_one"),
    [
        ("c2pa.training-mining", True),
        ("cawg.training-mining", True),
        ("cawg.training-mining__3", True),
        ("cawg.training-mining.v2", True),
        ("cawg.training-mining.v1.1__2", True),
        ("c2pa.training-mining-policy", False),
        ("org.example.training-mining", False),
        ("c2pa.actions", False),
        ("", False),
    ],
)
def test_label_is_that_of_the_assertion_in_any_version_and_instance(label: str, is_one: bool) -> None:
    assert is_training_mining(label) is is_one


@pytest.mark.parametrize("kind", ["cbor", "json"])
@pytest.mark.parametrize("vendor", ["cawg.", "c2pa.", "C2PA.", ""])
@pytest.mark.parametrize(
    ("uses", "says"),
    [
        *(({name: "notAllowed"}, Says.DENY) for name in TRAINING),
        *(({name: "constrained"}, Says.DENY) for name in TRAINING),
        *(({**dict.fromkeys(TRAINING, "allowed"), name: "notAllowed"}, Says.DENY) for name in TRAINING),
        ({"data_mining": "notallowed "}, Says.DENY),
        ({"ai_tuning": "notAllowed"}, Says.DENY),
        (dict.fromkeys(TRAINING, "allowed"), Says.UNKNOWN),
        ({**dict.fromkeys(TRAINING, "allowed"), "ai_inference": "notAllowed"}, Says.UNKNOWN),
        (dict.fromkeys(TRAINING[:2], "allowed"), Says.UNKNOWN),
        ({**dict.fromkeys(TRAINING, "allowed"), "data_mining": "perhaps"}, Says.UNKNOWN),
        ({"ai_inference": "notAllowed"}, Says.UNKNOWN),
        ({"ai_inference": "constrained"}, Says.UNKNOWN),
        ({}, Says.UNKNOWN),
    ],
)
def test_uses_deny_allow_or_say_nothing(kind: str, vendor: str, uses: dict[str, str], says: Says) -> None:
    assert said(entries(vendor, **uses), kind) is says


def test_two_vendors_in_one_assertion_are_both_heard() -> None:
    yes = entries("c2pa.", **dict.fromkeys(TRAINING, "allowed"))["entries"]
    no = entries("cawg.", ai_training="notAllowed")["entries"]
    assert isinstance(yes, dict)
    assert isinstance(no, dict)
    for both in ({**yes, **no}, {**no, **yes}):
        assert said({"entries": both}) is Says.DENY
    unsure = entries("cawg.", ai_training="ask")["entries"]
    assert isinstance(unsure, dict)
    assert said({"entries": {**yes, **unsure}}) is Says.UNKNOWN


def test_uses_of_another_vendor_say_nothing_whatever_their_form() -> None:
    assert said({"entries": {"org.example.printing": {"use": "notAllowed"}, "org.example.x": 1}}) is Says.UNKNOWN


def test_constraint_is_recorded_without_what_a_database_cannot_hold() -> None:
    entry = {"use": "constrained", "constraint_info": "ask\0me \ud800 first"}
    body = json.dumps({"entries": {"c2pa.ai_training": entry}}).encode() + b"\0"
    saying = read_training_mining(b"json", body, "c2pa")
    assert (saying.says, saying.raw) == (Says.DENY, "c2pa.ai_training: constrained (ask me   first)")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"json", b"{"),
        (b"json", b"\xff\xfe\xff"),
        (b"json", b"[" * 60_000),
        (b"json", b"1" * 60_000),
        (b"json", b'{"entries": {"c2pa.ai_training": {"use": "notAllowed", "use": "allowed"}}}'),
        (b"json", b"[]"),
        (b"json", b'{"entries": []}'),
        (b"json", b'{"entries": {"ai_training": "notAllowed"}}'),
        (b"json", b'{"entries": {"ai_training": {"use": true}}}'),
        (b"json", b'{"entries": {}}' + b" " * 70_000),
        (b"json", json.dumps({"entries": {f"a{number}": {"use": "allowed"} for number in range(101)}}).encode()),
        (b"cbor", b""),
        (b"cbor", b"\x81" * 1000),
        (b"cbor", b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff"),
        (b"cbor", b"\xa2\x67entries\xa0\x67entries\xa0"),
        (b"cbor", b"\xa1\x80\x01"),
        (b"cbor", b"\xa1\x67entries\xa1\x01\xa1\x63use\x01"),
        (b"uuid", b'{"entries": {}}'),
    ],
)
def test_what_has_not_the_form_of_the_standard_is_broken(kind: bytes, body: bytes) -> None:
    with pytest.raises(BrokenAssertion):
        read_training_mining(kind, body, "c2pa")


@pytest.mark.parametrize("head", ["c1", "c2", "d823", "d81c", "d81d00", "d9d9f7", "d81e", "c5", "d90102"])
def test_tags_of_cbor_make_nothing(head: str) -> None:
    """A regular expression, a fraction of huge numbers, a list that holds itself."""
    body = b"\xa1\x67entries\xa1\x6bai_training\xa2\x63use\x6anotAllowed\x61x" + bytes.fromhex(head) + b"\x61a"
    if head == "d81d00":
        body = body[:-2]
    assert read_training_mining(b"cbor", body, "c2pa").says is Says.DENY


def test_words_of_a_no_are_found_in_unread_bytes() -> None:
    assert forbids(b"...notAllowed")
    assert forbids(b"entries ... constrained")
    assert not forbids(b"constrained by nothing")
    assert not forbids(b"entries allowed")


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300), st.sampled_from([b"cbor", b"json"]))
def test_any_bytes_are_read_or_broken(body: bytes, kind: bytes) -> None:
    with contextlib.suppress(BrokenAssertion):
        read_training_mining(kind, body, "c2pa").raw.encode()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=12,
)


@settings(deadline=None, max_examples=100)
@given(
    st.dictionaries(
        st.sampled_from(["c2pa.ai_training", "data_mining", "x"]), ANYTHING | st.fixed_dictionaries({"use": ANYTHING})
    )
)
def test_any_entries_are_read_or_broken(said: dict[str, object]) -> None:
    with contextlib.suppress(BrokenAssertion):
        read_training_mining(b"cbor", cbor2.dumps({"entries": said}), "c2pa").raw.encode()

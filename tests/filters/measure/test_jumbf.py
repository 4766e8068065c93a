import struct

import pytest

from filters.measure.jumbf import BrokenStore, contents
from tests.filters.measure.marked import ASSERTION, LABEL, assertion, box, description, store, superbox


def test_contents_carry_the_label_of_the_box_they_lie_in() -> None:
    body = store(
        assertion(), superbox("other", box(b"json", b"{}"), box(b"free", b"")), superbox(None, box(b"x123", b""))
    )
    found = [(each.label, each.kind) for each in contents(body)]
    assert found == [(LABEL, b"cbor"), ("other", b"json"), ("other", b"free"), ("", b"x123")]


def test_wide_and_open_ended_boxes_and_padding_are_walked() -> None:
    inner = (
        description(LABEL) + struct.pack(">I4sQ", 1, b"json", 18) + b"{}" + struct.pack(">I4s", 0, b"cbor") + b"rest"
    )
    assert [each.body for each in contents(box(b"jumb", inner))] == [b"{}", b"rest"]
    assert len(list(contents(store(assertion()) + bytes(7)))) == 1


def test_every_manifest_of_the_store_is_walked() -> None:
    two = superbox("c2pa", superbox("urn:1", assertion(ASSERTION)), superbox("urn:2", assertion({"entries": {}})))
    assert len(list(contents(two))) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"short",
        box(b"jumb", description("x"))[:-3],
        struct.pack(">I4s", 4, b"jumb"),
        struct.pack(">I4s", 1, b"jumb") + b"1234567",
        struct.pack(">I4sQ", 1, b"jumb", 1 << 63),
        superbox("c2pa", superbox("urn:1", box(b"brob", b"packed"))),
        superbox("x") * 9000,
    ],
    ids=["no box", "cut off", "too small", "half a wide one", "too wide", "packed", "too many"],
)
def test_what_cannot_be_walked_is_broken(body: bytes) -> None:
    with pytest.raises(BrokenStore):
        list(contents(body))


def test_boxes_that_lie_too_deep_are_broken() -> None:
    body = assertion()
    for _ in range(20):
        body = superbox("x", body)
    with pytest.raises(BrokenStore, match="deep"):
        list(contents(body))


def test_what_stands_before_the_break_is_given() -> None:
    found = contents(store(assertion()) + b"\xff" * 20)
    assert next(found).label == LABEL
    with pytest.raises(BrokenStore):
        next(found)


def test_descriptions_without_a_label_or_too_short_have_none() -> None:
    body = box(b"jumb", box(b"jumd", b"short") + box(b"json", b"{}"))
    assert [each.label for each in contents(body)] == [""]

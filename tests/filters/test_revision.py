import math

import pytest

from filters.revision import Part, revision_of


def test_revision_is_32_hex_digits_and_the_same_for_the_same_parts() -> None:
    made = revision_of({"b": 1, "a": [None, 0.5]})
    assert len(bytes.fromhex(made)) == 16
    assert made == revision_of({"a": [None, 0.5], "b": 1})


@pytest.mark.parametrize("part", ["", None, 0, 0.5, False, [], {}, ["a", "b"], ["ab"], {"a": "b"}])
def test_no_two_parts_share_a_revision(part: Part) -> None:
    others: list[Part] = ["", None, 0, 0.5, False, [], {}, ["a", "b"], ["ab"], {"a": "b"}]
    assert [revision_of(each) for each in others].count(revision_of(part)) == 1


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_number_that_is_none_has_no_revision(number: float) -> None:
    with pytest.raises(ValueError, match="not representable"):
        revision_of({"threshold": number})

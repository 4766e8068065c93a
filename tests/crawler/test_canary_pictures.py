"""The pictures that stand for known material are the same everywhere, unlike each other, and rich enough to hash."""

import hashlib
from itertools import combinations

import pytest

from crawler.canary_pictures import SIZES_PX, draw, original
from filters.measure.picture import Limits, inspect
from storage.synthetic_list import SYNTHETIC_PICTURES, SYNTHETIC_TYPES, synthetic_entries

SOME = (0, 1, 2, 3, 57)
LIBRARY_DRIFT_BITS = 8
"""What another version of a library may change in a hash, far below what makes a match."""


@pytest.mark.parametrize("number", SOME)
def test_the_shipped_list_holds_each_picture_to_the_last_byte(number: int) -> None:
    by_type = {each.type: each.value for each in synthetic_entries()[number]}
    facts = inspect(original(number), Limits())
    assert facts.picture is not None
    view = facts.picture.views[0]
    assert by_type["sha256"] == hashlib.sha256(original(number)).hexdigest()
    for value, shipped in ((view.pdq, by_type["pdq"]), (view.phash16, by_type["phash16"])):
        assert (int(value, 16) ^ int(shipped, 16)).bit_count() <= LIBRARY_DRIFT_BITS
    assert view.pdq_quality >= 90


@pytest.mark.parametrize("hash_type", ["pdq", "phash16"])
def test_no_two_pictures_of_the_list_are_alike(hash_type: str) -> None:
    values = [int(each.value, 16) for of in synthetic_entries() for each in of if each.type == hash_type]
    assert len(values) == SYNTHETIC_PICTURES
    assert min((one ^ other).bit_count() for one, other in combinations(values, 2)) > 64


def test_each_entry_names_its_picture() -> None:
    entries = synthetic_entries()
    assert [each.entry for of in entries for each in of] == [
        number for number in range(1, SYNTHETIC_PICTURES + 1) for _ in SYNTHETIC_TYPES
    ]


def test_pictures_have_the_sizes_in_turn() -> None:
    assert [draw(number).size for number in range(5)] == [*SIZES_PX, SIZES_PX[0]]

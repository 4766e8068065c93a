import pytest

from filters.indexes.known import KnownEntry
from filters.indexes.known_list import KnownList
from filters.indexes.list_policy import ListPolicy
from tests.filters.known_lists import known, known_hash, known_pdq
from tests.filters.subjects import MD5, PDQ, SHA256, digests


def test_list_without_an_entry_is_a_list_all_the_same() -> None:
    empty = KnownList.of(name="empty")
    assert (len(empty), bool(empty), empty.counts, list(empty.entries())) == (0, True, {}, [])
    assert empty.find(digests()) is None


def test_entries_are_counted_by_type_and_known_good_ones_are_none() -> None:
    entries = [
        KnownEntry(type="md5", value=MD5),
        KnownEntry(type="pdq", value=PDQ),
        KnownEntry(type="pdq", value=PDQ, category="DISPUTED"),
        KnownEntry(type="sha256", value=SHA256, category="POSITIVE_CLASS"),
    ]
    listed = KnownList.of(name="own", entries=entries)
    assert (listed.counts, len(listed), listed.label) == ({"md5": 1, "pdq": 2}, 3, "own@1")


@pytest.mark.parametrize(
    ("policy", "category", "suspected"),
    [
        (ListPolicy(), "NEGATIVE_CLASS", False),
        (ListPolicy(), "INVESTIGATION_SEED", True),
        (ListPolicy(), "DISPUTED", True),
        (ListPolicy(action="suspect"), "NEGATIVE_CLASS", True),
    ],
)
def test_match_is_a_suspicion_by_its_category_or_by_the_policy(
    policy: ListPolicy, category: str, suspected: bool
) -> None:
    entry = KnownEntry(type="md5", value=MD5, category=category)
    listed = KnownList.of(name="own", policy=policy, entries=[entry])
    (found,) = listed.entries()
    assert listed.suspects(found) is suspected


def test_material_in_memory_is_whole_and_counts_all_its_lists() -> None:
    material = known(known_pdq(), known_hash(list="other"))
    assert (material.is_whole, material.count, len(material.lists)) == (True, 2, 2)


def test_hash_that_is_none_is_on_no_list() -> None:
    with pytest.raises(ValueError, match=r"non-hexadecimal|as long as its type"):
        KnownList.of(name="own", entries=[KnownEntry(type="md5", value="no hash")])

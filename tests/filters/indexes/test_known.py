import pytest

from filters.indexes.known import KnownEntry, KnownHash, NotAHash, degenerate, normalise_hash
from filters.indexes.known_list import KnownList
from filters.indexes.known_material import KnownMaterial, ListState

HALF = "0f" * 32


@pytest.mark.parametrize("hash_type", ["md5", "sha1", "sha256", "pdq", "phash16"])
def test_a_hash_is_kept_in_lower_case_without_white_space(hash_type: str) -> None:
    digits = {"md5": 32, "sha1": 40}.get(hash_type, 64)
    assert normalise_hash(hash_type, " " + "AB" * (digits // 2) + "\r\n") == "ab" * (digits // 2)


@pytest.mark.parametrize(
    ("hash_type", "value"),
    [
        ("md5", "ab" * 20),
        ("md5", "QOJ4TPWFM7ZL6CCAQFK5ZVT3XMFSOUQA"),
        ("sha1", ""),
        ("sha256", "0x" + "ab" * 31),
        ("pdq", "+" + "1" * 63),
        ("pdq", "1_1" + "1" * 61),
        ("phash16", "٣" * 64),
        ("photodna", "ab" * 72),
    ],
)
def test_what_is_not_a_hash_of_the_given_type_is_refused_and_not_repeated(hash_type: str, value: str) -> None:
    with pytest.raises(NotAHash) as refusal:
        normalise_hash(hash_type, value)
    assert not value or value not in str(refusal.value)


@pytest.mark.parametrize(
    ("hash_type", "value"),
    [
        ("md5", "d41d8cd98f00b204e9800998ecf8427e"),
        ("sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("md5", "0" * 32),
        ("sha256", "f" * 64),
        ("pdq", "0" * 64),
        ("pdq", "0000113400001134" * 4),
        ("pdq", "f" * 37 + "0" * 27),
        ("phash16", "8" + "0" * 63),
        ("phash16", "7" + "f" * 63),
    ],
)
def test_entries_that_match_innocent_files_are_degenerate(hash_type: str, value: str) -> None:
    assert degenerate(hash_type, value)


@pytest.mark.parametrize(
    ("hash_type", "value"),
    [
        ("md5", "900150983cd24fb0d6963f7d28e17f72"),
        ("sha256", "8" + "0" * 63),
        ("pdq", HALF),
        ("pdq", "f" * 36 + "0" * 28),
        ("phash16", HALF),
    ],
)
def test_genuine_entries_are_not_degenerate(hash_type: str, value: str) -> None:
    assert degenerate(hash_type, value) is None


def test_repr_of_known_material_shows_no_hash() -> None:
    entry = KnownHash(
        list="ncmec",
        number=3,
        entry=17,
        type="pdq",
        value=HALF,
        category="NEGATIVE_CLASS",
        distance_bits=31,
    )
    given = KnownEntry(type="pdq", value=HALF, entry=17)
    listed = KnownList.of(name="ncmec", number=3, entries=[given])
    material = KnownMaterial(
        lists=(listed,),
        revision="ab" * 32,
        ready=ListState.READY,
        production=True,
        networks=(),
        provisional=False,
        problem=None,
    )
    assert repr(entry) == "<KnownHash ncmec@3 entry 17>"
    assert not any(HALF in repr(each) for each in (given, entry, listed, material))
    assert (len(material), bool(material)) == (1, True)

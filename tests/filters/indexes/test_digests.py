from filters.indexes.digests import DigestIndex
from filters.indexes.known import KnownHash
from filters.measure.digests import measure_digests

DIGESTS = measure_digests(b"known")


def entry(hash_type: str, value: str) -> KnownHash:
    return KnownHash(
        list="real", number=1, entry=1, type=hash_type, value=value, category="NEGATIVE_CLASS", distance_bits=None
    )


def test_each_digest_is_found_alone() -> None:
    for hash_type in ("md5", "sha1", "sha256"):
        (found,) = DigestIndex([entry(hash_type, getattr(DIGESTS, hash_type))]).find(DIGESTS)
        assert found.type == hash_type


def test_other_files_are_not_found() -> None:
    assert DigestIndex([entry("sha256", DIGESTS.sha256)]).find(measure_digests(b"other")) == []
    assert DigestIndex([]).find(DIGESTS) == []


def test_a_value_counts_only_as_the_type_it_was_listed_as() -> None:
    index = DigestIndex([entry("pdq", DIGESTS.sha256), entry("phash16", DIGESTS.sha256)])
    assert len(index) == 0
    assert index.find(DIGESTS) == []


def test_the_strongest_digest_comes_first() -> None:
    found = DigestIndex([entry("md5", DIGESTS.md5), entry("sha256", DIGESTS.sha256)]).find(DIGESTS)
    assert [each.type for each in found] == ["sha256", "md5"]

from filters.indexes.digests import DigestIndex
from filters.indexes.known import KnownHash
from filters.measure.digests import measure_digests

DIGESTS = measure_digests(b"known")


def entry(hash_type: str, value: str, *, listed_by: str = "real", synthetic: bool = False) -> KnownHash:
    return KnownHash(
        list=listed_by,
        number=1,
        entry=1,
        type=hash_type,
        value=value,
        category="NEGATIVE_CLASS",
        distance_bits=None,
        synthetic=synthetic,
    )


def test_each_digest_is_found_alone() -> None:
    for hash_type in ("md5", "sha1", "sha256"):
        found = DigestIndex([entry(hash_type, getattr(DIGESTS, hash_type))]).find(DIGESTS)
        assert found is not None
        assert found.type == hash_type


def test_other_files_are_not_found() -> None:
    assert DigestIndex([entry("sha256", DIGESTS.sha256)]).find(measure_digests(b"other")) is None
    assert DigestIndex([]).find(DIGESTS) is None


def test_a_value_counts_only_as_the_type_it_was_listed_as() -> None:
    index = DigestIndex([entry("pdq", DIGESTS.sha256), entry("phash16", DIGESTS.sha256)])
    assert len(index) == 0
    assert index.find(DIGESTS) is None


def test_the_strongest_digest_answers() -> None:
    found = DigestIndex([entry("md5", DIGESTS.md5), entry("sha256", DIGESTS.sha256)]).find(DIGESTS)
    assert found is not None
    assert found.type == "sha256"


def test_a_synthetic_list_never_hides_a_real_one() -> None:
    synthetic = [
        entry(hash_type, getattr(DIGESTS, hash_type), listed_by="demo", synthetic=True)
        for hash_type in ("sha256", "md5")
    ]
    real = entry("md5", DIGESTS.md5)
    for entries in ([*synthetic, real], [real, *synthetic]):
        assert DigestIndex(entries).find(DIGESTS) == real
    assert DigestIndex(synthetic).find(DIGESTS) == synthetic[0]

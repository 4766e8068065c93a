from filters.measure.digests import measure_digests


def test_digests_are_those_of_the_standard_test_vector() -> None:
    digests = measure_digests(b"abc")
    assert digests.md5 == "900150983cd24fb0d6963f7d28e17f72"
    assert digests.sha1 == "a9993e364706816aba3e25717850c26c9cd0d89d"
    assert digests.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digests.size_bytes == 3

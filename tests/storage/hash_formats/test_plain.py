import pytest

from storage.hash_formats import HashFormat, ListedHash
from tests.storage.hash_formats.samples import PDQ, hashes, md5, read, reasons


def test_a_line_of_a_local_file_says_its_type() -> None:
    text = f"# made up\npdq {PDQ.upper()}\n\nvideo_md5\t{md5()}  # of a file\n"
    assert read(text) == [ListedHash(type="pdq", value=PDQ), ListedHash(type="md5", value=md5())]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (PDQ, "broken-row"),
        (f"pdq {PDQ} more", "broken-row"),
        (f"raw_text {PDQ}", "unknown-type"),
        (f"md5 {PDQ}", "wrong-length"),
        ("pdq " + "z" * 64, "not-hex"),
        ("pdq " + "0" * 64, "degenerate"),
    ],
)
def test_a_line_that_is_no_usable_hash_is_rejected(line: str, reason: str) -> None:
    found = read(f"md5 {md5()}\n{line}\n")
    assert (reasons(found), len(hashes(found))) == ([reason], 1)


def test_a_type_selects_the_lines_of_that_type() -> None:
    found = read(f"md5 {md5()}\npdq {PDQ}\n", "pdq")
    assert (reasons(found), hashes(found)) == (["other-type"], [ListedHash(type="pdq", value=PDQ)])


def test_a_local_file_can_be_named() -> None:
    assert len(hashes(read(f"{PDQ}\nmd5 {md5()}\n", layout=HashFormat.LOCAL_FILE))) == 1

import pytest

from storage.hash_formats import Columns, HashFormat, ListedHash
from storage.list_lines import BadList
from tests.storage.hash_formats.samples import PDQ, SHA256, hashes, md5, read, reasons, sha1


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_columns_are_found_by_the_names_that_were_given(delimiter: str) -> None:
    header = delimiter.join(["Ref", "Kind", "Extra", "Grade", "Value"])
    row = delimiter.join(["r 1", "SHA-1", "", "A", sha1().upper()])
    found = read(f"{header}\n{row}\n", columns="type=kind,hash=VALUE,severity=Grade,id=Ref", scheme="iwf")
    assert found == [ListedHash(type="sha1", value=sha1(), source_entry="r_1", severity="iwf:A")]


def test_a_column_may_hold_the_hashes_of_one_type() -> None:
    text = f"Id,MD5,SHA-1\n1,{md5()},\n2,{md5('two')},{sha1('two')}\n3,,\n"
    found = read(text, columns="md5=MD5,sha1=SHA-1,id=Id")
    assert [(each.type, each.source_entry) for each in hashes(found)] == [("md5", "1"), ("md5", "2"), ("sha1", "2")]
    assert reasons(found) == ["wrong-length"]


def test_the_type_of_a_column_may_be_given() -> None:
    assert read(f"h\n{PDQ}\n", "pdq", columns="hash=h") == [ListedHash(type="pdq", value=PDQ)]
    with pytest.raises(BadList, match="--type"):
        read(f"h\n{PDQ}\n", columns="hash=h")


def test_a_category_is_read_and_an_empty_one_is_none() -> None:
    found = read(f"h,c\n{SHA256},disputed\n{SHA256},\n", "sha256", columns="hash=h,category=c")
    assert [each.category for each in hashes(found)] == ["DISPUTED"]
    assert reasons(found) == ["unknown-category"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [("md5", "broken-row"), ("phash8,abcd", "unknown-type"), ("md5,abcd", "wrong-length"), ('md5,"abcd', "broken-row")],
)
def test_a_row_that_is_no_usable_hash_is_rejected(row: str, reason: str) -> None:
    found = read(f"type,hash\n{row}\nmd5,{md5()}\n", columns="type=type,hash=hash")
    assert (reasons(found), len(hashes(found))) == ([reason], 1)


@pytest.mark.parametrize(
    "columns", ["", "hash", "hash=", "=h", "hash=h,hash=i", "colour=c,hash=h", "severity=s", "type=t,id=i"]
)
def test_a_slip_in_the_mapping_is_refused(columns: str) -> None:
    with pytest.raises(BadList, match="--columns"):
        Columns.read(columns)


@pytest.mark.parametrize("header", ["h", "type,hash,hash", "type,has", "\xff", '"type,hash'])
def test_a_header_without_a_named_column_is_refused(header: str) -> None:
    raw = f"{header}\nmd5,{md5()}\n".encode("latin-1")
    with pytest.raises(BadList, match="first line"):
        read(raw, columns="type=type,hash=hash")


def test_a_table_is_never_guessed() -> None:
    with pytest.raises(BadList, match="--columns"):
        read(f"type,hash\nmd5,{md5()}\n", layout=HashFormat.CSV)
    with pytest.raises(BadList, match="--format csv"):
        read(f"type,hash\nmd5,{md5()}\n", layout=HashFormat.VICS, columns="type=type,hash=hash")

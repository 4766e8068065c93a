import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.indexes.known import HEX_DIGITS
from storage.hash_formats import HashFormat, ListedHash, listed_hash, read_hashes
from storage.list_lines import BadList, Rejected, RejectReason

MD5 = hashlib.md5(b"one", usedforsecurity=False).hexdigest()
SHA1 = hashlib.sha1(b"one", usedforsecurity=False).hexdigest()
SHA256 = hashlib.sha256(b"one").hexdigest()
PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
HEADER = "signal_type,signal_str,collab,category,tags\n"


def read(
    text: str | bytes, type_name: str | None = None, layout: HashFormat | None = None
) -> list[ListedHash | Rejected]:
    raw = text.encode() if isinstance(text, str) else text
    return list(read_hashes(io.BytesIO(raw), type_name=type_name, layout=layout))


def rejected(line: int, reason: RejectReason) -> list[Rejected]:
    return [Rejected(line=line, reason=reason)]


@pytest.mark.parametrize(
    ("line", "type_name", "value"),
    [
        (MD5, "md5", MD5),
        (MD5.upper(), "md5", MD5),
        (f"  {SHA1}\t# a comment", "sha1", SHA1),
        (SHA256, "sha256", SHA256),
        (PDQ, "pdq", PDQ),
        (PDQ, "sha256", PDQ),
        (PDQ, "phash16", PDQ),
        (f"{MD5}\r", "md5", MD5),
    ],
)
def test_a_bare_hash_is_of_the_type_that_was_given(line: str, type_name: str, value: str) -> None:
    assert read(line + "\n", type_name) == [ListedHash(type=type_name, value=value)]


@pytest.mark.parametrize("text", [f"{MD5}\n", f"{PDQ}\n", "# only a comment\n"])
def test_the_type_of_a_bare_hash_is_never_guessed(text: str) -> None:
    with pytest.raises(BadList, match="--type"):
        read(text)


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(BadList, match="--type is one of md5"):
        read(MD5, "md4")


@pytest.mark.parametrize(
    ("line", "type_name", "reason"),
    [
        (MD5[:-1], "md5", RejectReason.WRONG_LENGTH),
        (MD5, "sha1", RejectReason.WRONG_LENGTH),
        (SHA1 + "00", "sha1", RejectReason.WRONG_LENGTH),
        ("VEWEDPYVHX2NEQWAPKYZCC5EWZQL6OIZ", "sha1", RejectReason.NOT_HEX),
        ("g" * 32, "md5", RejectReason.NOT_HEX),
        ("\uff11" * 32, "md5", RejectReason.NOT_HEX),
        (f"{MD5}  file.jpg", "md5", RejectReason.NOT_HEX),
        ("d41d8cd98f00b204e9800998ecf8427e", "md5", RejectReason.DEGENERATE),
        ("0" * 64, "pdq", RejectReason.DEGENERATE),
        ("8" + "0" * 63, "phash16", RejectReason.DEGENERATE),
    ],
)
def test_a_line_that_is_no_usable_hash_of_its_type_is_rejected(line: str, type_name: str, reason: RejectReason) -> None:
    assert read(f"# title\n{line}\n", type_name) == rejected(2, reason)


@pytest.mark.parametrize(
    ("row", "entry"),
    [
        (f"pdq,{PDQ},SAMPLE,NEGATIVE_CLASS,", ListedHash(type="pdq", value=PDQ)),
        (f"PDQ,{PDQ.upper()},SAMPLE,negative_class,a b", ListedHash(type="pdq", value=PDQ)),
        (f"md5,{MD5},x,INVESTIGATION_SEED,", ListedHash(type="md5", value=MD5, category="INVESTIGATION_SEED")),
        (f"sha256,{SHA256},x,POSITIVE_CLASS,", ListedHash(type="sha256", value=SHA256, category="POSITIVE_CLASS")),
        (f"sha1,{SHA1},x,DISPUTED,", ListedHash(type="sha1", value=SHA1, category="DISPUTED")),
        (f"video_md5,{MD5},x,NEGATIVE_CLASS,", ListedHash(type="md5", value=MD5)),
        (f'"pdq","{PDQ}","a ""quoted"", name",NEGATIVE_CLASS,', ListedHash(type="pdq", value=PDQ)),
        (f"pdq,{PDQ},a\0b,NEGATIVE_CLASS,\0", ListedHash(type="pdq", value=PDQ)),
    ],
)
def test_a_row_of_a_threatexchange_file_is_read(row: str, entry: ListedHash) -> None:
    assert read(f"{HEADER}{row}\r\n") == [entry]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"raw_text,{PDQ},x,NEGATIVE_CLASS,", RejectReason.UNKNOWN_TYPE),
        (f",{PDQ},x,NEGATIVE_CLASS,", RejectReason.UNKNOWN_TYPE),
        (f"pdq,{PDQ},x,BAD,", RejectReason.UNKNOWN_CATEGORY),
        (f"pdq,{PDQ},x,,", RejectReason.UNKNOWN_CATEGORY),
        (f"pdq,{MD5},x,NEGATIVE_CLASS,", RejectReason.WRONG_LENGTH),
        ("pdq,,x,NEGATIVE_CLASS,", RejectReason.WRONG_LENGTH),
        ("pdq,\0,x,NEGATIVE_CLASS,", RejectReason.NOT_HEX),
        (f"pdq,{PDQ}", RejectReason.BROKEN_ROW),
        (f'pdq,{PDQ},"x,NEGATIVE_CLASS,', RejectReason.BROKEN_ROW),
        (f'pdq,{PDQ},"x"y,NEGATIVE_CLASS,', RejectReason.BROKEN_ROW),
        ("pdq," + "f" * 70_000 + ",x,NEGATIVE_CLASS,", RejectReason.TOO_LONG),
        (f"pdq,{'0' * 64},x,NEGATIVE_CLASS,", RejectReason.DEGENERATE),
    ],
)
def test_a_row_that_is_no_usable_hash_is_rejected_and_the_next_is_read(row: str, reason: RejectReason) -> None:
    good = f"md5,{MD5},x,NEGATIVE_CLASS,\n"
    assert read(f"{HEADER}{row}\n\n{good}") == [*rejected(2, reason), ListedHash(type="md5", value=MD5)]


def test_columns_are_found_by_their_names() -> None:
    text = f"category,extra,signal_str,signal_type\nDISPUTED,1,{MD5},md5\n"
    assert read(text) == [ListedHash(type="md5", value=MD5, category="DISPUTED")]


def test_a_type_given_with_a_threatexchange_file_selects_its_rows() -> None:
    text = f"{HEADER}md5,{MD5},x,NEGATIVE_CLASS,\npdq,{PDQ},x,NEGATIVE_CLASS,\n"
    assert read(text, "pdq") == [*rejected(2, RejectReason.OTHER_TYPE), ListedHash(type="pdq", value=PDQ)]


def test_a_threatexchange_file_without_its_header_is_refused() -> None:
    with pytest.raises(BadList, match="signal_type"):
        read(f"pdq,{PDQ},x,NEGATIVE_CLASS,\n", None, HashFormat.THREATEXCHANGE_CSV)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(BadList, match="no entry"):
        read("", "md5")


def test_a_hash_is_not_shown_by_its_repr() -> None:
    assert MD5 not in repr(listed_hash("md5", MD5))


BEGINNINGS = [
    b"",
    HEADER.encode(),
    b"<queryResult><images><image>",
    b'{"hashRecords":[{',
    b'{"value":[{"MD5":',
    b"pdq ",
]


@given(
    st.tuples(st.sampled_from(BEGINNINGS), st.binary(max_size=300)).map(b"".join),
    st.sampled_from([None, *HEX_DIGITS]),
    st.sampled_from([None, *HashFormat]),
)
def test_no_bytes_crash_a_reader(raw: bytes, type_name: str | None, layout: HashFormat | None) -> None:
    try:
        entries = read(raw, type_name, layout)
    except BadList:
        return
    assert all(len(each.value) == HEX_DIGITS[each.type] for each in entries if isinstance(each, ListedHash))

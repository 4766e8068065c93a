import gzip
import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.list_lines import LONGEST_LINE_BYTES, NUMBERS_SHOWN, BadList, Intake, Rejected, RejectReason, read_lines


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (b"", []),
        (b"one\ntwo", [(1, "one"), (2, "two")]),
        (b"one\r\ntwo\r\n", [(1, "one"), (2, "two")]),
        (b"\xef\xbb\xbfone\n", [(1, "one")]),
        (b"one\n\nthree\n", [(1, "one"), (2, ""), (3, "three")]),
        (b"b\xc3\xbccher\n", [(1, "bücher")]),
        (b"one\n\xfc\nthree\n", [(1, "one"), Rejected(line=2, reason=RejectReason.NOT_UTF8), (3, "three")]),
    ],
)
def test_each_line_is_yielded_with_its_number(raw: bytes, lines: list[object]) -> None:
    assert list(read_lines(io.BytesIO(raw))) == lines


@pytest.mark.parametrize("end", [b"", b"\n", b"\nnext\n"])
def test_a_line_too_long_is_one_rejected_line_and_the_next_is_read(end: bytes) -> None:
    lines = list(read_lines(io.BytesIO(b"first\n" + b"a" * (3 * LONGEST_LINE_BYTES + 5) + end)))
    assert lines[:2] == [(1, "first"), Rejected(line=2, reason=RejectReason.TOO_LONG)]
    assert lines[2:] == ([(3, "next")] if b"next" in end else [])


@pytest.mark.parametrize(
    ("raw", "says"),
    [("example.org\n".encode("utf-16"), "UTF-16"), (gzip.compress(b"example.org\n", mtime=0), "gunzip")],
)
def test_a_file_in_another_encoding_is_refused_with_a_word_on_what_to_do(raw: bytes, says: str) -> None:
    with pytest.raises(BadList, match=says):
        list(read_lines(io.BytesIO(raw)))


@given(st.binary(max_size=2000))
def test_no_bytes_crash_the_reader_and_no_line_is_lost(raw: bytes) -> None:
    try:
        lines = list(read_lines(io.BytesIO(raw)))
    except BadList:
        return
    numbers = [each.line if isinstance(each, Rejected) else each[0] for each in lines]
    assert numbers == list(range(1, len(io.BytesIO(raw).readlines()) + 1))


def test_every_rejected_line_is_counted_and_the_first_are_named() -> None:
    intake = Intake()
    rejected = [Rejected(line=number, reason=RejectReason.NOT_HEX) for number in range(1, 31)]
    other = Rejected(line=99, reason=RejectReason.DEGENERATE)
    assert len(list(intake.of([*rejected, other, *map(str, range(40))]))) == 40
    assert (intake.taken, intake.rejected) == (40, 31)
    assert [(each.reason, each.count, each.lines) for each in intake.rejections] == [
        ("not-hex", 30, tuple(range(1, NUMBERS_SHOWN + 1))),
        ("degenerate", 1, (99,)),
    ]


def test_a_file_without_an_entry_is_refused() -> None:
    with pytest.raises(BadList, match="no entry"):
        list(Intake().of([]))


@pytest.mark.parametrize(("taken", "rejected", "refused"), [(5, 5, False), (5, 6, True), (0, 1, True), (1, 0, False)])
def test_a_file_of_which_most_is_rejected_is_refused(taken: int, rejected: int, refused: bool) -> None:
    def items() -> Iterator[str | Rejected]:
        yield from (Rejected(line=7 + n, reason=RejectReason.NOT_A_HOST) for n in range(rejected))
        yield from map(str, range(taken))

    if not refused:
        assert len(list(Intake().of(items()))) == taken
        return
    with pytest.raises(BadList, match=r"not-a-host \(first on line 7\)"):
        list(Intake().of(items()))


@pytest.mark.parametrize("reason", [RejectReason.UNSUPPORTED_TYPE, RejectReason.OTHER_TYPE, RejectReason.WITHDRAWN])
def test_what_is_read_but_of_no_use_does_not_speak_against_a_file(reason: RejectReason) -> None:
    intake = Intake()
    entries = ["one", *(Rejected(line=line, reason=reason) for line in range(9))]
    assert list(intake.of(entries)) == ["one"]
    assert intake.rejected == 9


def test_a_file_of_nothing_that_is_of_use_is_refused() -> None:
    with pytest.raises(BadList, match="none of 2 entries"):
        list(Intake().of([Rejected(line=line, reason=RejectReason.UNSUPPORTED_TYPE) for line in (1, 2)]))


def test_what_cannot_be_read_is_weighed_without_what_is_of_no_use() -> None:
    useless = [Rejected(line=line, reason=RejectReason.WITHDRAWN) for line in range(5)]
    broken = [Rejected(line=7, reason=RejectReason.NOT_HEX), Rejected(line=8, reason=RejectReason.BROKEN_ROW)]
    with pytest.raises(BadList, match=r"2 of 3 entries cannot be read, most of them not-hex \(first on line 7\)"):
        list(Intake().of(["one", *useless, *broken]))

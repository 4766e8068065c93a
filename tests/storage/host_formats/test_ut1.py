from pathlib import Path

import pytest

from storage.host_formats import ListLine, Matches, read_directory
from storage.list_lines import BadList, Rejected, RejectReason

CATEGORY = Path(__file__).parents[1] / "lists" / "ut1"


def test_domains_and_urls_of_a_category_are_read_and_the_rest_is_counted() -> None:
    items = list(read_directory(CATEGORY))
    assert [item.covers for item in items if isinstance(item, ListLine)] == [
        "one.example",
        "two.example",
        "192.0.2.7",
        "three.example/folder*",
        "four.example/~somebody/*",
        "five.example/page?picture=1*",
    ]
    assert [item for item in items if isinstance(item, Rejected)] == [
        Rejected(line=1, reason=RejectReason.NOT_READ),
        Rejected(line=1, reason=RejectReason.NOT_READ),
    ]


def test_either_file_is_enough(tmp_path: Path) -> None:
    (tmp_path / "urls").write_bytes(b"# comment\n\none.example/page\r\nb*d/x\n\xff\n")
    assert list(read_directory(tmp_path)) == [
        ListLine(covers="one.example/page*"),
        Rejected(line=4, reason=RejectReason.NOT_A_URL),
        Rejected(line=5, reason=RejectReason.NOT_UTF8),
    ]


def test_declarations_count_for_domains(tmp_path: Path) -> None:
    (tmp_path / "domains").write_text("one.example\nco.uk\n")
    assert list(read_directory(tmp_path)) == [
        ListLine(covers="one.example"),
        Rejected(line=2, reason=RejectReason.PUBLIC_SUFFIX),
    ]
    assert list(read_directory(tmp_path, matches=Matches.EXACT, force=True)) == [
        ListLine(covers="=one.example"),
        ListLine(covers="=co.uk"),
    ]


@pytest.mark.parametrize(
    ("file", "says"),
    [("domains.gz", "gunzip"), ("expressions", "holds domains or urls"), ("domains/one", "holds domains or urls")],
)
def test_a_directory_that_is_no_category_is_refused_with_a_word(tmp_path: Path, file: str, says: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_bytes(b"one.example\n")
    with pytest.raises(BadList, match=says):
        list(read_directory(tmp_path))

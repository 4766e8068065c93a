import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.links import Link, read_links

SITE = "https://example.org"
BASE = f"{SITE}/a/b"


def links(*values: str) -> list[tuple[str, set[str], str]]:
    found = read_links([("Link", each) for each in values], BASE)
    return [(each.url, set(each.relations), each.media_type) for each in found]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('<https://x.test/l>; rel="license"', [("https://x.test/l", {"license"}, "")]),
        ("<l>;rel=license", [(SITE + "/a/l", {"license"}, "")]),
        ('</l>; rel="next License"; type="Text/HTML;a=b"', [(SITE + "/l", {"next", "license"}, "text/html")]),
        ('<a>; title="x, <y>; rel=z"; rel=next, <b>', [(SITE + "/a/a", {"next"}, ""), (SITE + "/a/b", set(), "")]),
        ('<a>; title="q\\"; rel=no"; rel=yes', [(SITE + "/a/a", {"yes"}, "")]),
        ("<a>; rel=first; rel=second", [(SITE + "/a/a", {"first"}, "")]),
        ("<a> ; REL = license ; crossorigin", [(SITE + "/a/a", {"license"}, "")]),
        ("<https://[>; rel=license", [("https://[", {"license"}, "")]),
        ("a; rel=license", []),
        ("", []),
    ],
)
def test_a_header_is_read_as_rfc_8288_has_it(value: str, expected: list[tuple[str, set[str], str]]) -> None:
    assert links(value) == expected


def test_every_link_header_counts_and_no_other() -> None:
    headers = [("link", "<a>"), ("Refresh", "<b>"), ("LINK", "<c>")]
    assert [each.url[-1] for each in read_links(headers, BASE)] == ["a", "c"]


@given(st.text() | st.text('<>;,="\\ arel'), st.text(max_size=20))
@settings(deadline=None, max_examples=300)
def test_no_header_raises(value: str, base: str) -> None:
    assert all(isinstance(each, Link) for each in read_links([("link", value)], base))


@pytest.mark.parametrize("piece", ["<", "<a>;", '<a>;b="', "<a>;b=c", ";", '"', "\\", "<a> "])
def test_a_long_header_is_read_in_bounded_work(piece: str) -> None:
    assert len(links(piece * (60_000 // len(piece)))) <= 60_000

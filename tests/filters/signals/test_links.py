import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.links import Link, read_links

SITE = "https://example.org"
BASE = f"{SITE}/a/b"


def links(*values: str) -> list[tuple[str, str]]:
    found = read_links([("Link", each) for each in values], BASE, "license")
    return [(each.url, each.media_type) for each in found]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('<https://x.test/l>; rel="license"', [("https://x.test/l", "")]),
        ("<l>;rel=license", [(SITE + "/a/l", "")]),
        ('</l>; rel="next License"; type="Text/HTML;a=b"', [(SITE + "/l", "text/html")]),
        ('<a>; title="x, <y>; rel=license"; rel=next, <b>', []),
        ('<a>; title="q\\"; rel=no"; rel=license', [(SITE + "/a/a", "")]),
        ("<a>; rel=license; rel=second", [(SITE + "/a/a", "")]),
        ("<a>; rel=first; rel=license", []),
        ("<a>; rel=licenses, <b>; rel=license", [(SITE + "/a/b", "")]),
        ("<a> ; REL = license ; crossorigin", [(SITE + "/a/a", "")]),
        ("<https://[>; rel=license", [("https://[", "")]),
        ("a; rel=license", []),
        ("<a>", []),
        ("", []),
    ],
)
def test_a_header_is_read_as_rfc_8288_has_it(value: str, expected: list[tuple[str, str]]) -> None:
    assert links(value) == expected


def test_every_link_header_counts_and_no_other() -> None:
    headers = [(name, f"<{name}>; rel=license") for name in ("link", "Refresh", "LINK")]
    assert [each.url for each in read_links(headers, BASE, "license")] == [f"{SITE}/a/link", f"{SITE}/a/LINK"]


@given(st.text() | st.text('<>;,="\\ arel'), st.text(max_size=20))
@settings(deadline=None, max_examples=300)
def test_no_header_raises(value: str, base: str) -> None:
    assert all(isinstance(each, Link) for each in read_links([("link", value)], base, "a"))


@pytest.mark.parametrize("piece", ["<", "<a>;", '<a>;b="', "<a>;b=c", ";", '"', "\\", "<a> ", "<a>;rel=license,"])
def test_a_long_header_is_read_in_bounded_work(piece: str) -> None:
    assert len(links(piece * (60_000 // len(piece)))) <= 60_000

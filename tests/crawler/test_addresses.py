"""Claims about resolving references, with the cases of the URL standard that pages use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.addresses import MAX_URL_CHARACTERS, Base

PAGE = "https://example.org/dir/page.html?q=1#top"


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("a.png", "https://example.org/dir/a.png"),
        ("./a.png", "https://example.org/dir/a.png"),
        ("../a.png", "https://example.org/a.png"),
        ("../../../a.png", "https://example.org/a.png"),
        ("/a.png", "https://example.org/a.png"),
        ("//other.example/a.png", "https://other.example/a.png"),
        ("\\\\other.example\\a.png", "https://other.example/a.png"),
        ("\\a.png", "https://example.org/a.png"),
        ("?q=2", "https://example.org/dir/page.html?q=2"),
        ("", "https://example.org/dir/page.html?q=1"),
        ("#part", "https://example.org/dir/page.html?q=1"),
        ("http://other.example/a.png#f", "http://other.example/a.png"),
        ("https:a.png", "https://example.org/dir/a.png"),
        ("https:/a.png", "https://a.png/"),
        ("HTTPS://EXAMPLE.ORG:443/a", "https://example.org/a"),
        (" \t\n a b.png \x00", "https://example.org/dir/a%20b.png"),
        ("a\n\tb.png", "https://example.org/dir/ab.png"),
        ("é.png", "https://example.org/dir/%C3%A9.png"),
        ("100%.png", "https://example.org/dir/100%.png"),
        ("a%20b.png", "https://example.org/dir/a%20b.png"),
        ("//bücher.example/", "https://xn--bcher-kva.example/"),
        ("a:b.png", None),
        ("./a:b.png", "https://example.org/dir/a:b.png"),
    ],
)
def test_a_reference_is_resolved_as_a_browser_does(reference: str, url: str | None) -> None:
    assert Base(PAGE).resolve(reference) == url


@pytest.mark.parametrize(
    "reference",
    [
        "data:image/png;base64,AAAA",
        "blob:https://example.org/1",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.org/a.png",
        "mailto:a@example.org",
        "http://",
        "http://[::1",
        "http://example.org:99999/",
        "http://user:password@example.org/a.png",
        "\ud800",
        "a" * (MAX_URL_CHARACTERS + 1),
        "é" * MAX_URL_CHARACTERS,
    ],
)
def test_what_is_not_crawled_is_no_address(reference: str) -> None:
    assert Base(PAGE).resolve(reference) is None


@given(st.text())
def test_no_reference_raises(reference: str) -> None:
    url = Base(PAGE).resolve(reference)
    assert url is None or (url.startswith(("http://", "https://")) and "#" not in url)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.url_patterns import Target, UrlPattern

SITE = "https://example.org"


@pytest.mark.parametrize(
    ("pattern", "url", "covered"),
    [
        ("/", "/a/b.jpg", True),
        ("", "/a", True),
        ("/a", "/ab", True),
        ("/a", "/b/a", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("$", "/", True),
        ("/A", "/a", False),
        ("a/", "/a/b", True),
        ("*.jpg", "/a/b.jpg", True),
        ("*.jpg", "/a/b.jpeg", False),
        ("*.jpg$", "/b.jpg?w=3", False),
        ("*.jpg$", "/b.jpg.jpg", True),
        ("/*/b*", "/a/b", True),
        ("/*/b*", "/ab", False),
        ("/a**b", "/a/x/b", True),
        ("/a*$", "/ab", True),
        ("/a*a$", "/a", False),
        ("/a?b=", "/a?b=c", True),
        ("/a$b", "/a$bc", True),
        ("/é", "/%c3%a9/1", True),
        ("/%7Efox", "/~fox", True),
        ("/a%2fb", "/a%2Fb", True),
        ("/a%2fb", "/a/b", False),
        (" /a ", "/a", True),
    ],
)
def test_a_path_is_matched_as_robots_txt_has_it(pattern: str, url: str, covered: bool) -> None:
    assert UrlPattern.of(pattern).covers(Target.of(SITE + url)) is covered


@pytest.mark.parametrize(
    ("pattern", "url", "covered"),
    [
        ("https://example.org/a", "http://example.org/ab", True),
        ("https://example.org/a", "https://other.org/a", False),
        ("https://example.org", "https://example.org", True),
        ("https://example.org", "https://example.org?a", True),
        ("//EXAMPLE.org/a", "https://example.org/a", True),
        ("https://example.org:443/", "https://example.org/", True),
        ("https://example.org:8000/", "https://example.org/", False),
        ("https://*.example.org/", "https://cdn.example.org/a", True),
        ("https://*.example.org/", "https://example.org.evil.net/a", False),
        ("https://me@example.org/", "https://example.org/#f", True),
        ("/a", "/a/b", True),
    ],
)
def test_an_absolute_pattern_is_for_its_host(pattern: str, url: str, covered: bool) -> None:
    assert UrlPattern.of(pattern).covers(Target.of(url)) is covered


@given(st.text() | st.text("/*$a%2F:é"), st.text() | st.text("/*$a%2F:é"))
@settings(deadline=None, max_examples=300)
def test_no_pattern_and_no_url_raises(pattern: str, url: str) -> None:
    assert UrlPattern.of(pattern).covers(Target.of(url)) in (True, False)


@given(st.text("/a*", max_size=6), st.text("/a", max_size=8))
@settings(deadline=None, max_examples=300)
def test_it_agrees_with_a_slow_matcher(pattern: str, path: str) -> None:
    anchored = UrlPattern.of(f"/{pattern.lstrip('/')}$")
    assert anchored.covers(Target.of(f"{SITE}/{path}")) is slow(f"/{pattern.lstrip('/')}", f"/{path}")


def slow(pattern: str, path: str) -> bool:
    if not pattern:
        return not path
    if pattern[0] == "*":
        return slow(pattern[1:], path) or (bool(path) and slow(pattern, path[1:]))
    return path[:1] == pattern[0] and slow(pattern[1:], path[1:])


def test_a_pattern_of_asterisks_costs_little() -> None:
    assert not UrlPattern.of("/" + "*a" * 100_000).covers(Target.of(SITE + "/" + "a" * 2000))

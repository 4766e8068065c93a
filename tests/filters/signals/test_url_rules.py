import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.url_rules import UrlRule, UrlRules

SITE = "https://example.org"


def covers(pattern: str, url: str) -> bool:
    return covering((pattern,), url) == [pattern]


def covering(patterns: tuple[str, ...], url: str, *, denies: bool = True) -> list[str]:
    return UrlRules(UrlRule(pattern=each, denies=denies, says=each) for each in patterns).covering(url)


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
    assert covers(pattern, SITE + url) is covered


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
        ("https://*.example.org/", "https://other.org/x.example.org/", False),
        ("https://me@example.org/", "https://example.org/#f", True),
        ("https://example.org./a", "https://example.org/a", True),
        ("https://example.org/a", "https://example.org./a", True),
        ("https://m\u00fcller.example/a", "https://xn--mller-kva.example/a", True),
        ("https://*.m\u00fcller.example/", "https://cdn.xn--mller-kva.example/a", True),
        ("https://m\u00fc" + "l" * 70 + ".example/", "https://example.org/", False),
        ("https://[2001:db8::1]/a", "https://[2001:db8::1]/a", True),
        ("https://*$.org/", "https://example.org/", False),
        ("/a", "/a/b", True),
    ],
)
def test_an_absolute_pattern_is_for_its_host(pattern: str, url: str, covered: bool) -> None:
    assert covers(pattern, url) is covered


@given(st.text() | st.text("/*$a%2F:é"), st.text() | st.text("/*$a%2F:é"))
@settings(deadline=None, max_examples=300)
def test_no_pattern_and_no_url_raises(pattern: str, url: str) -> None:
    assert covers(pattern, url) in (True, False)


@given(st.text("/a*", max_size=6), st.text("/a", max_size=8))
@settings(deadline=None, max_examples=300)
def test_it_agrees_with_a_slow_matcher(pattern: str, path: str) -> None:
    assert covers(f"/{pattern.lstrip('/')}$", f"{SITE}/{path}") is slow(f"/{pattern.lstrip('/')}", f"/{path}")


@pytest.mark.parametrize(
    ("patterns", "url", "expected"),
    [
        (("/a/b", "/a", "/b", "/"), SITE + "/a/b", ["/a/b", "/a", "/"]),
        (("/", "/*", "/**", "*", "/$"), SITE + "/a", ["/", "/*", "/**", "*"]),
        (("/**", "/*", "/"), SITE + "/a", ["/**", "/*", "/"]),
        (("/a", "//example.org/a", "//example.net/a", "*a"), SITE + "/a", ["/a", "//example.org/a", "*a"]),
        (("/a", "/%61"), SITE + "/a", ["/a", "/%61"]),
        ((), SITE, []),
    ],
)
def test_all_that_cover_a_url_are_told_in_their_order(patterns: tuple[str, ...], url: str, expected: list[str]) -> None:
    assert covering(patterns, url) == expected


def slow(pattern: str, path: str) -> bool:
    if not pattern:
        return not path
    if pattern[0] == "*":
        return slow(pattern[1:], path) or (bool(path) and slow(pattern, path[1:]))
    return path[:1] == pattern[0] and slow(pattern[1:], path[1:])


def test_a_pattern_of_asterisks_costs_little() -> None:
    assert covers("/" + "*a" * 100_000, SITE + "/" + "a" * 2000), "beyond what is tried, a no covers more"
    assert covering(("/" + "*a" * 100_000,), SITE + "/" + "a" * 2000, denies=False) == []

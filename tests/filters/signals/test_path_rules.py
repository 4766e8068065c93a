import fnmatch
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.path_rules import MOST_PATH_OCTETS, MOST_WILD_OCTETS, PathRule, PathRules, paths_of


def matches(pattern: str, url: str) -> bool:
    return longest((pattern,), url) == (pattern,)


def longest(patterns: tuple[str, ...], url: str) -> tuple[str, ...]:
    rules = (PathRule(pattern=each.encode(), denies=True, says=each) for each in patterns)
    return PathRules(rules).longest(paths_of(url))


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://example.org/a?b#c", b"/a?b"),
        ("https://example.org", b"/"),
        ("https://example.org?b", b"/?b"),
        ("https://example.org#c", b"/"),
        ("https://user@example.org:8080//a", b"//a"),
        ("HTTP://example.org/a?u=https://example.net/b", b"/a?u=https://example.net/b"),
        ("/a?u=https://example.net/b", b"/a?u=https://example.net/b"),
        ("", b"/"),
        ("https://example.org/a\ud800", b"/a%ED%A0%80"),
    ],
)
def test_path_and_query_of_a_url_are_what_patterns_are_matched_with(url: str, path: bytes) -> None:
    assert paths_of(url) == (path,)


@pytest.mark.parametrize(  # the table of RFC 9309, 2.2.2: a rule's path, and URIs that it must match
    ("pattern", "url"),
    [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"),
        ("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar"),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https://foo.bar"),
        ("/foo/bar/\u30c4", "/foo/bar/%E3%83%84"),
        ("/foo/bar/\u30c4", "/foo/bar/\u30c4"),
        ("/foo/bar/%E3%83%84", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%e3%83%84", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
        ("/foo/bar/baz", "/foo/bar/%62%61%7a"),
        # 2.2.3: special characters that are meant as themselves
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html"),
        ("/path/foo-%24", "/path/foo-$"),
        ("/path/foo-$bar", "/path/foo-$bar"),
        ("/a%21b", "/a!b"),
        ("/a b", "/a%20b"),
        ("/100%", "/100%25"),
        ("/*/private", "/x?u=/private"),
        ("/*%2Fprivate", "/x?u=%2Fprivate"),
    ],
)
def test_equal_octets_match_however_they_are_spelt(pattern: str, url: str) -> None:
    assert matches(pattern, url)
    assert matches(pattern + "$", url)


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        ("/path/file-with-a-%2A.html", "/path/file-with-a-x.html"),
        ("/path/foo-%24", "/path/foo-"),
        ("/a/b", "/a%2Fb"),
        ("/a%2Fb", "/a/b"),
        ("/a%3Fb", "/a?b"),
        ("/A", "/a"),
        ("/%41", "/a"),
    ],
)
def test_other_octets_do_not_match(pattern: str, url: str) -> None:
    assert not matches(pattern, url)


@pytest.mark.parametrize(
    ("pattern", "hits", "misses"),
    [
        ("", ("/", "/a"), ()),
        ("/", ("/", "/a", "//"), ()),
        ("*", ("/", "/a"), ()),
        ("*$", ("/", "/a"), ()),
        ("$", (), ("/", "/a")),
        ("/$", ("/",), ("/a", "/?")),
        ("a", (), ("/a", "/")),
        ("/fish", ("/fish", "/fish.html", "/fishheads/yum", "/fish?id=1"), ("/Fish.asp", "/catfish", "/desert/fish")),
        ("/fish*", ("/fish", "/fish.html"), ("/Fish.asp", "/catfish")),
        ("/fish/", ("/fish/", "/fish/?id=1"), ("/fish", "/fish.html")),
        ("/*.php", ("/index.php", "/filename.php?p", "/folder/any.php.file/", "/a/filename.php/"), ("/", "/w.PHP")),
        ("/*.php$", ("/filename.php", "/folder/filename.php"), ("/filename.php?p", "/filename.php/", "/filename.php5")),
        ("/fish*.php", ("/fish.php", "/fishheads/catfish.php?p"), ("/Fish.PHP", "/fish.ph")),
        ("*.gif$", ("/a.gif", "/.gif"), ("/a.gif?", "/gif")),
        ("/a*a$", ("/aa", "/aba", "/aaa"), ("/a", "/ab")),
        ("/a**b", ("/ab", "/acb"), ("/a",)),
        ("/a*b*c$", ("/abc", "/abcbc", "/axbxc"), ("/acb", "/abcb")),
        ("/x$$", ("/x$", "/x%24"), ("/x", "/x$$")),
    ],
)
def test_asterisk_is_anything_and_a_last_dollar_the_end(
    pattern: str, hits: tuple[str, ...], misses: tuple[str, ...]
) -> None:
    assert [each for each in hits + misses if matches(pattern, each)] == list(hits)


@pytest.mark.parametrize(
    ("patterns", "url", "found"),
    [
        (("/a", "/ab", "/b"), "/abc", ("/ab",)),
        (("/a", "/a*"), "/a", ("/a*",)),
        (("/a*", "/a"), "/a", ("/a*",)),
        (("/abc", "/*c"), "/abc", ("/abc",)),
        (("/a", "/*c"), "/abc", ("/*c",)),
        (("/a$", "/a"), "/a", ("/a$",)),
        (("/a*", "/*b", "/ab"), "/ab", ("/ab", "/a*", "/*b")),
        (("/*a*b*", "/*b"), "/ab", ("/*a*b*",)),
        (("/%61%62", "/a"), "/ab", ("/%61%62",)),
        (("", "/"), "/x", ("/",)),
        ((), "/x", ()),
    ],
)
def test_most_octets_win_and_equals_are_all_returned(
    patterns: tuple[str, ...], url: str, found: tuple[str, ...]
) -> None:
    assert sorted(longest(patterns, url)) == sorted(found)


def test_kinds_are_only_matched_as_a_whole() -> None:
    rules = PathRules(PathRule(pattern=each, denies=True, says=each) for each in (b".jpg$", b".jp", b"*g"))
    assert rules.longest((), kinds=(b".jpg", b".png")) == (b".jpg$",)


def too_many(*, denies: bool, start: str = "") -> list[PathRule[str]]:
    filler = [
        PathRule(pattern=b"/*" + b"x" * 1022, denies=denies, says="filler") for _ in range(MOST_WILD_OCTETS >> 10)
    ]
    return [*filler, PathRule(pattern=f"{start}*needle".encode(), denies=denies, says="needle")]


@pytest.mark.parametrize(
    ("denies", "url", "found"),
    [
        (True, "/a/needle", ("needle",)),
        (True, "/a/other", ("needle",)),
        (True, "/b/needle", ()),
        (False, "/a/needle", ()),
    ],
)
def test_beyond_the_limit_a_no_covers_more_and_a_yes_nothing(denies: bool, url: str, found: tuple[str, ...]) -> None:
    assert PathRules(too_many(denies=denies, start="/a/")).longest(paths_of(url)) == found


def test_one_giant_pattern_leaves_room_for_the_others() -> None:
    giant = PathRule(pattern=b"/*" + b"x" * MOST_WILD_OCTETS, denies=False, says="giant")
    rules = PathRules([giant, PathRule(pattern=b"/*needle", denies=False, says="needle")])
    assert rules.longest(paths_of("/a/needle")) == ("needle",)


@pytest.mark.parametrize(("denies", "found"), [(True, ("needle",)), (False, ())])
def test_too_long_a_path_is_matched_by_what_denies_only(denies: bool, found: tuple[str, ...]) -> None:
    rules = PathRules([PathRule(pattern=b"/a*needle", denies=denies, says="needle")])
    assert rules.longest(paths_of("/a" + "b" * MOST_PATH_OCTETS)) == found
    assert rules.longest(paths_of("/b" + "b" * MOST_PATH_OCTETS)) == ()


@settings(deadline=None, max_examples=300)
@given(st.text("ab/*", max_size=8), st.booleans(), st.text("ab/", max_size=10))
def test_matching_is_that_of_the_standard_glob(pattern: str, anchored: bool, path: str) -> None:
    expected = re.match(fnmatch.translate("/" + pattern + ("" if anchored else "*")), "/" + path) is not None
    assert matches("/" + pattern + "$" * anchored, "/" + path) is expected

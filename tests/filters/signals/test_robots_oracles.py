"""Hold our robots.txt against Protego and Google's parser.

They are asked alike where RFC 9309 leaves no doubt and all three claim to follow it: groups that name crawlers by
tokens of letters, none of which begins another; nothing but rules, empty lines, comments and Sitemap lines; paths
without reserved characters but `/`, with `*`, and `$` at the end; octets beyond ASCII encoded in the URL.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protego import Protego
from robotstxt import RobotsMatcher

from filters.signals.robots import RobotsTxt

HOST = "https://site.example"
AGENTS = ("alpha", "beta", "gamma")

_name = st.sampled_from((*AGENTS[:2], "Alpha", "BETA", "*", "delta"))
_pattern = st.tuples(
    st.sampled_from(("/", "*", "/*")),
    st.lists(st.sampled_from(("a", "b", "/", "*", ".c", "%C3%A9", "%c3%a9", "\u00e9")), max_size=5).map("".join),
    st.sampled_from(("", "", "$")),
).map("".join)
_rule = st.one_of(
    st.tuples(
        st.sampled_from(("Allow", "allow", "Disallow", "DISALLOW", "dissallow", "disalow")),
        st.one_of(_pattern, st.just("")),
    ),
    st.tuples(st.just("Sitemap"), st.just(f"{HOST}/map.xml")),
)
_between = st.sampled_from((":", ": ", " : ", ":\t"))
_after = st.sampled_from(("", "", " ", " # a comment", "\t#"))
_blank = st.sampled_from(("", "", "\n", "\n# a comment: /\n"))
_path = st.lists(st.sampled_from(("a", "b", "/", ".c", "%C3%A9")), max_size=6).map(lambda each: "/" + "".join(each))


@st.composite
def texts(draw: st.DrawFn) -> str:
    lines: list[tuple[str, str]] = draw(st.lists(_rule, max_size=1))
    for names, rules in draw(st.lists(st.tuples(st.lists(_name, min_size=1, max_size=3), st.lists(_rule, max_size=5)))):
        key = draw(st.sampled_from(("User-agent", "user-agent", "Useragent")))
        lines += [(key, name) for name in names]
        lines += rules
    end = draw(st.sampled_from(("\n", "\r\n", "\r")))
    written = (draw(_blank) + key + draw(_between) + value + draw(_after) for key, value in lines)
    return "\n".join(written).replace("\n", end)


def ours(text: str, agent: str, url: str) -> bool:
    return RobotsTxt.read(text.encode()).decide(url, agent).allowed


def protego(text: str, agent: str, url: str) -> bool:
    return Protego.parse(text).can_fetch(url, agent)


def google(text: str, agent: str, url: str) -> bool:
    with RobotsMatcher() as matcher:
        return bool(matcher.is_allowed(text, agent, url))


@settings(deadline=None, max_examples=150)
@given(texts(), st.lists(_path, min_size=1, max_size=4))
def test_all_three_agree_on_what_rfc_9309_leaves_no_doubt_of(text: str, paths: list[str]) -> None:
    for agent in AGENTS:
        for url in (HOST + each for each in paths):
            assert ours(text, agent, url) == protego(text, agent, url) == google(text, agent, url)


ALL = "User-agent: *\nDisallow: "
NONE = "\nDisallow: /"


@pytest.mark.parametrize(
    ("text", "path", "answers", "why"),
    [
        (f"{ALL}/", "/robots.txt", (True, True, False), "2.2.2: /robots.txt is implicitly allowed"),
        (f"User-agent: *alpha{NONE}", "/x", (True, False, True), "2.2.1: a token has no asterisk"),
        (f"User-agent: alpha/1.0{NONE}", "/x", (False, True, False), "2.2.1: the product token is without a version"),
        (
            f"User-agent: * all{NONE}",
            "/x",
            (False, True, False),
            "a slip that Google's parser understands, and means us",
        ),
        (
            f"User-agent: alpha\nContent-Signal: ai-train=no\nUser-agent: beta{NONE}",
            "/x",
            (False, True, False),
            "2.2.4: other records must not interfere with the groups",
        ),
        (
            f"User-agent: alpha\nCrawl-delay: 1\nUser-agent: beta{NONE}",
            "/x",
            (False, True, False),
            "2.2.4: other records must not interfere with the groups",
        ),
        (f"\ufeffUser-agent: *{NONE}", "/x", (False, True, False), "a byte order mark is not part of the text"),
        (f"User-agent: *\nAllow: /x\u2028{NONE[1:]}", "/y", (True, False, True), "2.2: a line ends at CR or LF only"),
        (f"User-agent: *\nAllow: /x\x0b{NONE[1:]}", "/y", (True, False, True), "2.2: a line ends at CR or LF only"),
        ("User-agent: *\nDisallowed: /", "/x", (True, True, False), "2.2: this is another record, however it begins"),
        ("User-agent: *\nDisallow /a:b", "/a:b", (True, False, True), "2.2: without a colon it is no rule"),
        (f"{ALL}/a/\nAllow: /a/index.html", "/a/", (False, True, True), "2.2.2: a rule matches its own octets only"),
        (f"{ALL}/\nAllow: /a%2Fb", "/a/b", (False, False, True), "2.2.2: a reserved octet that is encoded stays so"),
        (f"{ALL}/?", "/?", (False, False, True), "2.2.2: the rule's octets are all there"),
        (f"{ALL}/b?c=https://foo.bar", "/b?c=https%3A%2F%2Ffoo.bar", (False, True, False), "2.2.2: its own table"),
        (f"{ALL}/b?c=https%3A%2F%2Ffoo.bar", "/b?c=https://foo.bar", (False, True, False), "2.2.2: its own table"),
    ],
)
def test_where_they_differ_ours_is_as_the_rfc_says(
    text: str, path: str, answers: tuple[bool, bool, bool], why: str
) -> None:
    asked = (text, "alpha", HOST + path)
    assert (ours(*asked), protego(*asked), google(*asked)) == answers, why


@pytest.mark.parametrize(
    ("text", "agent", "answers", "why"),
    [
        (f"User-agent: alpha{NONE}", "alpha-image", (True, False, True), "2.2.1: a token is compared as a whole"),
        (f"User-agent: Mozilla{NONE}", "Mozilla/5.0 (alpha)", (True, False, True), "2.2.1: we are asked by our token"),
        (
            f"User-agent: img2dataset{NONE}",
            "img2dataset",
            (False, False, True),
            "a digit does not end the token's name",
        ),
    ],
)
def test_where_they_differ_on_who_is_meant(text: str, agent: str, answers: tuple[bool, bool, bool], why: str) -> None:
    asked = (text, agent, f"{HOST}/x")
    assert (ours(*asked), protego(*asked), google(*asked)) == answers, why


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("/foo-%24", "/foo-$"),
        ("/foo-%2A.html", "/foo-*.html"),
        ("/a$b", "/a$b"),
        ("/a$b", "/a%24b"),
        ("/baz", "/%62%61%7A"),
        ("/%62%61%7A", "/baz"),
        ("/\u00e9", "/\u00e9"),
        ("/%C3%A9", "/%c3%a9"),
        ("/a b", "/a%20b"),
        ("/a;b", "/a;b"),
        ("/%21", "/!"),
        ("/a=b", "/a%3Db"),
        ("/a%7eb", "/a~b"),
        ("//a", "//a"),
        ("*$", "/x"),
        ("/x$$", "/x$"),
        ("/x#y", "/x"),
    ],
)
def test_all_three_agree_on_these_spellings(rule: str, path: str) -> None:
    asked = (ALL + rule, "alpha", HOST + path)
    assert (ours(*asked), protego(*asked), google(*asked)) == (False, False, False)


@pytest.mark.parametrize(
    "text",
    [
        "Disallow: /",
        f"{ALL}x",
        f"{ALL}{HOST}/x",
        f"{ALL}$",
        f"{ALL}/\nUser-agent: alpha",
        "User-agent: alpha\nDisallow:\nUser-agent: *\nDisallow: /",
        "User-agent: alpha\nDisallow: /y\nUser-agent: *\nDisallow: /",
        f"User-agent:{NONE}",
    ],
)
def test_all_three_agree_that_these_allow(text: str) -> None:
    asked = (text, "alpha", f"{HOST}/x")
    assert (ours(*asked), protego(*asked), google(*asked)) == (True, True, True)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.robots import MOST_DELAY_S, Decided, RobotsTxt
from filters.signals.signal import Protocol, Saying, Says

HOST = "https://site.example"
RFC_EXAMPLE = """User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""


def robots(text: str) -> RobotsTxt:
    return RobotsTxt.read(text.encode())


def allows(text: str, path: str, agent: str = "Altsieve") -> bool:
    return robots(text).decide(HOST + path, agent).allowed


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("Altsieve", "/a.gif", False),
        ("Altsieve", "/a.gif?b", True),
        ("Altsieve", "/example/", False),
        ("Altsieve", "/publications/a", True),
        ("Altsieve", "/publications/a.gif", True),
        ("Altsieve", "/other", True),
        ("foobot", "/other", False),
        ("FooBot", "/example/page.html", True),
        ("foobot", "/example/allowed.gif", True),
        ("foobot", "/example/other.gif", False),
        ("barbot", "/example/page.html", False),
        ("bazbot", "/example/page.html", False),
        ("bazbot", "/a.gif", True),
        ("quxbot", "/example/page.html", True),
        ("foobot-news", "/publications/", True),
        ("foo", "/example/page.html", False),
    ],
)
def test_example_of_rfc_9309(agent: str, path: str, allowed: bool) -> None:
    assert allows(RFC_EXAMPLE, path, agent) is allowed


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Allow: /example/page/\nDisallow: /example/page/disallowed.gif", "/example/page/disallowed.gif", False),
        ("Allow: /example/page/\nDisallow: /example/page/disallowed.gif", "/example/page/allowed.gif", True),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Allow: /a\nDisallow: /a", "/a", True),
        ("Disallow: /\nAllow: /$", "/", True),
        ("Disallow: /\nAllow: /$", "/a", False),
        ("Disallow: /a\nAllow: /a/b", "/a/c", False),
        ("Disallow: /*.jpg\nAllow: /page", "/page.jpg", False),
        ("Disallow:", "/a", True),
        ("Disallow: /\nDisallow:", "/a", False),
        ("Allow:\nDisallow: /", "/a", False),
        ("Disallow: /", "/robots.txt", True),
        ("Disallow: /robots.txt", "/robots.txt", True),
        ("Disallow: /", "/robots.txt?a", False),
        ("Disallow: /", "/a/robots.txt", False),
        ("Disallow: /", "", False),
        ("Disallow: /", "?a", False),
        ("", "/a", True),
    ],
)
def test_longest_rule_counts_and_allow_of_equals(rules: str, path: str, allowed: bool) -> None:
    assert allows(f"User-agent: *\n{rules}", path) is allowed


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("User-agent: Altsieve\nDisallow: /", False),
        ("User-agent: ALTSIEVE/0.1\nDisallow: /", False),
        ("User-agent: Altsieve-Image\nDisallow: /", True),
        ("User-agent: Alt\nDisallow: /", True),
        ("User-agent: Altsieve2\nDisallow: /", True),
        ("User-agent: Mozilla/5.0 (compatible; Altsieve)\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\nUser-agent: Altsieve\nAllow: /", True),
        ("User-agent: *\nDisallow: /\nUser-agent: Altsieve\nDisallow: /b", True),
        ("User-agent: *\nDisallow: /\nUser-agent: Altsieve", True),
        ("User-agent: Altsieve\nAllow: /a\nUser-agent: x\nAllow: /\nUser-agent: altsieve\nDisallow: /", False),
        ("User-agent: *\nContent-Signal: ai-train=no\nUser-agent: x\nDisallow: /", False),
        ("Disallow: /", True),
        ("<html><body>Error 503</body></html>", True),
    ],
)
def test_group_is_that_of_the_whole_token_else_that_of_everybody(text: str, allowed: bool) -> None:
    assert allows(text, "/x") is allowed


def test_decision_names_its_rule_and_its_line() -> None:
    read = robots("User-agent: *\n\nDisallow : /p%C3%A9*x # no\nAllow: /a")
    assert read.decide(f"{HOST}/p\u00e9/x", "Altsieve") == Decided(allowed=False, rule="Disallow: /p%C3%A9*x", line=3)
    assert read.decide(f"{HOST}/a", "Altsieve") == Decided(allowed=True, rule="Allow: /a", line=4)
    assert read.decide(f"{HOST}/b", "Altsieve") == Decided(allowed=True, rule=None, line=None)


def test_rule_that_is_no_utf_8_is_still_a_rule() -> None:
    decided = RobotsTxt.read(b"User-agent: *\nDisallow: /\xe9").decide(f"{HOST}/%E9", "Altsieve")
    assert decided == Decided(allowed=False, rule="Disallow: /\ufffd", line=2)


def test_long_rules_are_cut_for_the_record() -> None:
    rule = robots(f"User-agent: *\nDisallow: /{'a' * 9000}").decide(f"{HOST}/{'a' * 9000}", "Altsieve").rule
    assert rule is not None
    assert len(rule) == 500


TOKENS = ("CCBot", "GPTBot", "*", "img2dataset")


@pytest.mark.parametrize(
    ("text", "path", "found_in"),
    [
        ("User-agent: GPTBot\nDisallow: /", "/a", "line 2, group of GPTBot"),
        ("User-agent: gptbot\nUser-agent: CCBOT\nDisallow: /", "/a", "line 3, group of CCBot"),
        ("User-agent: img2dataset\nDisallow: /a", "/a", "line 2, group of img2dataset"),
        ("User-agent: img2dataset\nDisallow: /a", "/b", None),
        ("User-agent: img\nDisallow: /a", "/a", None),
        ("User-agent: GPTBot\nAllow: /", "/a", None),
        ("User-agent: GPTBot\nDisallow: /\nAllow: /a", "/a", None),
        ("User-agent: GPTBot\nDisallow:", "/a", None),
        ("User-agent: GPTBot\nDisallow: /", "/robots.txt", None),
        ("User-agent: *\nDisallow: /", "/a", None),
        ("User-agent: *\nDisallow: /\nUser-agent: GPTBot\nAllow: /", "/a", None),
        ("User-agent: Altsieve\nDisallow: /", "/a", None),
        ("", "/a", None),
    ],
)
def test_only_a_group_that_names_a_crawler_of_ai_speaks_of_use(text: str, path: str, found_in: str | None) -> None:
    said = robots(text).decide_as(HOST + path, TOKENS)
    assert (None if said is None else said.found_in) == found_in


def test_no_to_a_crawler_of_ai_is_a_no_to_use() -> None:
    assert robots("User-agent: GPTBot\nDisallow: /art/").decide_as(f"{HOST}/art/1.jpg", TOKENS) == Saying(
        protocol=Protocol.AI_TOKENS, says=Says.DENY, found_in="line 2, group of GPTBot", raw="Disallow: /art/"
    )


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10.0),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nCrawl-delay: .5", 0.5),
        ("User-agent: *\nCrawl-delay: 5.", 5.0),
        ("User-agent: *\ncrawl-delay:0", 0.0),
        ("User-agent: *\nCrawl-delay: 1\nCrawl-delay: 3\nCrawl-delay: 2", 3.0),
        ("User-agent: *\nCrawl-delay: 1\nUser-agent: Altsieve\nDisallow:\nCrawl-delay: 7", 7.0),
        ("User-agent: *\nCrawl-delay: 1\nDisallow:\nUser-agent: Altsieve\nDisallow:", None),
        ("User-agent: other\nCrawl-delay: 1", None),
        ("Crawl-delay: 1\nUser-agent: *\nDisallow:", None),
        ("User-agent: *\nCrawl-delay: 1e3", None),
        ("User-agent: *\nCrawl-delay: -1", None),
        ("User-agent: *\nCrawl-delay: nan", None),
        ("User-agent: *\nCrawl-delay: inf", None),
        ("User-agent: *\nCrawl-delay: 1_0", None),
        ("User-agent: *\nCrawl-delay: \u0661", None),
        ("User-agent: *\nCrawl-delay: ten", None),
        ("User-agent: *\nCrawl-delay:", None),
        ("User-agent: *\nCrawl-delay: " + "9" * 5000, MOST_DELAY_S),
    ],
)
def test_crawl_delay_is_the_longest_of_the_group(text: str, delay_s: float | None) -> None:
    assert robots(text).crawl_delay("Altsieve") == delay_s


@pytest.mark.parametrize(
    ("text", "licences"),
    [
        ("License: https://a.example/l.xml", ("https://a.example/l.xml",)),
        ("License: https://a.example/1\nLicense: https://a.example/2\nLicense: https://a.example/1", ("/1", "/2")),
        ("License: https://a.example/1\nUser-agent: *\nDisallow:", ("/1",)),
        ("License: https://a.example/1\nUser-agent: *\nLicense: https://a.example/2", ("/2",)),
        ("License: https://a.example/1\nUser-agent: other\nLicense: https://a.example/2", ("/1",)),
        ("User-agent: Altsieve\nDisallow:\nUser-agent: *\nLicense: https://a.example/2", ()),
        ("User-agent: *\nDisallow:\n\nLicense: https://a.example/2", ("/2",)),
        ("License: https://a.example/1\nUser-agent: *\nLicense: /2", ("/1",)),
        ("License: HTTP://a.example/1", ("HTTP://a.example/1",)),
        ("License: /l.xml", ()),
        ("License: CC-BY-4.0", ()),
        ("License: ftp://a.example/l.xml", ()),
        ("License: https://", ()),
        ("License:", ()),
    ],
)
def test_licences_of_the_group_replace_those_before_any(text: str, licences: tuple[str, ...]) -> None:
    named = tuple(f"https://a.example{each}" if each.startswith("/") else each for each in licences)
    assert robots(text).licences("Altsieve") == named


def test_sitemaps_are_read_wherever_they_stand() -> None:
    text = (
        "Sitemap: https://a.example/1\nUser-agent: a\nsite-map:/2\nDisallow: /\nSITEMAP: https://a.example/1\nSitemap:"
    )
    assert robots(text).sitemaps == ("https://a.example/1", "/2")
    assert robots("User-agent: a\nSitemap: /1\nUser-agent: b\nDisallow: /").decide(f"{HOST}/x", "a").allowed is False


def test_many_agents_with_many_shared_rules_are_answered_no_not_looked_through() -> None:
    shared = "".join(f"User-agent: a{each}\n" for each in range(50)) + "Disallow: /x\nAllow: /y\n" * 5000
    own = "".join(f"User-agent: a{each}\nDisallow: /{each}\n" for each in range(50))
    read = robots(shared + own)
    decided = [read.decide(f"{HOST}/y", f"a{each}") for each in range(50)]
    assert [each.allowed for each in decided] == [True] * 2 + [False] * 48
    assert decided[-1].rule == "Disallow: / # too many overlapping groups"


def test_agents_of_the_same_groups_share_their_rules() -> None:
    read = robots("".join(f"User-agent: a{each}\n" for each in range(50)) + "Disallow: /x\nAllow: /y\n" * 5000)
    assert all(read.decide(f"{HOST}/y", f"a{each}").allowed for each in range(50))


def test_prepared_agents_are_answered_alike() -> None:
    text = "User-agent: GPTBot\nDisallow: /\nUser-agent: *\nDisallow: /$\nContent-Usage: train-ai=n"
    read = RobotsTxt.read(text.encode(), agent="Altsieve", tokens=("GPTBot", "CCBot"))
    assert not read.decide(HOST, "Altsieve").allowed
    assert [each.says for each in read.usage(f"{HOST}/a", "Altsieve")] == [Says.DENY]
    assert read.decide_as(f"{HOST}/a", ("CCBot", "GPTBot")) == robots(text).decide_as(f"{HOST}/a", ("CCBot", "GPTBot"))


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(
        st.binary(),
        st.lists(
            st.tuples(
                st.sampled_from(["user-agent", "allow", "disallow", "crawl-delay", "license", "content-usage", "x"]),
                st.one_of(st.binary(max_size=12), st.sampled_from([b"*", b"Altsieve", b"/*a*$", b"train-ai=n"])),
            )
        ).map(lambda lines: b"\n".join(key.encode() + b":" + value for key, value in lines)),
    ),
    st.text(),
)
def test_no_bytes_and_no_url_make_it_raise(body: bytes, url: str) -> None:
    read = RobotsTxt.read(body)
    for address in (url, HOST + "/" + url):
        read.decide(address, "Altsieve")
        read.decide_as(address, TOKENS)
        read.usage(address, "Altsieve")
    assert read.crawl_delay("Altsieve") is None or read.crawl_delay("Altsieve") != float("inf")
    assert all(each.lower().startswith("http") for each in read.licences("Altsieve"))

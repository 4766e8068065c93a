"""A robots.txt costs the crawl little whatever is in it, and says no where it would cost more."""

import asyncio
from pathlib import Path
from unittest.mock import Mock

import pytest
from protego import Protego
from scrapy import Request
from scrapy.robotstxt import RobotParser
from scrapy.utils.test import get_crawler
from twisted.internet.defer import Deferred, succeed

from crawler import robots_gate
from crawler.robots_gate import MAX_BYTES, MAX_RULES, BoundedParser, RobotsGate, rules_at_most
from tests.crawler.crawls import Place
from tests.mock_site import HOSTS, Reply, page, picture, serving

PAGE = "http://a.example/page"


def allowed(body: str, path: str = "/page") -> bool:
    return BoundedParser(body.encode(), None).allowed(f"http://a.example{path}", "Altsieve")


def agents(number: int) -> str:
    return "".join(f"User-agent: bot-{each}\n" for each in range(number))


def rules(number: int, pattern: str = "/{}") -> str:
    return "".join(f"Disallow: {pattern.format(each)}\n" for each in range(number))


@pytest.mark.parametrize(
    "body",
    [
        agents(1000) + rules(1000),
        agents(1000) * 2,
        "# a\n" + agents(300).replace("User-agent: ", "  USERAGENT ") + rules(300),
        "".join(f"User-agent: {each}\nno rule\n" for each in range(300)) + rules(300),
        "User-agent: bot\n" + rules(6000, "/{}$"),
        "a\n" * 60_000,
    ],
)
def test_what_would_take_long_allows_nothing(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parse = Mock(wraps=Protego.parse)
    monkeypatch.setattr(Protego, "parse", parse)
    assert not allowed(body)
    parse.assert_called_once_with("User-agent: *\nDisallow: /")


def test_the_crawl_reads_no_such_robots_txt_either(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        web.answers[HOSTS[1], "/robots.txt"] = Reply(
            body=(agents(400) + rules(400)).encode(), content_type="text/plain"
        )
        crawl = place.crawl(web.url(page(web.url(picture("lighthouse"), host=1), picture("kite"))))
    assert crawl.counts() == {"stored": 1, "refused": {"consent.robots": 1}, "unsure": {}, "failed": {}}


def test_large_ones_of_honest_sites_are_read() -> None:
    groups = "".join(f"User-agent: bot-{each}\n{rules(100)}\n" for each in range(60))
    for body in (groups, agents(150) + rules(150), "User-agent: *\n" + rules(20_000)):
        assert allowed(body, "/page")
        assert not allowed(body + "\nUser-agent: Altsieve\nDisallow: /page", "/page")


def test_no_more_is_counted_than_there_is() -> None:
    assert rules_at_most(["User-agent: a", "User-agent: b", "Allow: /", "", "# no", "User-agent: c", "Allow: /"]) == 7
    assert rules_at_most((agents(1000) + rules(1000)).splitlines()) > MAX_RULES


def test_what_is_beyond_the_greatest_size_is_not_read_nor_half_a_rule() -> None:
    start = "User-agent: *\nDisallow: /private/\n#"
    cut = (
        start
        + "a" * (MAX_BYTES - len(start) - len("\nDisallow: /pa"))
        + "\nDisallow: /page-of-another\nDisallow: /late"
    )
    assert not allowed(cut, "/private/")
    assert allowed(cut, "/page")
    assert allowed(cut, "/late")


def test_only_so_many_hosts_are_remembered_and_those_asked_for_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots_gate, "MAX_PARSERS", 3)
    gate = RobotsGate(get_crawler(settings_dict={"ROBOTSTXT_OBEY": True}))
    known: dict[str, RobotParser | Deferred[RobotParser | None] | None] = gate._parsers
    known["under-way.example"] = Deferred()
    for host in ("a.example", "b.example", "c.example"):
        known[host] = BoundedParser(b"", None)
    asyncio.run(gate.robot_parser(Request(PAGE)))
    assert list(known) == ["under-way.example", "c.example", "a.example"]


def test_what_is_being_read_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots_gate, "MAX_PARSERS", 0)
    gate = RobotsGate(get_crawler(settings_dict={"ROBOTSTXT_OBEY": True}))
    arrived: Deferred[RobotParser | None] = succeed(None)
    gate._parsers["a.example"] = arrived
    asyncio.run(gate.robot_parser(Request(PAGE)))
    assert gate._parsers == {"a.example": arrived}

"""Every case of docs/consent.md, read by the parsers that the crawl uses."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from crawler.extract import extract
from filters.measure.xmp import read_xmp
from filters.signals.ai_txt import AiTxt
from filters.signals.c2pa import read_training_mining
from filters.signals.headers import read_headers
from filters.signals.page import read_statements
from filters.signals.robots import RobotsTxt
from filters.signals.rsl import read_rsl
from filters.signals.signal import Protocol, Saying, Says
from filters.signals.tdmrep import TdmRep
from settings.base import AI_TOKENS

CASES: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[2] / "cases" / "consent-signals.json").read_text()
)
URL = "https://example.org/pictures/fox.jpg"
AGENT = "Altsieve"


def by_robots_txt(text: str) -> Iterable[Saying | None]:
    robots = RobotsTxt.read(text.encode())
    decided = robots.decide(URL, AGENT)
    says = Says.UNKNOWN if decided.allowed else Says.DENY
    yield Saying(protocol=Protocol.ROBOTS, says=says, found_in="robots.txt", raw=decided.rule or "")
    yield robots.decide_as(URL, AI_TOKENS)
    yield from robots.usage(URL, AGENT)


def by_headers(text: str) -> Iterable[Saying | None]:
    lines = (line.split(": ", 1) for line in text.splitlines())
    return read_headers([(name, value) for name, value in lines], AGENT)


def by_page(text: str) -> Iterable[Saying | None]:
    return read_statements(extract(text.encode(), url=URL).statements, URL, AGENT)


def by_ai_txt(text: str) -> Iterable[Saying | None]:
    ai_txt = AiTxt.read(text.encode())
    return () if ai_txt is None else (ai_txt.says(URL),)


def by_rsl(text: str) -> Iterable[Saying | None]:
    rsl = read_rsl(text.encode(), "https://example.org/rsl.xml")
    assert rsl is not None
    return (rsl.says(URL),)


def by_tdmrep(text: str) -> Iterable[Saying | None]:
    rules = TdmRep.read(text.encode())
    assert rules is not None
    return (rules.says(URL),)


READ_BY: dict[str, Callable[[str], Iterable[Saying | None]]] = {
    "robots.txt": by_robots_txt,
    "headers": by_headers,
    "page": by_page,
    "tdmrep.json": by_tdmrep,
    "ai.txt": by_ai_txt,
    "rsl": by_rsl,
    "xmp": lambda text: read_xmp(text.encode(), "xmp").sayings,
    "assertion": lambda text: (read_training_mining(b"json", text.encode(), "assertion"),),
}


@pytest.mark.parametrize(
    ("protocol", "case"),
    [pytest.param(protocol, each, id=f"{protocol}: {each['case']}") for protocol in CASES for each in CASES[protocol]],
)
def test_a_case_says_what_the_docs_say(protocol: str, case: dict[str, Any]) -> None:
    sayings = READ_BY[case["place"]]("\n".join(case["text"]))
    said = {each.says for each in sayings if each is not None and each.protocol.value == protocol}
    strictest = next((each for each in (Says.DENY, Says.ALLOW, Says.UNKNOWN) if each in said), None)
    assert (None if strictest is None else strictest.value) == case["says"]


@pytest.mark.parametrize("protocol", Protocol)
def test_every_protocol_has_a_no_and_a_near_miss(protocol: Protocol) -> None:
    cases = CASES[protocol.value]
    assert any(each["says"] == "deny" for each in cases)
    assert any(each["says"] != "deny" and each["case"].startswith("near miss: ") for each in cases)

"""Count calls while a robots.txt is read and asked: a count, unlike a time, is the same on every machine."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from filters.signals.ai_txt import AiTxt
from filters.signals.path_rules import MOST_WILD_OCTETS
from filters.signals.robots import RobotsTxt
from filters.signals.robots_lines import MOST_BYTES

URL = "https://site.example/" + "a" * 2000


def calls(work: Callable[[], object]) -> int:
    """Return how many functions are called, those written in C too."""
    count = 0

    def called(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def everything(body: bytes) -> None:
    read = RobotsTxt.read(body)
    read.decide(URL, "Altsieve")
    read.decide_as(URL, ("CCBot", "GPTBot"))
    read.usage(URL, "Altsieve")
    read.crawl_delay("Altsieve")
    read.licences("Altsieve")
    text = AiTxt.read(body)
    if text is not None:
        text.says(URL)


HOSTILE: dict[str, Callable[[int], bytes]] = {
    "rules": lambda n: b"User-agent: *\n" + b"".join(b"Disallow: /%d\n" % each for each in range(n)),
    "equal rules": lambda n: b"User-agent: *\n" + b"Disallow: /\n" * n,
    "wild rules": lambda n: b"User-agent: *\n" + b"".join(b"Disallow: /*%d*b$\n" % each for each in range(n)),
    "agents": lambda n: b"".join(b"User-agent: a%d\n" % each for each in range(n)) + b"Disallow: /\n",
    "agents and rules": lambda n: b"User-agent: *\n" * n + b"Disallow: /a\n" * n,
    "agents with many rules": lambda n: (
        b"".join(b"User-agent: a%d\n" % each for each in range(n))
        + b"".join(b"Allow: /%d\n" % each for each in range(n))
    ),
    "groups of one agent": lambda n: b"User-agent: *\nDisallow: /a\n" * n,
    "asterisks": lambda n: b"User-agent: *\nDisallow: /" + b"*" * n,
    "asterisks between letters": lambda n: b"User-agent: *\nDisallow: /" + b"*a" * n + b"b",
    "one long line": lambda n: b"User-agent: *\nDisallow: /" + b"a" * n,
    "one long number": lambda n: b"User-agent: *\nCrawl-delay: " + b"1" * n + b"x",
    "half a line": lambda n: b"a" * MOST_BYTES + b"b" * n,
    "white space": lambda n: b"User-agent: *\nDisallow" + b" " * n + b"x",
    "percent signs": lambda n: b"User-agent: *\nDisallow: /" + b"%" * n,
    "preferences": lambda n: b"User-agent: *\n" + b"Content-Usage: /a train-ai=n\n" * n,
    "long preferences": lambda n: b"User-agent: *\nContent-Usage: " + b"a=n, " * n,
    "signals": lambda n: b"User-agent: *\nContent-Signal: " + b"ai-train= " * n,
    "licences": lambda n: b"".join(b"License: https://a.example/%d\n" % each for each in range(n)),
    "empty lines": lambda n: b"\n" * n,
    "byte order marks": lambda n: b"\xef\xbb\xbf" * n,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_text_costs_at_most_twice_the_calls(body: Callable[[int], bytes]) -> None:
    def cost(size: int) -> int:
        text = body(size)
        return calls(lambda: everything(text))

    everything(body(10))  # what is only done the first time
    assert cost(400) <= 2.2 * cost(200)
    assert cost(800) <= 2.2 * cost(400)


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_question_costs_three_calls_for_each_octet_of_the_limit_at_most(body: Callable[[int], bytes]) -> None:
    read = RobotsTxt.read(body(MOST_BYTES // 10))
    read.decide(URL, "Altsieve")
    assert calls(lambda: read.decide(URL, "Altsieve")) <= 3 * MOST_WILD_OCTETS


def test_question_does_not_try_every_plain_rule() -> None:
    few, many = (RobotsTxt.read(HOSTILE["rules"](n)) for n in (100, 10_000))
    for read in (few, many):
        read.decide(URL, "Altsieve")
    assert calls(lambda: many.decide(URL, "Altsieve")) <= calls(lambda: few.decide(URL, "Altsieve")) + 10


def test_first_question_of_a_prepared_agent_costs_no_more_than_the_next() -> None:
    body = HOSTILE["rules"](2000) + b"Content-Usage: train-ai=n\nUser-agent: GPTBot\n" + b"Disallow: /b\n" * 2000
    read = RobotsTxt.read(body, agent="Altsieve", tokens=("GPTBot",))
    for question in (lambda: read.usage(URL, "Altsieve"), lambda: read.decide_as(URL, ("GPTBot",))):
        assert calls(question) == calls(question)


def test_many_endings_of_a_url_do_not_try_every_rule() -> None:
    text = AiTxt.read(HOSTILE["wild rules"](2000))
    assert text is not None
    plain, dotted = ("https://site.example/" + each * 1000 for each in ("ab", ".a"))
    text.says(plain)
    assert calls(lambda: text.says(dotted)) <= calls(lambda: text.says(plain)) + 4000

"""What a host says of an address is asked of its own robots.txt and the documents beside it, each only if it counts."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from crawler.consent_documents import ConsentDocuments
from crawler.gates import HostGivenUp
from crawler.origins import ASKED_AHEAD, MOST_LICENCES, HostSays, Origins, origin_of
from crawler.own_requests import Answer, NoAnswer
from crawler.readings import NoRoom
from filters.signals.signal import Protocol, Says, Scope, Signal

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOST = "http://pictures.example"
KITE = f"{HOST}/kite.jpg"
MISSING = Answer(status=404, body=b"")
BUSY = Answer(status=503, body=b"User-agent: *\nAllow: /\n")
PROTOCOLS = tuple(map(str, Protocol))
NO_TRAINING = (
    b'<rsl xmlns="https://rslstandard.org/rsl"><content url="/"><license>'
    b'<prohibits type="usage">ai-train</prohibits></license></content></rsl>'
)


class Web:
    """Answers by URL; what is not there is missing."""

    def __init__(self, **of_host: bytes | Answer | NoAnswer) -> None:
        """Take the documents of `HOST` by their kind."""
        names = {"robots": "/robots.txt", "tdmrep": "/.well-known/tdmrep.json", "ai": "/ai.txt", "rsl": "/rsl.xml"}
        self.answers = {HOST + names[kind]: answer for kind, answer in of_host.items()}
        self.asked: list[str] = []

    async def get(self, url: str) -> Answer | NoAnswer:
        self.asked.append(url)
        answer = self.answers.get(url, MISSING)
        return Answer(status=200, body=answer) if isinstance(answer, bytes) else answer

    def say(
        self, url: str = KITE, *, protocols: Sequence[str] = PROTOCOLS, tokens: Sequence[str] = ("GPTBot",)
    ) -> HostSays:
        return asyncio.run(self.origins(protocols, tokens).say(url, Scope.IMAGE_HOST))

    def origins(self, protocols: Sequence[str] = PROTOCOLS, tokens: Sequence[str] = ()) -> Origins:
        documents = ConsentDocuments()
        return Origins(self.get, documents, agent="Altsieve", protocols=protocols, ai_tokens=tokens, now=lambda: NOON)


def said(signals: Sequence[Signal]) -> list[tuple[str, str]]:
    """Leave out what was asked and says nothing."""
    spoken = [each.saying for each in signals if not each.saying.raw.startswith(("nothing of it", "there is none"))]
    return [(each.protocol.value, each.says.value) for each in spoken]


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://A.example/x?y", "http://a.example"),
        ("https://a.example:443/", "https://a.example"),
        ("http://a.example:443/", "http://a.example:443"),
        ("http://a.example:8080/", "http://a.example:8080"),
        ("http://a.example./", "http://a.example"),
        ("http://user:word@a.example/", "http://a.example"),
        ("http://[2001:DB8::1]:81/", "http://[2001:db8::1]:81"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    ("robots", "says", "raw"),
    [
        (b"User-agent: *\nDisallow: /kite", Says.DENY, "Disallow: /kite"),
        (b"User-agent: *\nAllow: /", Says.UNKNOWN, "Allow: /"),
        (b"User-agent: other\nDisallow: /", Says.UNKNOWN, "no rule"),
        (b"", Says.UNKNOWN, "no rule"),
        (bytes(range(256)) * 9, Says.UNKNOWN, "no rule"),
        (b"<!doctype html><title>Welcome</title>", Says.UNKNOWN, "no rule"),
        (Answer(status=404, body=b"User-agent: *\nDisallow: /"), Says.UNKNOWN, "there is none: status 404"),
        (Answer(status=403, body=b""), Says.UNKNOWN, "there is none: status 403"),
        (BUSY, Says.DENY, "could not be read: status 503"),
        (NoAnswer(why="DownloadTimeoutError"), Says.DENY, "could not be read: DownloadTimeoutError"),
    ],
)
def test_robots_txt_lets_in_or_not_and_never_says_yes(robots: bytes | Answer | NoAnswer, says: Says, raw: str) -> None:
    web = Web(robots=robots)
    signal = web.say().robots
    assert (signal.saying.protocol, signal.saying.says, signal.saying.raw) == (Protocol.ROBOTS, says, raw)
    assert (signal.scope, signal.url, signal.at) == (Scope.IMAGE_HOST, f"{HOST}/robots.txt", NOON)
    assert (signal.document is not None) == (isinstance(robots, bytes) and robots != b"")


def test_what_was_asked_and_says_nothing_is_told_with_where_and_when() -> None:
    others = Web(tdmrep=b"[]").say().others
    assert [(each.saying.protocol, each.saying.says, each.saying.raw) for each in others] == [
        (Protocol.TDMREP, Says.UNKNOWN, "nothing of it"),
        (Protocol.AI_TXT, Says.UNKNOWN, "there is none: status 404"),
    ]
    assert [each.url for each in others] == [f"{HOST}/.well-known/tdmrep.json", f"{HOST}/ai.txt"]
    assert [each.document is not None for each in others] == [True, False]


def test_of_a_host_that_does_not_let_us_in_nothing_more_is_asked() -> None:
    web = Web(robots=b"User-agent: *\nDisallow: /")
    assert web.say().others == ()
    assert web.asked == [f"{HOST}/robots.txt"]


@pytest.mark.parametrize(
    ("web", "expected"),
    [
        (Web(), []),
        (Web(robots=b"User-agent: GPTBot\nDisallow: /"), [("ai-tokens", "deny")]),
        (Web(robots=b"User-agent: *\nAllow: /\nContent-Usage: train-ai=n"), [("aipref", "deny")]),
        (Web(robots=b"User-agent: *\nContent-Signal: ai-train=yes\nAllow: /"), [("content-signal", "allow")]),
        (Web(tdmrep=b'[{"location": "/*.jpg", "tdm-reservation": 1}]'), [("tdmrep", "deny")]),
        (Web(tdmrep=b'[{"location": "/other/", "tdm-reservation": 1}]'), []),
        (Web(tdmrep=b"<!doctype html><title>There is no such page</title>"), []),
        (Web(tdmrep=BUSY), [("tdmrep", "deny")]),
        (Web(tdmrep=NoAnswer(why="DownloadFailedError")), [("tdmrep", "deny")]),
        (Web(ai=b"User-Agent: *\nDisallow: *.jpg"), [("ai.txt", "deny")]),
        (Web(ai=b"# About our robots\n\nWe like them."), []),
        (Web(ai=BUSY), [("ai.txt", "deny")]),
        (Web(robots=f"License: {HOST}/rsl.xml\n".encode(), rsl=NO_TRAINING), [("rsl", "deny")]),
        (Web(robots=f"License: {HOST}/rsl.xml\n".encode()), [("rsl", "deny")]),
        (Web(robots=f"License: {HOST}/rsl.xml\n".encode(), rsl=b"<html>"), [("rsl", "deny")]),
    ],
)
def test_each_document_of_a_host_is_heard(web: Web, expected: list[tuple[str, str]]) -> None:
    assert said(web.say().others) == expected


def test_a_no_names_the_document_that_it_was_read_from_and_a_no_for_want_of_one_does_not() -> None:
    read, _ = Web(tdmrep=b'[{"location": "/", "tdm-reservation": 1}]').say().others
    missed, _ = Web(tdmrep=BUSY).say().others
    assert read.document is not None
    assert (missed.document, missed.saying.raw) == (None, "could not be read: status 503")


@pytest.mark.parametrize(
    ("protocol", "path"),
    [("tdmrep", "/.well-known/tdmrep.json"), ("ai.txt", "/ai.txt"), ("rsl", "/rsl.xml")],
)
def test_a_document_of_a_protocol_that_does_not_count_is_not_asked_for(protocol: str, path: str) -> None:
    web = Web(robots=f"License: {HOST}/rsl.xml\n".encode(), tdmrep=BUSY, ai=BUSY, rsl=BUSY)
    denying = web.say(protocols=[each for each in PROTOCOLS if each != protocol])
    assert protocol not in dict(said(denying.others))
    assert len(denying.others) == 2
    assert HOST + path not in web.asked
    assert len(web.asked) == 3


@pytest.mark.parametrize(("rule", "then"), [("Allow", 2), ("Disallow", 0)])
def test_a_crawl_delay_is_told_before_anything_but_robots_txt_is_asked_for(rule: str, then: int) -> None:
    web = Web(robots=f"User-agent: *\nCrawl-delay: 2.5\n{rule}: /".encode())
    told: list[tuple[float, int]] = []

    def heed(url: str, delay_s: float) -> None:
        told.append((delay_s, len(web.asked)))

    origins = Origins(web.get, ConsentDocuments(), agent="Altsieve", protocols=PROTOCOLS, heed=heed)
    asyncio.run(origins.say(KITE, Scope.IMAGE_HOST))
    assert told == [(2.5, 1)]
    assert len(web.asked) == 1 + then


def test_robots_txt_itself_may_always_be_read() -> None:
    assert Web(robots=b"User-agent: *\nDisallow: /").say(f"{HOST}/robots.txt").robots.saying.says is Says.UNKNOWN


def test_another_port_or_scheme_has_a_robots_txt_of_its_own() -> None:
    web = Web(robots=b"User-agent: *\nDisallow: /")
    for url in (f"{HOST}:8080/kite.jpg", KITE.replace("http", "https")):
        assert web.say(url).robots.saying.says is Says.UNKNOWN


def test_of_a_licence_each_address_asks_and_of_too_many_it_is_not_known_what_all_say() -> None:
    web = Web()
    names = [f"{HOST}/{number}.xml" for number in range(MOST_LICENCES + 1)]
    allowed = NO_TRAINING.replace(b"prohibits", b"permits")
    web.answers = dict.fromkeys(names, allowed)

    async def play(named: list[str]) -> tuple[Signal, ...]:
        return await web.origins().licensed(named, KITE, Scope.PAGE, "link license")

    assert said(asyncio.run(play(names[:2]))) == [("rsl", "allow")] * 2
    assert said(asyncio.run(play(names)))[-1] == ("rsl", "deny")
    assert len(web.asked) == 2 + MOST_LICENCES
    assert asyncio.run(play([])) == ()


def test_ahead_of_its_pictures_a_host_is_asked_once_and_so_many_hosts_at_a_time() -> None:
    web = Web()
    let_go = asyncio.Event()

    async def silent(url: str) -> Answer | NoAnswer:
        answer = await web.get(url)
        await let_go.wait()
        return answer

    async def play() -> None:
        origins = Origins(silent, ConsentDocuments(), agent="Altsieve", protocols=(), now=lambda: NOON)
        urls = [f"http://{number}.example/{picture}.jpg" for number in range(ASKED_AHEAD + 9) for picture in range(3)]
        asking = [asyncio.ensure_future(origins.ask_ahead(each)) for each in urls]
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(web.asked) == len({*web.asked}) == ASKED_AHEAD
        let_go.set()
        await asyncio.gather(*asking)
        assert len(web.asked) == len({*web.asked}) == ASKED_AHEAD + 9
        let_go.clear()
        await origins.ask_ahead(urls[0])

    asyncio.run(asyncio.wait_for(play(), 5))


@pytest.mark.parametrize("trouble", [NoRoom(), HostGivenUp()])
def test_what_cannot_be_asked_ahead_is_left_to_the_gate(trouble: Exception) -> None:
    async def fails(url: str) -> Answer | NoAnswer:
        raise trouble

    async def ask(origins: Origins) -> None:
        await origins.ask_ahead(KITE)
        with pytest.raises(type(trouble)):
            await origins.say(KITE, Scope.IMAGE_HOST)

    asyncio.run(ask(Origins(fails, ConsentDocuments(), agent="Altsieve", protocols=())))

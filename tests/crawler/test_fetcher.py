"""Pictures of one host never take all turns, however slow it is."""

import asyncio
from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.byte_budget import ByteBudget
from crawler.fetcher import Fetcher, FetchLimits
from crawler.pictures import Answer, Arrived, Missed
from crawler.retry import Retries
from crawler.stopping import Stopped, StopSign

RETRIES = Retries(times=2, delays_s=(0.0,), delays_inside_s=(0.0,), image_delay_s=0.0, is_inside=lambda _: False)
SLOW, FAST = "slow.example", "fast.example"


async def nothing_to_ask(url: str) -> None:
    """Stands in for hosts whose robots.txt and the like are known."""


class Hosts:
    """Stands in for the downloader: the slow host answers once it is let, the other at once."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.under_way: Counter[str] = Counter()

    async def download(self, request: Request) -> Response:
        host = urlsplit(request.url).hostname or ""
        self.under_way[host] += 1
        if host == SLOW:
            await self.let_go.wait()
        return Response(request.url, body=b"abc")


async def steps() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize(("in_flight", "of_a_host"), [(8, 2), (2, 1)])
def test_a_slow_host_leaves_turns_to_the_others(in_flight: int, of_a_host: int) -> None:
    async def test() -> None:
        hosts = Hosts()
        limits = FetchLimits(most_bytes=10, timeout_s=1, in_flight=in_flight)
        fetcher = Fetcher(hosts.download, ByteBudget(1000), StopSign(), limits, RETRIES, nothing_to_ask)
        slow = [asyncio.ensure_future(fetcher.fetch(f"http://{SLOW}/{number}")) for number in range(20)]
        await steps()
        assert isinstance(await fetcher.fetch(f"http://{FAST}/"), Arrived)
        assert hosts.under_way == {SLOW: of_a_host, FAST: 1}
        hosts.let_go.set()
        assert [type(each) for each in await asyncio.gather(*slow)] == [Arrived] * 20

    asyncio.run(asyncio.wait_for(test(), 5))


def test_who_waits_for_what_a_silent_host_has_to_say_takes_no_turn_and_no_bytes() -> None:
    async def test() -> None:
        hosts = Hosts()
        limits = FetchLimits(most_bytes=10, timeout_s=1, in_flight=1)

        async def ask_ahead(url: str) -> None:
            if SLOW in url:
                await hosts.let_go.wait()

        fetcher = Fetcher(hosts.download, ByteBudget(10), StopSign(), limits, RETRIES, ask_ahead)
        silent = [asyncio.ensure_future(fetcher.fetch(f"http://{each}.{SLOW}/")) for each in range(20)]
        await steps()
        answer = await fetcher.fetch(f"http://{FAST}/")
        assert isinstance(answer, Arrived)
        answer.ticket.release()
        assert hosts.under_way == {FAST: 1}
        for each in silent:
            each.cancel()

    asyncio.run(asyncio.wait_for(test(), 5))


def test_who_waits_for_its_host_when_the_crawl_stops_asks_nothing() -> None:
    async def test() -> None:
        hosts, stop = Hosts(), StopSign()
        limits = FetchLimits(most_bytes=10, timeout_s=1, in_flight=4)
        fetcher = Fetcher(hosts.download, ByteBudget(1000), stop, limits, RETRIES, nothing_to_ask)
        slow = [asyncio.ensure_future(fetcher.fetch(f"http://{SLOW}/{number}")) for number in range(3)]
        await steps()
        stop.raise_it("stopped")
        hosts.let_go.set()
        ended = await asyncio.gather(*slow, return_exceptions=True)
        assert [type(each) for each in ended] == [Stopped] * 3
        assert hosts.under_way == {SLOW: 1}

    asyncio.run(asyncio.wait_for(test(), 5))


class Answers:
    """Stands in for the downloader: answers with these statuses in turn."""

    def __init__(self, *statuses: int) -> None:
        self.left = [*statuses]
        self.asked = 0

    async def download(self, request: Request) -> Response:
        self.asked += 1
        return Response(request.url, status=self.left.pop(0), body=b"abc")


@pytest.mark.parametrize(
    ("statuses", "asked", "ends"),
    [
        ((200,), 1, Arrived),
        ((503, 200), 2, Arrived),
        ((429, 500, 200), 3, Arrived),
        ((503, 503, 503, 200), 3, Missed),
        ((404, 200), 1, Missed),
        ((503, 410, 200), 2, Missed),
    ],
)
def test_only_what_may_come_right_is_asked_again_and_not_often(
    statuses: tuple[int, ...], asked: int, ends: type[Answer]
) -> None:
    async def test() -> None:
        server = Answers(*statuses)
        budget = ByteBudget(1000)
        limits = FetchLimits(most_bytes=10, timeout_s=1, in_flight=4)
        fetcher = Fetcher(server.download, budget, StopSign(), limits, RETRIES, nothing_to_ask)
        assert isinstance(await fetcher.fetch(f"http://{FAST}/"), ends)
        assert server.asked == asked

    asyncio.run(asyncio.wait_for(test(), 5))


def test_a_picture_that_waits_for_another_try_ends_with_the_crawl() -> None:
    async def test() -> None:
        stop = StopSign()
        retries = replace(RETRIES, image_delay_s=3600.0, delays_s=(3600.0,))
        limits = FetchLimits(most_bytes=10, timeout_s=1, in_flight=1)
        fetcher = Fetcher(Answers(503).download, ByteBudget(10), stop, limits, retries, nothing_to_ask)
        waiting = asyncio.ensure_future(fetcher.fetch(f"http://{FAST}/"))
        await steps()
        stop.raise_it("stopped")
        with pytest.raises(Stopped):
            await waiting

    asyncio.run(asyncio.wait_for(test(), 5))


def test_a_picture_that_waits_for_another_try_holds_no_turn_and_no_bytes() -> None:
    async def test() -> None:
        retries = replace(RETRIES, image_delay_s=3600.0, delays_s=(3600.0,))
        limits = FetchLimits(most_bytes=10, timeout_s=1, in_flight=1)
        fetcher = Fetcher(Answers(503, 200).download, ByteBudget(10), StopSign(), limits, retries, nothing_to_ask)
        waiting = asyncio.ensure_future(fetcher.fetch(f"http://{SLOW}/"))
        await steps()
        assert isinstance(await fetcher.fetch(f"http://{FAST}/"), Arrived)
        waiting.cancel()

    asyncio.run(asyncio.wait_for(test(), 5))

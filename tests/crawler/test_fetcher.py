"""Pictures of one host never take all turns, however slow it is."""

import asyncio
from collections import Counter
from urllib.parse import urlsplit

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.byte_budget import ByteBudget
from crawler.fetcher import Fetcher, FetchLimits
from crawler.pictures import Arrived
from crawler.stopping import Stopped, StopSign

SLOW, FAST = "slow.example", "fast.example"


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
        fetcher = Fetcher(hosts.download, ByteBudget(1000), StopSign(), limits)
        slow = [asyncio.ensure_future(fetcher.fetch(f"http://{SLOW}/{number}")) for number in range(20)]
        await steps()
        assert isinstance(await fetcher.fetch(f"http://{FAST}/"), Arrived)
        assert hosts.under_way == {SLOW: of_a_host, FAST: 1}
        hosts.let_go.set()
        assert [type(each) for each in await asyncio.gather(*slow)] == [Arrived] * 20

    asyncio.run(asyncio.wait_for(test(), 5))


def test_who_waits_for_its_host_when_the_crawl_stops_asks_nothing() -> None:
    async def test() -> None:
        hosts, stop = Hosts(), StopSign()
        fetcher = Fetcher(hosts.download, ByteBudget(1000), stop, FetchLimits(most_bytes=10, timeout_s=1, in_flight=4))
        slow = [asyncio.ensure_future(fetcher.fetch(f"http://{SLOW}/{number}")) for number in range(3)]
        await steps()
        stop.raise_it("stopped")
        hosts.let_go.set()
        ended = await asyncio.gather(*slow, return_exceptions=True)
        assert [type(each) for each in ended] == [Stopped] * 3
        assert hosts.under_way == {SLOW: 1}

    asyncio.run(asyncio.wait_for(test(), 5))

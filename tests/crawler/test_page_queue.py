"""Pages are handed out while there is room, and there is work until the last has ended."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from concurrent.futures import Future
from typing import Any

import pytest

from crawler.page_queue import PageQueue, QueueLimits
from storage.frontier import FrontierPage, NewPage


class Frontier:
    """Stands in for the recorder: a frontier in memory that answers at once."""

    def __init__(self) -> None:
        self.pages: list[FrontierPage] = []
        self.known: set[str] = set()

    def submit_pages(self, pages: Sequence[NewPage]) -> "Future[int]":
        new = [each for each in pages if each.url not in self.known]
        self.known |= {each.url for each in new}
        self.pages += [frontier_page(each.url) for each in new]
        return done(len(new))

    def lease_pages(self, count: int, *, other_than_hosts: Collection[str] = ()) -> "Future[list[FrontierPage]]":
        leased = [each for each in self.pages if each.host not in other_than_hosts][:count]
        self.pages = [each for each in self.pages if each not in leased]
        return done(leased)


def done(value: Any) -> "Future[Any]":
    future: Future[Any] = Future()
    future.set_result(value)
    return future


def frontier_page(url: str) -> FrontierPage:
    host = url.split("/")[2]
    return FrontierPage(page_id=url, url=url, host=host, depth=0, seed=url, found_on=None, attempts=1)


def new_pages(count: int, host: str = "a.example") -> list[NewPage]:
    return [NewPage(url=f"http://{host}/{number}", depth=0, seed="") for number in range(count)]


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 5))


async def steps() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


def test_no_more_are_open_than_may_be() -> None:
    async def test() -> None:
        out: list[FrontierPage] = []
        queue = PageQueue(Frontier(), QueueLimits(max_open=3))
        feeding = asyncio.ensure_future(queue.feed(out.append))
        await queue.add(new_pages(7))
        await steps()
        assert len(out) == 3
        queue.ended(out[0].page_id)
        await steps()
        assert len(out) == 4
        queue.stop()
        await feeding

    run(test)


def test_there_is_work_until_the_last_page_has_ended() -> None:
    async def test() -> None:
        out: list[FrontierPage] = []
        queue = PageQueue(Frontier(), QueueLimits(max_open=2))
        assert not queue.has_work()
        feeding = asyncio.ensure_future(queue.feed(out.append))
        adding = asyncio.ensure_future(queue.add(new_pages(2)))
        await asyncio.sleep(0)
        assert queue.has_work()
        await adding
        await steps()
        queue.ended(out[0].page_id)
        assert queue.has_work()
        queue.ended(out[1].page_id)
        await steps()
        assert not queue.has_work()
        queue.stop()
        await feeding

    run(test)


def test_a_page_that_is_known_is_not_work() -> None:
    async def test() -> None:
        out: list[FrontierPage] = []
        queue = PageQueue(Frontier(), QueueLimits(max_open=9))
        feeding = asyncio.ensure_future(queue.feed(out.append))
        await queue.add(new_pages(2))
        await queue.add(new_pages(2))
        await steps()
        assert len(out) == 2
        for each in out:
            queue.ended(each.page_id)
        assert not queue.has_work()
        queue.stop()
        await feeding

    run(test)


@pytest.mark.parametrize("handed_out", [0, 2])
def test_the_page_limit_counts_what_a_resumed_run_has_handed_out(handed_out: int) -> None:
    async def test() -> None:
        out: list[FrontierPage] = []
        queue = PageQueue(Frontier(), QueueLimits(max_open=9, max_pages=3), handed_out=handed_out)
        feeding = asyncio.ensure_future(queue.feed(out.append))
        await queue.add(new_pages(7))
        await steps()
        assert len(out) == 3 - handed_out
        for each in out:
            queue.ended(each.page_id)
        assert not queue.has_work()
        queue.stop()
        await feeding

    run(test)


def test_one_host_does_not_hold_up_the_others() -> None:
    async def test() -> None:
        out: list[FrontierPage] = []
        queue = PageQueue(Frontier(), QueueLimits(max_open=4))
        await queue.add(new_pages(2, "slow.example"))
        feeding = asyncio.ensure_future(queue.feed(out.append))
        await steps()
        await queue.add([*new_pages(5, "slow.example"), *new_pages(1, "b.example")])
        await steps()
        assert "b.example" in {each.host for each in out}
        queue.stop()
        await feeding

    run(test)


def test_a_stopped_queue_hands_out_nothing() -> None:
    async def test() -> None:
        out: list[FrontierPage] = []
        queue = PageQueue(Frontier(), QueueLimits(max_open=4))
        await queue.add(new_pages(3))
        queue.stop()
        await queue.feed(out.append)
        assert out == []
        assert not queue.has_work()

    run(test)

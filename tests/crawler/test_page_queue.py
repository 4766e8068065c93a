"""Pages are handed out while there is room, and there is work until the last has ended."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.page_queue import PageQueue, QueueLimits
from storage.frontier import FrontierPage, NewPage

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Frontier:
    """Stands in for the recorder: a frontier in memory that answers at once."""

    def __init__(self) -> None:
        self.pages: list[FrontierPage] = []
        self.known: set[str] = set()
        self.put_off: dict[str, datetime] = {}
        self.clock = NOW

    def submit_pages(self, pages: Sequence[NewPage]) -> "Future[int]":
        new = [each for each in pages if each.url not in self.known]
        self.known |= {each.url for each in new}
        self.pages += [frontier_page(each.url) for each in new]
        return done(len(new))

    def lease_pages(self, count: int, *, other_than_hosts: Collection[str] = ()) -> "Future[list[FrontierPage]]":
        due = [each for each in self.pages if self.put_off.get(each.page_id, NOW) <= self.clock]
        leased = [each for each in due if each.host not in other_than_hosts][:count]
        self.pages = [each for each in self.pages if each not in leased]
        return done(leased)

    def next_due(self) -> "Future[datetime | None]":
        return done(min((self.put_off.get(each.page_id, NOW) for each in self.pages), default=None))

    def postpone_page(self, page_id: str, next_try_at: datetime, *, whole_host: bool = False) -> "Future[None]":
        self.put_off[page_id] = next_try_at
        self.pages.append(frontier_page(page_id))
        return done(None)

    def drop_hosts(self, hosts: Collection[str]) -> "Future[int]":
        kept = [each for each in self.pages if each.host not in hosts]
        dropped, self.pages = len(self.pages) - len(kept), kept
        return done(dropped)


class Alarms:
    """Stands in for the loop's clock: goes off when told."""

    def __init__(self) -> None:
        self.set_for: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, seconds: float, ring: Callable[[], None]) -> "Alarms":
        self.set_for.append((seconds, ring))
        return self

    def cancel(self) -> None:
        self.set_for.clear()


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


def test_the_queue_sleeps_until_the_first_page_that_was_put_off_is_due() -> None:
    async def test() -> None:
        out: list[FrontierPage] = []
        frontier, alarms = Frontier(), Alarms()
        queue = PageQueue(frontier, QueueLimits(max_open=9), now=lambda: frontier.clock, set_alarm=alarms)
        feeding = asyncio.ensure_future(queue.feed(out.append))
        await queue.add(new_pages(2))
        await steps()
        assert alarms.set_for == []
        for each, wait_s in zip([*out], (600, 30), strict=True):
            await queue.postpone(each.page_id, NOW + timedelta(seconds=wait_s))
        await steps()
        assert (len(out), queue.pending, queue.open_pages) == (2, 2, frozenset())
        assert queue.has_work()
        [(seconds, ring)] = alarms.set_for
        assert seconds == 30
        frontier.clock += timedelta(seconds=seconds)
        ring()
        await steps()
        assert [each.page_id for each in out[2:]] == [out[1].page_id]
        queue.ended(out[1].page_id)
        await steps()
        [(seconds, ring)] = alarms.set_for
        assert seconds == 570
        frontier.clock += timedelta(seconds=seconds)
        ring()
        await steps()
        queue.ended(out[0].page_id)
        await steps()
        assert not queue.has_work()
        assert alarms.set_for == []
        queue.stop()
        await feeding

    run(test)


def test_a_stop_while_the_queue_sleeps_ends_it() -> None:
    async def test() -> None:
        frontier, alarms = Frontier(), Alarms()
        queue = PageQueue(frontier, QueueLimits(max_open=9), now=lambda: frontier.clock, set_alarm=alarms)
        out: list[FrontierPage] = []
        feeding = asyncio.ensure_future(queue.feed(out.append))
        await queue.add(new_pages(1))
        await steps()
        await queue.postpone(out[0].page_id, NOW + timedelta(hours=1))
        await steps()
        assert len(alarms.set_for) == 1
        queue.stop()
        await feeding
        assert alarms.set_for == []
        assert not queue.has_work()

    run(test)


def test_a_page_that_was_put_off_does_not_count_twice_towards_the_limit() -> None:
    async def test() -> None:
        out: list[FrontierPage] = []
        frontier, alarms = Frontier(), Alarms()
        queue = PageQueue(frontier, QueueLimits(max_open=1, max_pages=2), now=lambda: frontier.clock, set_alarm=alarms)
        feeding = asyncio.ensure_future(queue.feed(out.append))
        await queue.add(new_pages(3))
        await steps()
        await queue.postpone(out[0].page_id, NOW)
        await steps()
        queue.ended(out[1].page_id)
        await steps()
        assert len(out) == 3
        queue.ended(out[2].page_id)
        assert not queue.has_work()
        queue.stop()
        await feeding

    run(test)


def test_a_resumed_run_goes_on_with_pages_that_were_put_off() -> None:
    async def test() -> None:
        out: list[FrontierPage] = []
        frontier, alarms = Frontier(), Alarms()
        frontier.postpone_page("http://a.example/1", NOW + timedelta(seconds=9))
        queue = PageQueue(frontier, QueueLimits(max_open=1), pending=1, now=lambda: frontier.clock, set_alarm=alarms)
        assert queue.has_work()
        feeding = asyncio.ensure_future(queue.feed(out.append))
        await steps()
        assert [seconds for seconds, _ in alarms.set_for] == [9]
        frontier.clock += timedelta(seconds=9)
        alarms.set_for[0][1]()
        await steps()
        assert len(out) == 1
        queue.stop()
        await feeding

    run(test)


def test_pages_of_a_host_that_is_left_out_are_neither_added_nor_given_back() -> None:
    async def test() -> None:
        out: list[FrontierPage] = []
        left_out: set[str] = set()
        frontier = Frontier()
        queue = PageQueue(frontier, QueueLimits(max_open=1), leaves_out=left_out.__contains__)
        feeding = asyncio.ensure_future(queue.feed(out.append))
        await queue.add(new_pages(3))
        await steps()
        left_out |= {each.host for each in (*frontier.pages, *out)}
        await queue.add(new_pages(9)[3:])
        queue.dropped(frontier.drop_hosts(left_out).result())
        await queue.postpone(out[0].page_id, NOW)
        await steps()
        assert (len(out), queue.pending, queue.has_work(), frontier.pages) == (1, 0, False, [])
        queue.stop()
        await feeding

    run(test)

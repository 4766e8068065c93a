"""Each picture is fetched once, and its bytes are there exactly while somebody needs them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from crawler.byte_budget import ByteBudget
from crawler.fetch_failure import FetchFailure
from crawler.pictures import Answer, Arrived, Missed, Pictures
from crawler.stopping import Stopped
from filters.measure.glimpse import Glimpse
from tests.crawler.pairs import candidate, fetched


class Server:
    """Answers with bytes, a failure or an exception, as soon as it may."""

    def __init__(self, budget: ByteBudget) -> None:
        self.budget = budget
        self.asked: list[str] = []
        self.may_answer = asyncio.Event()
        self.fails_with: BaseException | FetchFailure | None = None

    async def fetch(self, url: str) -> Answer:
        self.asked.append(url)
        await self.may_answer.wait()
        if isinstance(self.fails_with, FetchFailure):
            return Missed(failure=self.fails_with)
        if self.fails_with is not None:
            raise self.fails_with
        return Arrived(fetched=fetched(), body=b"abc", ticket=await self.budget.reserve(3))


def opened(remember: int = 10) -> tuple[Server, Pictures]:
    server = Server(ByteBudget(1000))
    server.may_answer.set()
    return server, Pictures(server.fetch, lambda url: f"key of {url}", remember=remember)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 5))


def test_candidates_of_one_picture_share_one_fetch() -> None:
    async def test() -> None:
        server, pictures = opened()
        server.may_answer.clear()
        twins = [candidate(), candidate()]
        holding = [asyncio.ensure_future(pictures.hold(each)) for each in twins]
        await asyncio.sleep(0)
        server.may_answer.set()
        first, second = await asyncio.gather(*holding)
        assert first is second
        assert len(server.asked) == 1
        pictures.release(twins[0])
        assert first.body == b"abc"
        pictures.release(twins[1])
        assert first.body is None
        assert server.budget.used_bytes == 0

    run(test)


def test_a_picture_is_known_after_its_bytes_are_gone() -> None:
    async def test() -> None:
        server, pictures = opened()
        early, late = candidate(), candidate()
        await pictures.hold(early)
        pictures.release(early)
        picture = await pictures.hold(late)
        assert picture.outcome.result() == fetched()
        assert picture.body is None
        assert len(server.asked) == 1
        again = await pictures.hold(late, again=True)
        assert again.body == b"abc"
        assert len(server.asked) == 2
        pictures.release(late)
        assert server.budget.used_bytes == 0

    run(test)


def test_what_models_look_at_counts_and_goes_with_the_bytes() -> None:
    async def test() -> None:
        server, pictures = opened()
        looked_at = candidate()
        picture = await pictures.hold(looked_at)
        picture.take(Glimpse(width_px=2, height_px=1, rgb=b"\0" * 6))
        assert server.budget.used_bytes == 9
        pictures.release(looked_at)
        assert picture.glimpse is None
        assert server.budget.used_bytes == 0

    run(test)


def test_a_failure_is_remembered() -> None:
    async def test() -> None:
        server, pictures = opened()
        server.fails_with = FetchFailure(reason="fetch.failed")
        for each in (candidate(), candidate()):
            picture = await pictures.hold(each)
            assert picture.outcome.result() == Missed(failure=server.fails_with)
        assert len(server.asked) == 1

    run(test)


def test_when_the_crawl_stops_everybody_who_waits_hears_it() -> None:
    async def test() -> None:
        server, pictures = opened()
        server.may_answer.clear()
        server.fails_with = Stopped("stopped")
        holding = [asyncio.ensure_future(pictures.hold(candidate())) for _ in range(3)]
        await asyncio.sleep(0)
        server.may_answer.set()
        results = await asyncio.gather(*holding, return_exceptions=True)
        assert [type(each) for each in results] == [Stopped] * 3

    run(test)


def test_only_the_last_pictures_are_remembered_and_those_in_use() -> None:
    async def test() -> None:
        server, pictures = opened(remember=2)
        in_use = candidate("kite")
        await pictures.hold(in_use)
        for name in ("a", "b", "c", "d"):
            passing = candidate(name)
            await pictures.hold(passing)
            pictures.release(passing)
        await pictures.hold(candidate("kite"))
        assert len(server.asked) == 5
        await pictures.hold(candidate("a"))
        assert len(server.asked) == 6

    run(test)


def test_releasing_what_is_not_held_changes_nothing() -> None:
    async def test() -> None:
        server, pictures = opened()
        one = candidate()
        picture = await pictures.hold(one)
        pictures.release(candidate())
        assert picture.body == b"abc"
        pictures.release(one)
        pictures.release(one)
        assert server.budget.used_bytes == 0

    run(test)


@pytest.mark.parametrize("again", [True, False])
def test_bytes_that_are_still_there_are_not_fetched_again(again: bool) -> None:
    async def test() -> None:
        server, pictures = opened()
        await pictures.hold(candidate())
        picture = await pictures.hold(candidate(), again=again)
        assert picture.body == b"abc"
        assert len(server.asked) == 1

    run(test)

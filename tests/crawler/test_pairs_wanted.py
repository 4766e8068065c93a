"""Exactly as many pairs are stored as were asked for, if there are so many."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from crawler.pairs_wanted import PairsWanted


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 5))


def counting(wanted: int | None) -> tuple[PairsWanted, list[str]]:
    said: list[str] = []
    return PairsWanted(wanted, enough=lambda: said.append("enough"), hurry=lambda: said.append("hurry")), said


def test_without_a_limit_everybody_has_a_place() -> None:
    async def test() -> None:
        places, said = counting(None)
        assert [await places.take() for _ in range(9)] == [True] * 9
        assert said == []

    run(test)


def test_who_comes_too_late_waits_until_it_is_known_that_there_are_enough() -> None:
    async def test() -> None:
        places, said = counting(1)
        assert await places.take()
        late = asyncio.ensure_future(places.take())
        await asyncio.sleep(0)
        assert said == ["hurry"]
        places.stored()
        assert not await late
        assert said == ["hurry", "enough"]
        assert not await places.take()

    run(test)


def test_a_place_that_was_given_back_goes_to_who_waits() -> None:
    async def test() -> None:
        places, said = counting(1)
        assert await places.take()
        late = asyncio.ensure_future(places.take())
        await asyncio.sleep(0)
        places.give_back()
        assert await late
        places.stored()
        assert said[-1] == "enough"

    run(test)


def test_when_the_run_ends_nobody_waits() -> None:
    async def test() -> None:
        places, _ = counting(1)
        await places.take()
        late = asyncio.ensure_future(places.take())
        await asyncio.sleep(0)
        places.end()
        assert not await late

    run(test)


def test_a_run_that_has_enough_already_stores_nothing() -> None:
    async def test() -> None:
        places, _ = counting(0)
        assert not await places.take()

    run(test)

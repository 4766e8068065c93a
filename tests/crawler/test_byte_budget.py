"""The bytes that a run holds never pass its budget, and nobody waits for ever."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from crawler.byte_budget import ByteBudget, Ticket


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 5))


async def steps() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def waiting(budget: ByteBudget, size_bytes: int) -> "asyncio.Task[Ticket]":
    return asyncio.ensure_future(budget.reserve(size_bytes))


def test_who_asks_for_more_than_is_free_waits_until_it_is() -> None:
    async def test() -> None:
        budget = ByteBudget(100)
        first = await budget.reserve(80)
        second = waiting(budget, 30)
        await steps()
        assert not second.done()
        first.shrink(70)
        await second
        assert budget.used_bytes == 100

    run(test)


def test_a_small_wish_does_not_overtake_a_large_one() -> None:
    async def test() -> None:
        budget = ByteBudget(100)
        first = await budget.reserve(50)
        large, small = waiting(budget, 80), waiting(budget, 10)
        await steps()
        assert not large.done()
        assert not small.done()
        first.release()
        await asyncio.gather(large, small)

    run(test)


def test_more_than_the_budget_is_the_whole_budget() -> None:
    async def test() -> None:
        budget = ByteBudget(100)
        ticket = await budget.reserve(1000)
        assert budget.used_bytes == 100
        ticket.release()
        assert budget.used_bytes == 0

    run(test)


def test_bytes_are_free_when_the_last_holder_has_released() -> None:
    async def test() -> None:
        budget = ByteBudget(100)
        ticket = await budget.reserve(60)
        ticket.hold()
        ticket.release()
        assert budget.used_bytes == 60
        ticket.release()
        assert budget.used_bytes == 0
        with pytest.raises(RuntimeError):
            ticket.release()

    run(test)


def test_who_gives_up_waiting_holds_up_nobody() -> None:
    async def test() -> None:
        budget = ByteBudget(100)
        await budget.reserve(50)
        large, small = waiting(budget, 80), waiting(budget, 10)
        await steps()
        large.cancel()
        await steps()
        assert small.done()

    run(test)


def test_what_is_granted_to_one_who_gives_up_at_that_instant_is_not_lost() -> None:
    async def test() -> None:
        budget = ByteBudget(100)
        first = await budget.reserve(100)
        second = waiting(budget, 100)
        await steps()
        first.release()
        second.cancel()
        await steps()
        assert budget.used_bytes == 0

    run(test)


def test_what_grows_takes_at_once_and_others_wait_for_it() -> None:
    async def test() -> None:
        budget = ByteBudget(100)
        first = await budget.reserve(60)
        first.grow(70)
        assert budget.used_bytes == 130
        second = waiting(budget, 1)
        await steps()
        assert not second.done()
        first.release()
        await steps()
        assert second.done()
        assert budget.used_bytes == 1

    run(test)

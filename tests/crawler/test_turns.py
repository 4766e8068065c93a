"""No more than may are at work under one key, other keys do not wait, and what is over leaves nothing."""

import asyncio
from collections import Counter

import pytest

from crawler.turns import Turns


@pytest.mark.parametrize("at_once", [1, 3])
def test_each_key_has_its_own_turns_and_none_is_left(at_once: int) -> None:
    inside: Counter[str] = Counter()
    most: Counter[str] = Counter()

    async def work(turns: Turns, key: str) -> None:
        async with turns.of(key):
            inside[key] += 1
            most[key] = max(most[key], inside[key])
            await asyncio.sleep(0)
            inside[key] -= 1

    async def test() -> None:
        turns = Turns(at_once)
        async with turns.of("a"):
            await work(turns, "b")  # would wait for ever if the turn of "a" were everybody's
            assert len(turns) == 1
        await asyncio.gather(*(work(turns, key) for key in "ab" * 5))
        assert most == {"a": at_once, "b": at_once}
        assert len(turns) == 0

    asyncio.run(asyncio.wait_for(test(), 5))

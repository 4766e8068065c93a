import pytest
from starlette.exceptions import HTTPException

from console.web.limits import Limit, Rate


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_then_one_after_a_while() -> None:
    clock = Clock()
    limit = Limit(Rate(at_once=3, every_s=30), clock)
    assert [limit.take("ann") for _ in range(5)] == [0, 0, 0, 30, 30]
    clock.now += 29
    assert limit.take("ann") == 1
    clock.now += 1
    assert [limit.take("ann") for _ in range(2)] == [0, 30]
    clock.now += 3600
    assert [limit.take("ann") for _ in range(4)] == [0, 0, 0, 30]


def test_one_does_not_use_up_what_another_may() -> None:
    limit = Limit(Rate(at_once=1, every_s=30), Clock())
    assert [limit.take(who) for who in ("ann", "ann", "ben")] == [0, 30, 0]


def test_who_has_to_wait_is_told_whole_seconds() -> None:
    clock = Clock()
    limit = Limit(Rate(at_once=1, every_s=30), clock)
    limit.require("ann")
    clock.now += 0.5
    with pytest.raises(HTTPException, match="30 s") as told:
        limit.require("ann")
    assert (told.value.status_code, told.value.headers) == (429, {"Retry-After": "30"})


def test_no_crowd_fills_the_memory_and_who_asked_last_is_remembered() -> None:
    limit = Limit(Rate(at_once=1, every_s=30), Clock(), most=100)
    for number in range(1000):
        limit.take(number)
    assert len(limit) == 100
    assert (limit.take(999), limit.take(900)) == (30, 30)
    assert limit.take(899) == 0

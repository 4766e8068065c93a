"""A host that asks for a pause gets it, however it asks, and never a shorter one."""

from datetime import UTC, datetime

import pytest

from crawler import pace
from crawler.pace import Pace, PaceLimits, read_retry_after

HOST = "busy.example"
TODAY = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def paced(clock: Clock, *, draw: float = 0.0) -> Pace:
    limits = PaceLimits(max_retry_after_s=3600, max_crawl_delay_s=60, max_wait_s=60, max_page_wait_s=10)
    return Pace(limits, lambda _: 30.0, now=clock, today=lambda: TODAY, draw=lambda: draw)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(("120", 120.0), (" 7 ", 7.0), ("0", 0.0), ("9" * 5000, float("inf"))),
        *(("Mon, 23 Nov 2026 12:01:30 GMT", 90.0), ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0)),
        *(("Mon, 23 Nov 2026 13:01:30 +0100", 90.0), ("Monday, 23-Nov-26 12:00:10 GMT", 10.0)),
        *(("", None), ("soon", None), ("-5", None), ("1.5", None), ("1e3", None), ("٣", None), ("12, 13", None)),
        *(("Mon, 99 Nov 2026 12:00:00 GMT", None), ("Mon, 23 Nov 99999 12:00:00 GMT", None)),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_all_else_is_ignored(value: str, seconds: float | None) -> None:
    assert read_retry_after(value, TODAY) == seconds


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "wait_s"),
    [("120", 120), ("Mon, 23 Nov 2026 12:02:00 GMT", 120), ("86400", 3600), ("garbage", 30), (None, 30), ("0", 30)],
)
def test_a_busy_host_is_left_alone_for_as_long_as_it_asks(status: int, retry_after: str | None, wait_s: float) -> None:
    clock = Clock()
    said = paced(clock)
    said.answered(HOST, status, retry_after)
    assert (said.wait_of(HOST), said.wait_of("other.example")) == (wait_s, 0)
    clock.at += wait_s
    assert said.wait_of(HOST) == 0


@pytest.mark.parametrize("status", [200, 302, 404, 500, 502])
def test_other_answers_ask_for_no_pause(status: int) -> None:
    said = paced(Clock())
    said.answered(HOST, status, "120")
    assert said.wait_of(HOST) == 0


def test_the_pause_doubles_until_the_host_answers_and_never_passes_the_limit() -> None:
    clock = Clock()
    said = paced(clock)
    waits = []
    for _ in range(9):
        said.answered(HOST, 503)
        waits.append(said.wait_of(HOST))
        clock.at += waits[-1]
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    said.answered(HOST, 200)
    said.answered(HOST, 503)
    assert said.wait_of(HOST) == 30


def test_a_page_is_put_off_sooner_than_a_picture() -> None:
    said = paced(Clock())
    assert [(said.is_too_long_for_a_page(each), said.is_too_long(each)) for each in (10, 11, 60, 61)] == [
        *((False, False), (True, False), (True, False), (True, True))
    ]


@pytest.mark.parametrize("draw", [0.0, 0.3, 0.999])
def test_chance_makes_a_pause_longer_never_shorter(draw: float) -> None:
    said = paced(Clock(), draw=draw)
    said.answered(HOST, 503)
    assert said.wait_of(HOST) == pytest.approx(30 * (1 + draw / 2))


def test_requests_that_were_under_way_together_are_one_sign() -> None:
    said = paced(Clock())
    for _ in range(16):
        said.answered(HOST, 429)
    assert said.wait_of(HOST) == 30
    said.answered(HOST, 429, "100")
    assert said.wait_of(HOST) == 100
    said.answered(HOST, 429, "5")
    assert said.wait_of(HOST) == 100


@pytest.mark.parametrize(
    ("asked", "delay_s", "left_out"),
    [
        (5.0, 5, False),
        (60.0, 60, False),
        (60.1, 60, True),
        (float("nan"), 60, True),
        (1e99, 60, True),
        (-3.0, 0, False),
    ],
)
def test_a_crawl_delay_is_kept_or_the_host_is_left_out(asked: float, delay_s: float, left_out: bool) -> None:
    said = paced(Clock())
    assert (said.delay_of(HOST), said.is_too_slow(HOST)) == (0, False)
    said.at_least(HOST, asked)
    assert (said.delay_of(HOST), said.is_too_slow(HOST)) == (delay_s, left_out)


def test_only_so_many_hosts_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MAX_HOSTS", 2)
    said = paced(Clock())
    for host in ("a", "b", "a", "c"):
        said.at_least(host, 5)
    assert [said.delay_of(host) for host in ("a", "b", "c")] == [5, 0, 5]

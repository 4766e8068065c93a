import pytest

from console.progress import Limits, Standing, duration
from crawler.events import Progress


def standing(*events: tuple[float, Progress], limits: Limits | None = None) -> Standing:
    now = Standing(limits=limits or Limits())
    for at_s, event in events:
        now = now.after(event, at_s)
    return now


def progress(pages: int = 0, candidates: int = 0, stored: int = 0) -> Progress:
    return Progress(pages=pages, pages_pending=7, candidates=candidates, stored=stored)


def test_a_line_says_how_far_the_crawl_is() -> None:
    event = Progress(
        pages=3, pages_pending=7, candidates=20, stored=8, refused={"alt.missing": 9}, unsure={"a": 1}, failed={"b": 2}
    )
    line = "pages 3 (7 waiting), pairs 20, kept 8, refused 9, unsure 1, failed 2, 0.0 pairs/s"
    assert standing((0.0, event)).line() == line


def test_a_crawl_that_waits_for_a_host_says_until_when_also_before_its_first_page() -> None:
    waiting = standing((0.0, Progress(pages=0, pages_pending=2, candidates=0, stored=0, idle_s=570.0)))
    assert waiting.begun
    assert waiting.line().endswith("every page left was put off, by its host or after a failure; goes on in 9 min 30 s")


def test_reasons_are_shown_most_frequent_first() -> None:
    event = Progress(
        pages=1, pages_pending=0, candidates=6, stored=0, refused={"alt.missing": 1, "image.format": 3}, failed={"f": 2}
    )
    assert [reason for _, reason, _ in standing((0.0, event)).reasons()] == ["image.format", "f", "alt.missing"]


def test_the_rate_is_of_the_last_half_minute() -> None:
    events = [
        (float(second), progress(candidates=100 if second < 60 else 100 + (second - 60))) for second in range(121)
    ]
    assert standing(*events).rate("candidates") == pytest.approx(1.0)


def test_the_rate_of_a_resumed_run_leaves_out_what_was_there_before() -> None:
    assert standing((0.0, progress(candidates=1000)), (10.0, progress(candidates=1020))).rate("candidates") == 2.0


def test_only_a_few_events_are_remembered() -> None:
    events = [(second / 2, progress(candidates=second)) for second in range(1000)]
    assert len(standing(*events).recent) <= 61


@pytest.mark.parametrize(
    ("limits", "left_s"),
    [
        (Limits(), None),
        (Limits(pages=30), 10.0),
        (Limits(pairs=15), 20.0),
        (Limits(pages=30, pairs=15), 10.0),
        (Limits(pages=1), 0.0),
    ],
)
def test_time_left_is_to_the_limit_that_comes_first(limits: Limits, left_s: float | None) -> None:
    now = standing((0.0, progress(pages=0, stored=0)), (10.0, progress(pages=15, stored=5)), limits=limits)
    assert now.left_s() == left_s


def test_no_time_left_is_promised_while_nothing_moves() -> None:
    assert standing((0.0, progress(pages=5)), (10.0, progress(pages=5)), limits=Limits(pages=10)).left_s() is None


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (59.4, "59 s"), (60, "1 min 00 s"), (200, "3 min 20 s"), (7500, "2 h 05 min")]
)
def test_a_length_of_time_is_said_as_people_say_it(seconds: float, said: str) -> None:
    assert duration(seconds) == said

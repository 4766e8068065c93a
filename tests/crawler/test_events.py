"""Events come out of the pipe as they went in, and nobody has to read them."""

import os
from io import BytesIO

import pytest

from crawler.events import (
    Event,
    Failed,
    Finished,
    Pipe,
    Progress,
    Silence,
    Started,
    Warned,
    decode,
    encode,
    read_events,
)

EVERY_KIND: tuple[Event, ...] = (
    Started(run_id="r"),
    Warned(message="no model measures captions in de"),
    Progress(pages=1, pages_pending=2, candidates=3, stored=1, refused={"alt.missing": 2}),
    Finished(run_id="r", state="finished", summary={"stored": 1, "refused": {"alt.missing": 2}}),
    Failed(exit=3, message="run `altsieve db upgrade` first"),
)


@pytest.mark.parametrize("event", EVERY_KIND, ids=[each.event for each in EVERY_KIND])
def test_an_event_comes_back_as_it_was_sent(event: Event) -> None:
    assert decode(encode(event)) == event


def test_each_event_is_one_line_that_names_its_kind() -> None:
    assert encode(Started(run_id="r")) == b'{"event":"started","run_id":"r"}\n'


def test_a_line_cut_off_by_a_kill_is_left_out() -> None:
    whole, torn = encode(EVERY_KIND[0]), encode(EVERY_KIND[1])[:-4]
    assert list(read_events(BytesIO(whole + torn))) == [EVERY_KIND[0]]


def test_a_reader_that_went_away_does_not_stop_the_crawl() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    pipe = Pipe(writer)
    pipe.tell(EVERY_KIND[0])
    os.close(writer)
    pipe.tell(EVERY_KIND[1])


def test_events_arrive_in_order() -> None:
    reader, writer = os.pipe()
    pipe = Pipe(writer)
    for event in EVERY_KIND:
        pipe.tell(event)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        assert tuple(read_events(stream)) == EVERY_KIND


def test_silence_hears_every_event(capfd: pytest.CaptureFixture[str]) -> None:
    for event in EVERY_KIND:
        Silence().tell(event)
    assert capfd.readouterr() == ("", "")

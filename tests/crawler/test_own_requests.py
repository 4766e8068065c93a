"""What a host says of itself is asked for once, with limits of its own, and no trouble of ours is held against it."""

import asyncio
from datetime import timedelta

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response

from crawler.gates import HostGivenUp, NotReachable
from crawler.own_requests import LONGEST_S, MOST_BYTES, MOST_REDIRECTS, OWN, Answer, NoAnswer, OwnRequests
from crawler.stopping import Stopped, StopSign
from filters.network_gate import NetworkReason

URL = "http://a.example/robots.txt"


def get(answer: Response | Exception, url: str = URL, *, stopped: bool = False) -> Answer | NoAnswer:
    stop = StopSign()
    sent: list[Request] = []

    async def download(request: Request) -> Response:
        sent.append(request)
        if stopped:
            stop.raise_it("stopped")
        if isinstance(answer, Exception):
            raise answer
        return answer

    said = asyncio.run(OwnRequests(download, stop, timeout_s=60).get(url))
    for each in sent:
        assert {OWN: True, "dont_retry": True}.items() <= each.meta.items()
        assert each.meta["download_timeout"] == LONGEST_S
        assert (each.meta["download_maxsize"], each.meta["redirect_ttl"]) == (MOST_BYTES, MOST_REDIRECTS)
    return said


@pytest.mark.parametrize(
    ("header", "max_age"),
    [
        (None, None),
        ("public", None),
        ("max-age=60", timedelta(seconds=60)),
        ('public, Max-Age="60", immutable', timedelta(seconds=60)),
        ("s-maxage=9", None),
        ("x-max-age=9", None),
        ("max-age=soon", None),
        ("no-store", timedelta()),
        ("max-age=60, no-cache", timedelta()),
    ],
)
def test_an_answer_tells_how_long_it_counts(header: str | None, max_age: timedelta | None) -> None:
    headers = {} if header is None else {"Cache-Control": header}
    assert get(Response(URL, 200, headers, b"text")) == Answer(status=200, body=b"text", max_age=max_age)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (DownloadTimeoutError(URL), "DownloadTimeoutError"),
        (IgnoreRequest("max redirections reached"), "IgnoreRequest"),
        (NotReachable(NetworkReason.PRIVATE), "network.private"),
    ],
)
def test_what_does_not_arrive_is_no_answer_and_tells_no_address(error: Exception, why: str) -> None:
    assert get(error) == NoAnswer(why=why)


@pytest.mark.parametrize(
    ("coding", "body", "packed"),
    [
        ("x-unknown", b"text", True),
        ("gzip", b"text", True),
        (None, b"\x1f\x8b\x08text", True),
        ("Identity", b"text", False),
        ("", b"text", False),
    ],
)
def test_what_is_packed_in_a_way_nobody_asked_for_could_not_be_read(
    coding: str | None, body: bytes, packed: bool
) -> None:
    headers = {} if coding is None else {"Content-Encoding": coding}
    assert (get(Response(URL, 200, headers, body)) == NoAnswer(why="packed")) is packed
    assert get(Response(URL, 404, headers, body)) == Answer(status=404, body=body)


def test_what_is_no_address_is_no_answer() -> None:
    assert get(Response(URL), "license.xml") == NoAnswer(why="ValueError")


def test_a_host_that_is_left_alone_at_present_has_not_answered_badly() -> None:
    with pytest.raises(HostGivenUp):
        get(HostGivenUp())


@pytest.mark.parametrize("answer", [DownloadTimeoutError(URL), Response(URL, 503)])
def test_what_a_stop_ends_is_not_held_against_the_host(answer: Response | Exception) -> None:
    with pytest.raises(Stopped):
        get(answer, stopped=True)

import http.client
import re
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from typing import NamedTuple

import pytest

from console.demo.case import Host
from console.demo.cases import CASES
from console.demo.owners import SITE_FILES
from console.demo.server import free_port, serving
from console.demo.site import Site


@pytest.fixture(scope="module")
def web() -> Iterator[tuple[Site, int]]:
    with serving() as served:
        yield served


class Reply(NamedTuple):
    status: int
    headers: Message
    body: bytes


def _get(host: str, port: int, path: str, length: int | None = None) -> Reply:
    with closing(http.client.HTTPConnection(host, port, timeout=5)) as connection:
        connection.request("GET", path)
        with connection.getresponse() as reply:
            return Reply(reply.status, reply.headers, reply.read(length))


def test_every_page_can_be_reached_from_the_seeds(web: tuple[Site, int]) -> None:
    site, port = web
    found, pending = set(site.seeds), list(site.seeds)
    while pending:
        host, _, path = pending.pop().removeprefix("http://").partition(f":{port}")
        links = set(re.findall(r'<a href="([^"]+)"', _get(host, port, path).body.decode()))
        pending.extend(links - found)
        found |= links
    assert {case.page.place.url(port) for case in CASES} <= found


@pytest.mark.parametrize("host", [each.value for each in Host if each is not Host.NOBODY])
@pytest.mark.parametrize("path", SITE_FILES)
def test_each_host_answers_and_says_what_may_be_used(web: tuple[Site, int], path: str, host: str) -> None:
    answer = _get(host, web[1], path)
    assert (answer.status, answer.body) == (200, SITE_FILES[path].body)


def test_what_a_server_says_of_a_picture_is_sent_with_it(web: tuple[Site, int]) -> None:
    answer = _get("127.0.0.4", web[1], "/desk/signed.jpg")
    assert answer.headers["X-Robots-Tag"] == "max-image-preview:large, noimageai"


def test_a_redirect_says_where_it_leads(web: tuple[Site, int]) -> None:
    answer = _get("127.0.0.4", web[1], "/desk/forwarded.jpg")
    assert (answer.status, answer.headers["Location"]) == (302, f"http://127.0.0.5:{web[1]}/clock.jpg")


def test_what_is_not_there_is_not_found(web: tuple[Site, int]) -> None:
    assert _get("127.0.0.2", web[1], "/nothing").status == 404


def test_a_drip_sends_a_byte_and_waits(web: tuple[Site, int]) -> None:
    assert _get("127.0.0.4", web[1], "/desk/drip.jpg", length=1).body == b"\xff"


def test_nothing_listens_at_nobody(web: tuple[Site, int]) -> None:
    with pytest.raises(ConnectionRefusedError):
        _get(Host.NOBODY, web[1], "/pier.jpg")


def test_a_busy_port_is_passed_over(web: tuple[Site, int]) -> None:
    assert free_port([Host.GAZETTE]) != web[1]


def test_an_ended_server_gives_its_port_back() -> None:
    with serving() as (_, first):
        pass
    with serving() as (_, second):
        assert second == first

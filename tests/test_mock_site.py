import http.client
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.mock_site import BEHAVIOURS, CAPTION, Reply, Web, page, picture, serving


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving() as served:
        yield served


def _get(web: Web, path: str, host: int = 0, length: int | None = None) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection(web.hosts[host], web.port, timeout=5)) as connection:
        connection.request("GET", path)
        with connection.getresponse() as reply:
            return reply.status, reply.read(length)


def test_a_page_shows_what_its_address_says(web: Web) -> None:
    _, body = _get(web, page(picture("kite"), ("/half.jpg", "Half a kite"), links=["/page?title=Next"]))
    for part in ('<img src="/picture/kite.jpg" alt="' + CAPTION, 'alt="Half a kite"', 'href="/page?title=Next"'):
        assert part in body.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [(picture("kite"), 200), (picture("nothing"), 404), ("/status/503", 503), ("/redirect?to=/page", 302), ("/x", 404)],
)
def test_an_address_answers_as_it_is_called(web: Web, path: str, status: int) -> None:
    assert _get(web, path)[0] == status


@pytest.mark.parametrize("path", ["/drip/", "/endless/"])
def test_a_body_without_end_begins_at_once(web: Web, path: str) -> None:
    assert len(_get(web, path, length=1)[1]) == 1


def test_a_test_can_plant_an_answer_of_its_own_on_one_host(web: Web) -> None:
    web.answers[web.hosts[1], "/robots.txt"] = Reply(status=503)
    assert [_get(web, "/robots.txt", host)[0] for host in (0, 1)] == [200, 503]


def test_requests_are_logged_with_their_host(web: Web) -> None:
    web.log.clear()
    _get(web, picture("kite"), host=1)
    assert (web.paths(0), web.paths(1)) == ([], ["/picture/kite.jpg"])


def test_every_behaviour_has_an_address_of_its_own() -> None:
    assert all(path.startswith("/") for path in BEHAVIOURS)

"""No host is asked more often than it was promised, whatever for, and none that is slow keeps others waiting."""

from itertools import pairwise
from pathlib import Path

import pytest

from crawler.events import Progress
from crawler.launch_spec import LaunchSpec
from tests.crawler.crawls import Place, until
from tests.mock_site import CAPTION, HOSTS, Reply, Web, picture, serving

DELAY_S = 0.4
AS_PUBLIC = {"ALLOWED_NETWORKS_DELAY": str(DELAY_S), "ALLOWED_NETWORKS_CONCURRENCY": "1"}
"""The pace of a public host, in short."""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.made_in(tmp_path)


def shortest_gap_s(web: Web, host: str) -> float:
    moments = [each.at for each in web.log if each.host == host]
    return min(later - sooner for sooner, later in pairwise(moments))


def test_pages_pictures_redirects_and_what_owners_say_share_the_pace_of_their_host(place: Place) -> None:
    with serving() as web:
        elsewhere = Reply(status=302, headers={"Location": web.url(picture("kite"), host=1)})
        web.answers["/there"] = Reply(status=302, headers={"Location": web.url("/drops", host=1)})
        web.answers["/moved"] = elsewhere
        shown = (web.url(picture("lighthouse"), host=1), "/moved", "/status/503?picture")
        links = ("/there", "/drops", "/status/500?page")
        start = web.plant_page("/", *((each, CAPTION) for each in shown), links=links)
        quick = {"ALLOWED_NETWORKS_RETRY_DELAYS_S": "0.1", "MAX_RETRY_AFTER_S": "0.1"}
        crawl = place.crawl(spec=LaunchSpec(seeds=(start,)), **AS_PUBLIC, **quick)
        assert len(web.log) > 15
        assert min(shortest_gap_s(web, host) for host in HOSTS[:2]) >= DELAY_S - 0.1
    assert crawl.counts()["stored"] == 2


def test_what_a_server_drops_is_not_sent_again_at_once(place: Place) -> None:
    """The first answer leaves a connection open, on which the second request is sent."""
    with serving() as web:
        start = web.plant_page("/", links=["/drops"])
        place.crawl(spec=LaunchSpec(seeds=(start,)), RETRY_TIMES="0", ALLOWED_NETWORKS_CONCURRENCY="1")
        assert web.paths().count("/drops") == 1


def test_a_crawl_delay_is_kept_from_the_first_request_after_robots_txt(place: Place) -> None:
    """Of three crawls one will do: a busy server notes a request late, and then the gap after it looks short."""
    assert any(shortest_gap_with_a_delay_s(place) >= 0.9 for _ in range(3))


def shortest_gap_with_a_delay_s(place: Place) -> float:
    with serving() as web:
        web.answers["/robots.txt"] = Reply(body=b"User-agent: *\nCrawl-delay: 1", content_type="text/plain")
        place.crawl(web.plant_page("/", (web.url(picture("kite"), host=1), CAPTION)))
        assert len(web.log) == 8
        return min(shortest_gap_s(web, host) for host in HOSTS[:2])


def test_hosts_that_ask_for_long_pauses_do_not_keep_others_waiting(place: Place) -> None:
    hosts = tuple(f"127.0.0.{number}" for number in range(91, 96))
    with serving(hosts) as web:
        for each in hosts[:-1]:
            web.answers[each, "/robots.txt"] = Reply(body=b"User-agent: *\nCrawl-delay: 5", content_type="text/plain")
        pages = [f"/{number}" for number in range(5)]
        web.answers.update({each: Reply(body=b"<p>a page</p>") for each in pages})
        seeds = tuple(web.url(each, host=host) for each in pages for host in range(5))
        few = {"MAX_OPEN_PAGES": "6", "CONSENT_PROTOCOLS": "", "MAX_PAGE_WAIT_S": "1"}
        with place.crawling(spec=LaunchSpec(seeds=seeds), **few) as running:
            until(lambda: len(web.paths(host=4)) == len(pages))
            running.stop()
            crawl = running.result()
        assert max(len(web.paths(host)) for host in range(4)) <= 2
    assert crawl.finished.summary["pages_failed"] == 0


def test_a_crawl_says_that_it_waits_until_a_page_may_be_tried_and_can_be_stopped_meanwhile(place: Place) -> None:
    with serving() as web:
        web.answers["/busy"] = Reply(status=503, headers={"Retry-After": "600"})
        with place.crawling(web.url("/busy")) as running:
            told = next(each for each in running.heard() if isinstance(each, Progress) and each.idle_s)
            running.stop()
            crawl = running.result()
    assert told.idle_s is not None
    assert 500 < told.idle_s <= 600
    assert told.pages_pending == 1
    assert (crawl.finished.state, crawl.finished.summary["pages_pending"]) == ("stopped", 1)


def test_a_host_that_asks_for_longer_pauses_than_are_granted_is_asked_for_robots_txt_alone(place: Place) -> None:
    with serving() as web:
        for each in HOSTS[1:]:
            web.answers[each, "/robots.txt"] = Reply(
                body=b"User-agent: *\nCrawl-delay: 1000", content_type="text/plain"
            )
        start = web.plant_page("/", (web.url(picture("kite"), host=1), CAPTION))
        crawl = place.crawl(start, web.url("/slow", host=2))
        assert [each.path for each in web.log if each.host in HOSTS[1:]] == ["/robots.txt"] * 2
    assert crawl.counts()["refused"] == place.unread(crawl) == {"network.crawl-delay": 1}

from datetime import UTC, datetime

import pytest

from storage.drafts import sighting_keys
from storage.frontier import Frontier, NewPage, postpone_page
from tests.storage import samples
from tests.storage.one_crawl import WAIT_S, Crawl, start


def test_pages_are_handed_out_once_in_the_order_they_were_found(crawl: Crawl) -> None:
    urls = [f"https://pages.example/{each}" for each in range(5)]
    assert crawl.frontier.add([NewPage(url=url, depth=1, seed=urls[0], found_on=urls[0]) for url in urls]) == 5
    first = crawl.frontier.lease(2)
    assert [each.url for each in first + crawl.frontier.lease(9)] == urls
    assert crawl.frontier.lease(1) == []
    assert (first[0].host, first[0].depth, first[0].attempts) == ("pages.example", 1, 1)


def test_a_page_that_the_run_knows_is_not_added_again(crawl: Crawl) -> None:
    pages = [NewPage(url=f"https://pages.example/{each}", depth=0, seed="s") for each in (1, 2, 1)]
    assert crawl.frontier.add(pages) == 2
    assert crawl.frontier.add(pages) == 0
    assert crawl.frontier.add([]) == 0
    other = start(crawl.runs)
    assert Frontier(crawl.records.db, other.run_id).add(pages) == 2


def test_pages_of_busy_hosts_are_passed_over(crawl: Crawl) -> None:
    crawl.frontier.add([NewPage(url=f"https://{host}.example/", depth=0, seed="s") for host in "ab"])
    assert [each.host for each in crawl.frontier.lease(9, other_than_hosts={"a.example"})] == ["b.example"]


def test_leases_of_a_process_that_is_gone_are_given_back(crawl: Crawl) -> None:
    crawl.frontier.add([NewPage(url=f"https://pages.example/{each}", depth=0, seed="s") for each in range(3)])
    crawl.frontier.lease(2)
    assert crawl.frontier.pending_count() == 1
    assert crawl.frontier.release_leases() == 2
    assert [each.attempts for each in crawl.frontier.lease(9)] == [2, 2, 1]


@pytest.mark.parametrize(("year", "handed_out"), [(2100, 0), (2000, 1)])
def test_a_page_is_not_handed_out_before_its_time(crawl: Crawl, year: int, handed_out: int) -> None:
    page, at = crawl.new_page(), datetime(year, 1, 1, tzinfo=UTC)
    crawl.recorder.call(lambda conn: postpone_page(conn, page, at)).result(timeout=WAIT_S)
    assert len(crawl.frontier.lease(1)) == handed_out


def test_what_was_decided_on_a_page_is_known(crawl: Crawl) -> None:
    page = crawl.new_page()
    crawl.record(page, samples.refused(page, 1), samples.kept(page, 2), last=False)
    keys = crawl.records.keys
    expected = {sighting_keys(keys, samples.candidate(page, number)) for number in (1, 2)}
    assert crawl.frontier.decided_keys(page) == expected
    assert crawl.frontier.decided_keys("none") == set()


def test_a_page_shows_no_address() -> None:
    assert "example" not in repr(NewPage(url="https://pages.example/", depth=0, seed="https://pages.example/"))

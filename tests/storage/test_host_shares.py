from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.host_shares import FEWEST_JUDGED, HostShare, host_shares
from tests.storage import samples
from tests.storage.one_crawl import Crawl, crawling


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    with crawling(tmp_path) as crawl:
        yield crawl


def share(*, judged: int, refused: int) -> HostShare:
    return HostShare(host="a", candidates=judged, stored=judged - refused, judged=judged, refused=refused, most_for="x")


def test_every_candidate_of_a_host_is_counted_and_a_match_is_in_none(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    entries = (samples.kept(page_id, 1), samples.refused(page_id, 2), samples.unsure(page_id, 3))
    crawl.record(page_id, *entries, samples.failed(page_id, 4))
    matched = crawl.new_page("matched")
    crawl.record(matched, samples.match(matched, 5), samples.beside(matched, 6))
    crawl.end()
    (found,) = host_shares(crawl.records.db, crawl.run.run_id)
    assert (found.host, found.candidates, found.stored) == ("pictures.example", 4, 1)
    assert (found.judged, found.refused, found.share) == (2, 1, 0.5)
    assert (found.unsure, found.kept_share) == (1, 1 / 3)
    assert found.most_for is not None
    assert not found.suggested


def test_a_run_without_sightings_has_no_hosts(crawl: Crawl) -> None:
    assert host_shares(crawl.records.db, crawl.run.run_id) == ()


@pytest.mark.parametrize(
    ("judged", "refused", "suggested"),
    [
        (FEWEST_JUDGED, FEWEST_JUDGED, True),
        (FEWEST_JUDGED - 1, FEWEST_JUDGED - 1, False),
        (100, 90, True),
        (100, 89, False),
        (0, 0, False),
    ],
)
def test_a_host_is_suggested_for_many_refusals_and_few_pairs(judged: int, refused: int, suggested: bool) -> None:
    assert share(judged=judged, refused=refused).suggested is suggested


def test_repeating_itself_says_nothing_of_a_host(crawl: Crawl) -> None:
    first, again = crawl.new_page(), crawl.new_page("again")
    crawl.record(first, samples.kept(first, 1))
    crawl.record(again, samples.kept(again, 1))
    crawl.end()
    (found,) = host_shares(crawl.records.db, crawl.run.run_id)
    assert (found.candidates, found.stored, found.judged, found.refused) == (2, 1, 1, 0)

"""A crawl is shown pictures declared known, finds them by its own gate, and keeps nothing while it has not."""

import pytest

from crawler.edit_names import EDITS, MUST_BE_FOUND
from crawler.launch_spec import LaunchSpec
from storage.canary_results import CanaryResult, canary_results
from storage.database import Database
from tests.crawler.crawls import Crawl, Place
from tests.mock_site import page, picture, serving


def crawled(place: Place, canaries: int | None = None, **settings: str) -> Crawl:
    """Crawl one page with two pictures."""
    with serving() as web:
        seed = web.url(page(picture("kite"), picture("lighthouse")))
        return place.crawl(spec=LaunchSpec(seeds=(seed,), canaries=canaries), **settings)


def results(place: Place, crawl: Crawl) -> dict[str, CanaryResult]:
    db = Database.open(place.database_url, place.folder)
    try:
        return {each.edit: each for each in canary_results(db, crawl.run_id)}
    finally:
        db.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place.made_in(tmp_path_factory.mktemp("canaries"))


@pytest.fixture(scope="module")
def crawl(place: Place) -> Crawl:
    return crawled(place, canaries=2)


def test_each_canary_is_shown_in_each_edit_and_those_that_must_be_are_found(place: Place, crawl: Crawl) -> None:
    assert crawl.exit_code == 0
    found = results(place, crawl)
    assert set(found) == set(EDITS)
    assert {each.injected for each in found.values()} == {2}
    assert all(found[edit].found == 2 for edit in MUST_BE_FOUND)
    assert found["collage"].found == 0


def test_canaries_leave_no_sighting_event_or_tally(place: Place, crawl: Crawl) -> None:
    assert crawl.counts() == {"stored": 2, "refused": {}, "unsure": {}, "failed": {}}
    assert len(place.refusals()) == 0
    assert len(place.pairs()) == 2


def test_what_is_kept_does_not_name_the_canaries(place: Place, crawl: Crawl) -> None:
    db = Database.open(place.database_url, place.folder)
    try:
        with db.read() as conn:
            verdicts = conn.exec_driver_sql("SELECT verdicts FROM sighting").scalars().all()
    finally:
        db.close()
    assert verdicts
    assert not any("canary" in str(each) for each in verdicts)


def test_a_run_without_canaries_has_no_results(tmp_path_factory: pytest.TempPathFactory) -> None:
    plain = Place.made_in(tmp_path_factory.mktemp("plain"))
    crawl = crawled(plain)
    assert results(plain, crawl) == {}
    assert len(plain.pairs()) == 2


@pytest.mark.parametrize("number", [0, 101])
def test_more_canaries_than_there_are_is_not_ready(place: Place, number: int) -> None:
    crawl = crawled(place, canaries=number)
    assert crawl.exit_code == 3
    assert "between 1 and 100 canaries" in crawl.failed.message

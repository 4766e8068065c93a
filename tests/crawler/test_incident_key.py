"""A run that a list demands sealed incidents of has the key to seal them, and never the one that opens them."""

from pathlib import Path

import pytest

from crawler.readiness import require_no_private_key
from storage.database import Database
from storage.errors import NotReady
from storage.hash_lists import HashLists
from storage.incidents import PRIVATE_KEY_VARIABLE, new_key_pair
from storage.keys import KeyRing
from storage.ledger import Ledger
from tests.crawler.crawls import Place, until
from tests.mock_site import page, picture, serving


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.made_in(tmp_path)


def demand(place: Place) -> None:
    db = Database.open(place.database_url, place.folder)
    try:
        lists = HashLists(db, Ledger(db, KeyRing.load(db.folder)))
        lists.set_policy("made-up", {"needs_incident_key": True}, why="a test", by="a test")
    finally:
        db.close()


def test_without_the_key_that_a_list_demands_nothing_is_begun(place: Place) -> None:
    demand(place)
    with serving() as web:
        crawl = place.crawl(web.url(page(picture("kite"))))
        assert web.log == []
    assert crawl.exit_code == 3
    assert "made-up@2" in crawl.failed.message
    assert "export ALTSIEVE_INCIDENT_PUBLIC_KEY=" in crawl.failed.message


def test_with_the_key_that_a_list_demands_it_is_begun(place: Place) -> None:
    demand(place)
    with serving() as web:
        crawl = place.crawl(web.url(page(picture("kite"))), INCIDENT_PUBLIC_KEY=new_key_pair()[1])
    assert crawl.counts()["stored"] == 1


def test_a_run_without_a_key_ends_when_a_list_demands_one(place: Place) -> None:
    with serving() as web, place.crawling(web.url(page(picture("kite"), "/silence"))) as running:
        until(lambda: picture("kite") in web.paths())
        demand(place)
        crawl = running.result()
    assert crawl.exit_code == 4
    assert place.pairs() == []


def test_what_opens_incidents_is_never_where_they_are_made() -> None:
    require_no_private_key({"ALTSIEVE_INCIDENT_PUBLIC_KEY": "x"})
    with pytest.raises(NotReady, match="unset"):
        require_no_private_key({PRIVATE_KEY_VARIABLE: "secret"})


def test_a_crawl_does_not_begin_beside_the_private_key(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    private, _ = new_key_pair()
    monkeypatch.setenv(PRIVATE_KEY_VARIABLE, private)
    with serving() as web:
        crawl = place.crawl(web.url(page(picture("kite"))))
    assert crawl.exit_code == 3
    left = b"".join(each.read_bytes() for each in place.folder.rglob("*") if each.is_file())
    assert private.encode() not in left

"""After so many matches on a host the run leaves it out, and only sealed records say so."""

import asyncio
import hashlib
from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from console.demo.pictures import jpeg
from crawler.suspension import Suspension
from storage.database import Database
from storage.incidents import Sealed, new_key_pair, unseal
from storage.shares import Entry, Match, Share
from storage.tables import incident, incident_key, page
from tests.crawler.crawls import Place
from tests.crawler.pairs import candidate, facts, fetched, refusing
from tests.mock_site import HOSTS, picture, serving


class Frontier:
    """Stands in for the recorder: notes what is to be dropped."""

    def __init__(self) -> None:
        self.dropped: list[set[str]] = []

    def drop_hosts(self, hosts: Collection[str]) -> "Future[int]":
        self.dropped.append({*hosts})
        future: Future[int] = Future()
        future.set_result(7)
        return future


def match(name: str = "harbour") -> Match:
    return Match(candidate=candidate(name), fetched=fetched(), facts=facts(), decision=refusing("hash.on-list"))


def share(*entries: Entry) -> Share:
    return Share(page_id="page", entries=entries, last=True)


def marks(noted: Share) -> list[bool]:
    return [each.host_suspended for each in noted.entries if isinstance(each, Match)]


def test_a_host_is_left_out_with_the_match_that_reaches_the_limit() -> None:
    frontier = Frontier()
    suspension = Suspension(frontier, 3)
    assert marks(suspension.noted(share(match(), match()))) == [False, False]
    assert asyncio.run(suspension.carry_out()) == 0
    assert not suspension.holds(candidate())
    assert marks(suspension.noted(share(match(), match()))) == [True, False]
    assert asyncio.run(suspension.carry_out()) == 7
    assert frontier.dropped == [{"page.example", "images.example"}]
    assert suspension.leaves_out("page.example")
    assert suspension.holds(candidate("another"))


def test_of_a_host_that_is_left_out_neither_pages_nor_pictures_nor_redirects_are_wanted() -> None:
    suspension = Suspension(Frontier(), 1)
    assert not suspension.leaves_out("images.example")
    elsewhere = candidate()
    elsewhere = replace(
        elsewhere,
        image_url="http://else.example/1.jpg",
        visit=replace(elsewhere.visit, url="http://else.example/", final_url="http://else.example/"),
    )
    suspension.noted(share(match()))
    assert not suspension.holds(elsewhere)
    assert suspension.holds(elsewhere, fetched())
    assert suspension.holds(replace(elsewhere, image_url="http://images.example/2.jpg"))


@pytest.mark.parametrize(("reason", "met"), [("safety.minor-term", False), ("safety.minor", True)])
def test_words_beside_the_picture_of_another_host_leave_out_the_host_of_their_page_only(reason: str, met: bool) -> None:
    suspension = Suspension(Frontier(), 1)
    words = replace(match(), decision=refusing(reason))
    suspension.noted(share(words if met else replace(words, fetched=None, facts=None)))
    assert suspension.leaves_out("page.example")
    assert not suspension.leaves_out("images.example")


def test_without_a_limit_no_host_is_left_out() -> None:
    suspension = Suspension(Frontier(), 0)
    assert marks(suspension.noted(share(*[match()] * 9))) == [False] * 9
    assert not suspension.holds(candidate())


@pytest.mark.parametrize("limit", [1, 0])
def test_a_crawl_leaves_a_host_out(tmp_path: Path, limit: int) -> None:
    private, public = new_key_pair()
    place = Place.made_in(tmp_path, INCIDENT_PUBLIC_KEY=public, INCIDENT_HOST_LIMIT=str(limit), MAX_OPEN_PAGES="1")
    place.list_hash("sha256", hashlib.sha256(jpeg("hills-at-dusk")).hexdigest())
    with serving() as web:
        later = [web.plant_page(f"/later-{each}", (picture("kite"), "A kite in the wind")) for each in range(4)]
        elsewhere = [each.replace(HOSTS[0], HOSTS[1]) for each in later]
        bad = web.plant_page("/bad", (picture("hills-at-dusk"), "Hills at dusk"), links=elsewhere[:2])
        shown = [(picture("lighthouse"), "A lighthouse at night")]
        start = web.plant_page("/start", *shown, links=elsewhere[2:])
        mixed = web.plant_page("/mixed", *shown, (web.url(picture("castle"), host=1), "A castle on a hill"))
        crawl = place.crawl(bad.replace(HOSTS[0], HOSTS[1]), start, mixed)
        asked = web.paths(host=1)
    assert crawl.exit_code == 0
    left, suspended = _left(place, private)
    assert suspended is bool(limit)
    if limit:
        assert crawl.counts()["stored"] == 1
        assert crawl.counts()["unsure"] == {"page.incident": 2}
        assert left == ["done"]
        assert set(asked) - {"/robots.txt"} == {"/bad", picture("hills-at-dusk")}
    else:
        assert crawl.counts()["stored"] == 3
        assert left == ["done"] * 5


def _left(place: Place, private_key: str) -> tuple[list[str], bool]:
    db = Database.open(place.database_url, place.folder)
    try:
        with db.read() as conn:
            states = [row.state for row in conn.execute(page.select()) if row.host == HOSTS[1]]
            found, key = conn.execute(incident.select()).one(), conn.execute(incident_key.select()).one()
    finally:
        db.close()
    record = unseal(private_key, Sealed(record=found.sealed, data_key=key.sealed), found.event_id)
    return states, record["host_suspended"]

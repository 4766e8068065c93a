"""What may come right is tried again at the pace the host asks for; what will not is left alone, and dead hosts too."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from crawler.launch_spec import LaunchSpec
from storage.database import Database
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.retries import pages_to_retry
from storage.reviews import Reviews
from storage.tables import page
from tests.crawler.crawls import Crawl, Place, until
from tests.mock_site import CAPTION, HOSTS, Reply, Web, picture, serving

SOON = {"ALLOWED_NETWORKS_RETRY_DELAYS_S": "0.05", "RETRY_TIMES": "2"}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.made_in(tmp_path)


def pages(place: Place, crawl: Crawl) -> dict[str, tuple[str, Any, int]]:
    """Return state, evidence of failure and attempts of each page, by its path."""
    db = Database.open(place.database_url, place.folder)
    try:
        with db.read() as conn:
            rows = conn.execute(select(page).where(page.c.run_id == crawl.run_id)).all()
        return {"/" + row.url.split("/", 3)[3]: (row.state, row.failure_evidence, row.attempts) for row in rows}
    finally:
        db.close()


def moments(web: Web, path: str) -> list[float]:
    return [each.at for each in web.log if each.path == path]


def test_pages_and_pictures_are_tried_again_by_their_class(place: Place) -> None:
    with serving() as web:
        web.answers["/good"] = Reply(body=b"<p>good</p>")
        shown = (f"/flaky/2{picture('kite')}", "/status/404", "/status/500?picture")
        links = ("/flaky/2/good", "/status/410", "/status/500?page")
        start = web.plant_page("/", *((each, CAPTION) for each in shown), links=links)
        crawl = place.crawl(spec=LaunchSpec(seeds=(start,)), **SOON)
        asked = {path: web.paths().count(path) for path in (*shown, *links)}
    assert (crawl.exit_code, crawl.counts()["stored"]) == (0, 1)
    assert asked == dict.fromkeys((*shown, *links), 3) | {"/status/404": 1, "/status/410": 1}
    assert pages(place, crawl) == {
        "/": ("done", None, 1),
        "/flaky/2/good": ("done", None, 3),
        "/status/410": ("failed", {"status": 410, "retry": "permanent"}, 1),
        "/status/500?page": ("failed", {"status": 500, "retry": "transient"}, 3),
    }
    db = Database.open(place.database_url, place.folder)
    try:
        again = {each.url: len(each.image_keys) for each in pages_to_retry(db, crawl.run_id)}
    finally:
        db.close()
    assert again == {web.url("/"): 1, web.url("/status/500?page"): 0}


def test_a_host_is_asked_nothing_before_the_time_it_named(place: Place) -> None:
    with serving() as web:
        busy = f"/flaky/1{picture('kite')}?after=2"
        start = web.plant_page("/", (web.url(busy, host=1), CAPTION), (web.url("/status/404", host=1), CAPTION))
        place.crawl(spec=LaunchSpec(seeds=(start,)), **SOON, ALLOWED_NETWORKS_CONCURRENCY="1")
        first, *_ = moments(web, busy)
        later = [each.at for each in web.log if each.host == HOSTS[1] and each.at > first]
    assert len(later) >= 3
    assert min(later) - first >= 1.9


def test_a_host_that_wants_to_be_left_alone_for_long_is_and_nothing_is_lost(place: Place) -> None:
    with serving() as web:
        web.answers["/busy"] = Reply(status=429, headers={"Retry-After": "1000"})
        web.answers["/next"] = Reply(body=b"<p>next</p>")
        start = web.plant_page("/", (picture("kite"), CAPTION), links=["/busy", "/next"])
        with place.crawling(spec=LaunchSpec(seeds=(start,)), **SOON, MAX_WAIT_S="5", MAX_OPEN_PAGES="1") as running:
            until(lambda: "/busy" in web.paths())
            until(lambda: place_has_put_off(place, 2))
            running.stop()
            crawl = running.result()
        assert "/next" not in web.paths()
    assert crawl.finished.state == "stopped"
    assert pages(place, crawl)["/busy"] == ("pending", None, 1)
    assert pages(place, crawl)["/next"] == ("pending", None, 0)
    assert len(place.pairs()) == 1


def place_has_put_off(place: Place, count: int) -> bool:
    db = Database.open(place.database_url, place.folder)
    try:
        with db.read() as conn:
            query = select(func.count()).where(page.c.state == "pending", page.c.next_try_at.is_not(None))
            return conn.execute(query).scalar_one() == count
    finally:
        db.close()


def test_a_host_that_answers_nothing_is_given_up(place: Place) -> None:
    with serving() as web:
        dead = [web.url(f"/status/500?{number}", host=1) for number in range(9)]
        start = web.plant_page("/", *((each, CAPTION) for each in (*dead, picture("kite"))))
        crawl = place.crawl(start, RETRY_TIMES="0", HOST_GIVE_UP_AFTER="3", ALLOWED_NETWORKS_CONCURRENCY="1")
        assert len([each for each in web.paths(host=1) if each.startswith("/status")]) == 3
    assert crawl.counts()["failed"] == {"fetch.failed": 3, "fetch.host-given-up": 6}
    assert {str((each.evidence or {})["retry"]) for each in place.refusals()} == {"transient"}
    assert crawl.counts()["stored"] == 1


def test_a_run_in_which_nothing_answers_any_more_ends_and_is_resumed(place: Place) -> None:
    """The hosts of the seeds answer robots.txt once, and then nothing, as if the network had gone."""
    hosts = tuple(f"127.0.0.{number}" for number in range(31, 43))
    with serving(hosts) as web:
        seeds = [web.url(f"/status/503?{number}", host=number % 12) for number in range(240)]
        settings = {"RETRY_TIMES": "0", "HOST_GIVE_UP_AFTER": "1000", "MAX_OPEN_PAGES": "64"}
        gone = place.crawl(spec=LaunchSpec(seeds=tuple(seeds)), **settings, ALLOWED_NETWORKS_RETRY_DELAYS_S="0")
        assert (gone.exit_code, gone.finished.state) == (4, "broke-off")
        assert "of the last 200 requests" in gone.failed.message
        left = gone.finished.summary["pages_pending"]
        assert isinstance(left, int)
        assert left > 0
        asked = len(web.paths())
        resume = LaunchSpec(resume=gone.run_id)
        place.crawl(spec=resume, **settings, ALLOWED_NETWORKS_RETRY_DELAYS_S="0")
        assert len(web.paths()) > asked


def test_a_site_that_goes_away_in_the_middle_breaks_its_run_off_and_the_resumption_reads_all_of_it(
    place: Place,
) -> None:
    with serving() as web:
        links = [f"/{number}" for number in range(9)]
        start = web.plant_page("/", links=links)
        web.answers.update(dict.fromkeys(links, Reply(status=500)))
        impatient = {**SOON, "HOST_GIVE_UP_AFTER": "5"}
        gone = place.crawl(start, spec=None, **impatient)
        assert (gone.exit_code, gone.finished.state, place.unread(gone)) == (4, "broke-off", {})
        assert "no host that answered before (1) does so any more" in gone.failed.message
        for each in links:
            web.plant_page(each, links=[f"/beyond{each}"])
            web.plant_page(f"/beyond{each}")
        back = place.crawl(spec=LaunchSpec(resume=gone.run_id), **impatient)
    assert (back.exit_code, back.finished.summary["pages"]) == (0, 1 + 2 * len(links))


def test_the_links_of_a_page_that_was_not_read_are_followed_when_it_is_tried_again(place: Place) -> None:
    """Those of a page that was read are known, also where its pictures are tried again."""
    with serving() as web:
        busy, deep = Reply(status=503), web.url("/deep")
        web.answers.update({"/later": busy, "/late.jpg": busy})
        start = web.plant_page("/", ("/late.jpg", CAPTION), links=["/later", "/known"])
        web.plant_page("/known")
        first = place.crawl(spec=LaunchSpec(seeds=(start,), depth=2), RETRY_TIMES="0")
        web.plant_page("/later", links=["/known", deep])
        web.plant_page("/deep", links=["/too-deep"])
        again = place.crawl(spec=LaunchSpec(retry=first.run_id), RETRY_TIMES="0")
        assert (web.paths().count("/known"), "/too-deep" in web.paths()) == (1, False)
    assert {path: each[0] for path, each in pages(place, again).items()} == dict.fromkeys(
        ("/", "/later", "/deep"), "done"
    )


def test_a_run_of_which_nothing_may_come_right_is_not_tried_again(place: Place) -> None:
    with serving() as web:
        first = place.crawl(web.plant_page("/", ("/status/404", CAPTION), links=["/status/410"]))
        again = place.crawl(spec=LaunchSpec(retry=first.run_id))
    assert again.exit_code == 3
    assert f"nothing of run {first.run_id} may come right by trying again" in again.failed.message


def test_what_a_person_accepted_is_fetched_and_judged_again_and_nothing_is_overridden(place: Place) -> None:
    with serving() as web:
        start = web.plant_page("/", (picture("kite"), CAPTION), (picture("teapot"), CAPTION))
        unsure = {"LANGUAGES_WANTED": "en", "LANGUAGE_MIN_CONFIDENCE": "1"}
        first = place.crawl(spec=LaunchSpec(seeds=(start,)), **unsure)
        assert first.counts()["unsure"] == {"language.uncertain": 2}
        accept_first(place)
        still = place.crawl(spec=LaunchSpec(seeds=(), retry=first.run_id), **unsure)
        assert (still.counts()["stored"], still.counts()["unsure"]) == (0, {"language.uncertain": 1})
        accept_first(place, after=1)
        again = place.crawl(
            spec=LaunchSpec(seeds=(), retry=still.run_id), **(unsure | {"LANGUAGE_MIN_CONFIDENCE": "0"})
        )
        assert again.counts()["stored"] == 1


def accept_first(place: Place, after: int = 0) -> None:
    """Accept what has waited for longest, but for so many."""
    db = Database.open(place.database_url, place.folder)
    try:
        queue = Reviews(db=db, ledger=Ledger(db, KeyRing.load(place.folder)), expires_days=30)
        item = list(queue.waiting())[after]
        queue.decide(item.sighting_id, accept=True, by="ann", why="a person looked")
    finally:
        db.close()

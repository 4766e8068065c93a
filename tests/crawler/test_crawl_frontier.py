"""Pages are read along the links of their site, within limits, and none is lost when a crawl ends early."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from console.demo.pictures import jpeg
from crawler.events import Started
from crawler.launch_spec import LaunchSpec
from storage.database import Database
from tests.crawler.crawls import Place, until
from tests.mock_site import HOSTS, Reply, Web, page, picture, serving

SCENES = ("hills-at-dusk", "lighthouse", "house-in-snow", "kite", "hot-air-balloon")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.made_in(tmp_path)


def html(*links: str, images: tuple[str, ...] = ()) -> Reply:
    shown = [f'<a href="{each}">on</a>' for each in links]
    shown += [f'<img src="{each}" alt="A quiet evening by the {each[9:-4]}">' for each in images]
    return Reply(body=("<!doctype html><title>A page</title>" + "".join(shown)).encode())


def pages_of(web: Web, host: int = 0) -> list[str]:
    return [urlsplit(each).path for each in web.paths(host) if not each.startswith("/picture")]


def chain(web: Web, length: int) -> str:
    """Plant /0 -> /1 -> ... and a page that all link to; return the first."""
    for number in range(length):
        links = ["/hub"] if number == length - 1 else [f"/{number + 1}", "/hub"]
        web.answers[f"/{number}"] = html(*links)
    web.answers["/hub"] = html("/0", "/hub#here", "/extra/a", "/extra/b", f"http://{HOSTS[2]}:{web.port}/elsewhere")
    for name in ("/extra/a", "/extra/b"):
        web.answers[name] = html()
    return web.url("/0")


@pytest.mark.parametrize(
    ("limits", "read"),
    [
        (LaunchSpec(), {"/0", "/1", "/2", "/hub", "/extra/a", "/extra/b"}),
        (LaunchSpec(depth=0), {"/0"}),
        (LaunchSpec(depth=1, deny=("/h.b$",)), {"/0", "/1"}),
        (LaunchSpec(allow=(r"/\d$",)), {"/0", "/1", "/2"}),
        (LaunchSpec(max_pages_per_host=3), {"/0", "/1", "/hub"}),
    ],
    ids=["no limit", "depth 0", "depth 1 and deny", "allow", "pages of a host"],
)
def test_each_page_in_scope_is_read_once(place: Place, limits: LaunchSpec, read: set[str]) -> None:
    with serving() as web:
        start = chain(web, 3)
        crawl = place.crawl(spec=LaunchSpec(**{**vars(limits), "seeds": (start,)}))
        assert sorted(pages_of(web)) == sorted(read)
        assert web.paths(host=2) == []
    assert crawl.finished.state == "finished"
    assert crawl.finished.summary["pages"] == len(read)


def test_a_page_limit_counts_for_the_whole_run(place: Place) -> None:
    with serving() as web:
        start = chain(web, 6)
        crawl = place.crawl(spec=LaunchSpec(seeds=(start,), max_pages=2))
        assert len(pages_of(web)) == 2
        again = place.crawl(spec=LaunchSpec(resume=crawl.run_id, max_pages=5))
        assert len(pages_of(web)) == 5
    assert again.run_id == crawl.run_id
    assert again.finished.summary["pages"] == 5


def test_a_run_is_resumed_only_under_the_settings_that_it_was_started_with(place: Place) -> None:
    given = {"IMAGE_MIN_SIDE_PX": "5000", "ALLOW_NETWORKS": "127.0.0.0/8,127.0.0.0/16"}
    with serving() as web:
        web.answers |= {"/": html("/next"), "/next": html(images=(picture("kite"),))}
        first = place.crawl(spec=LaunchSpec(seeds=(web.url("/"),), max_pages=1), **given)
        resume = LaunchSpec(resume=first.run_id, max_pages=2)
        other = place.crawl(spec=resume)
        assert web.paths() == ["/"]
        resumed = place.crawl(spec=resume, **given)
    assert (other.exit_code, resumed.exit_code) == (3, 0)
    repeat = "-s ALLOW_NETWORKS=127.0.0.0/8,127.0.0.0/16 -s IMAGE_MIN_SIDE_PX=5000"
    assert f"repeat them: {repeat}\nor start a new run" in other.failed.message
    assert resumed.counts()["refused"] == {"image.too-small": 1}


def test_a_pair_limit_is_met_exactly(place: Place) -> None:
    with serving() as web:
        first = html("/next", images=tuple(picture(each) for each in SCENES[:3]))
        web.answers |= {"/first": first, "/next": html(images=tuple(picture(each) for each in SCENES))}
        crawl = place.crawl(spec=LaunchSpec(seeds=(web.url("/first"),), max_pairs=2))
    assert crawl.exit_code == 0
    assert crawl.finished.state == "finished"
    assert len(place.pairs()) == 2


def test_the_final_host_of_a_seed_is_in_scope(place: Place) -> None:
    with serving() as web:
        moved = web.url("/home", host=1)
        web.answers[HOSTS[0], "/"] = Reply(status=301, headers={"Location": moved})
        web.answers["/home"] = html("/about")
        web.answers["/about"] = html(f"http://{HOSTS[2]}:{web.port}/elsewhere")
        place.crawl(web.url("/"))
        assert pages_of(web, host=1) == ["/home", "/about"]
        assert web.paths(host=2) == []


def test_a_page_that_redirects_elsewhere_is_not_read(place: Place) -> None:
    with serving() as web:
        web.answers["/"] = html("/leaves")
        web.answers["/leaves"] = Reply(status=302, headers={"Location": web.url("/there", host=2)})
        web.answers["/there"] = html(images=(picture("kite"),))
        crawl = place.crawl(web.url("/"))
    assert crawl.finished.summary["pages_failed"] == 1
    assert crawl.finished.summary["candidates"] == 0


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://x.example/"])
def test_a_page_that_redirects_out_of_the_web_fails_and_the_crawl_goes_on(place: Place, location: str) -> None:
    with serving() as web:
        web.answers["/"] = html("/leaves", "/good")
        web.answers["/leaves"] = Reply(status=302, headers={"Location": location})
        web.answers["/good"] = html(images=(picture("kite"),))
        crawl = place.crawl(web.url("/"))
    assert (crawl.exit_code, crawl.finished.state) == (0, "finished")
    assert place.unread(crawl) == {"network.scheme": 1}
    assert len(place.pairs()) == 1


def test_the_address_of_a_picture_never_stands_in_the_frontier(place: Place) -> None:
    with serving() as web:
        web.answers["/nameless"] = Reply(body=jpeg("kite"), content_type="image/jpeg")
        shown = (picture("lighthouse"), "/nameless")
        web.answers["/"] = html(*shown, "/picture/castle.JPG;v=1", "/good", images=shown)
        web.answers["/good"] = html()
        crawl = place.crawl(web.url("/"))
        assert place.frontier(crawl) == {web.url("/"), web.url("/good")}
    assert len(place.pairs()) == 2


def test_pages_that_cannot_be_read_do_not_hold_up_the_others(place: Place) -> None:
    with serving() as web:
        fates = ("/status/404", "/status/503", "/drip/text/html", "/endless/text/html", "/a-picture", "/silence")
        web.answers["/"] = html(*fates, "/100000-attributes", "/good")
        web.answers["/a-picture"] = Reply(body=jpeg("kite"), content_type="image/jpeg")
        web.answers["/good"] = html(images=(picture("lighthouse"),))
        crawl = place.crawl(web.url("/"), DOWNLOAD_TIMEOUT="2", PAGE_MAX_BYTES="2000000", RETRY_TIMES="0")
        assert pages_of(web).count("/status/503") == 1
    assert crawl.finished.state == "finished"
    assert (
        crawl.finished.summary["pages_failed"] == len(fates) + 1
    )  # the one with 100,000 attributes is not parsed at all
    assert len(place.pairs()) >= 1


def test_a_stopped_crawl_ends_within_seconds_and_loses_nothing(place: Place) -> None:
    with serving() as web:
        first = html("/next", "/slow", images=(picture(SCENES[0]), "/silence", "/drip/image/jpeg"))
        web.answers |= {"/first": first, "/next": html(images=(picture(SCENES[1]),))}
        web.answers["/slow"] = html(*(f"/status/404?{number}" for number in range(50)))
        with place.crawling(web.url("/first"), DOWNLOAD_DELAY="0.2") as running:
            until(lambda: "/silence" in web.paths())
            running.stop()
            crawl = running.result(timeout_s=30)  # each picture that hangs would take a minute, and be tried twice
        assert crawl.exit_code == 0
        assert crawl.finished.state == "stopped"
        assert "fetch.failed" not in crawl.counts()["failed"]
        web.answers |= {"/silence": Reply(status=404), "/drip/image/jpeg": Reply(status=404)}
        resumed = place.crawl(spec=LaunchSpec(resume=crawl.run_id))
    assert resumed.finished.state == "finished"
    assert {Path(each.image_url).stem for each in place.pairs()} == set(SCENES[:2])
    assert resumed.counts()["failed"] == {"fetch.failed": 2}
    assert resumed.finished.summary["candidates"] == 4


def test_a_crawl_whose_records_are_gone_at_its_end_says_that_it_broke_off(place: Place) -> None:
    with serving() as web:
        web.answers["/first"] = html(images=("/silence",))
        with place.crawling(web.url("/first")) as running:
            until(lambda: "/silence" in web.paths())
            db = Database.open(place.database_url, place.folder)
            with db.write() as conn:
                conn.execute(text("ALTER TABLE run RENAME TO gone"))
            db.close()
            running.stop()
            crawl = running.result(timeout_s=30)
    assert crawl.exit_code == 4
    assert crawl.failed.message.startswith("the run broke off: ")


def test_a_crawl_that_is_stopped_as_soon_as_it_starts_says_so(place: Place) -> None:
    with serving() as web, place.crawling(chain(web, 40)) as running:
        assert isinstance(running.first_event(), Started)
        running.stop()
        stopped = running.result()
    assert (stopped.exit_code, stopped.finished.state) == (0, "stopped")
    assert stopped.finished.summary["pages_pending"] != 0


def test_a_killed_crawl_is_resumed_where_it_was(place: Place) -> None:
    with serving() as web:
        web.answers["/first"] = html("/next", images=(picture(SCENES[0]), "/silence"))
        web.answers["/next"] = html(images=(picture(SCENES[1]),))
        with place.crawling(web.url("/first")) as running:
            until(lambda: "/silence" in web.paths() and picture(SCENES[1]) in web.paths())
            running.kill()
            run_id = running.result().run_id
        web.answers["/silence"] = Reply(status=404)
        resumed = place.crawl(spec=LaunchSpec(resume=run_id))
    assert resumed.finished.summary["pages"] == 2
    assert len(place.pairs()) == 2


def test_what_failed_is_tried_again_in_a_new_run_and_nothing_else(place: Place) -> None:
    with serving() as web:
        web.answers["/first"] = html("/later", "/gone", images=(picture(SCENES[0]), "/picture/flaky.jpg", "/gone.jpg"))
        web.answers["/later"] = Reply(status=503)
        web.answers["/picture/flaky.jpg"] = Reply(status=500)
        first = place.crawl(web.url("/first"), RETRY_TIMES="0")
        assert first.counts()["stored"] == 1
        kite = picture("kite")
        web.answers["/picture/flaky.jpg"] = Reply(status=302, headers={"Location": kite})
        web.answers["/later"] = html(images=(picture(SCENES[1]),))
        again = place.crawl(spec=LaunchSpec(retry=first.run_id))
        for each in (picture(SCENES[0]), "/gone", "/gone.jpg"):
            assert web.paths().count(each) == 1
    assert again.run_id != first.run_id
    assert again.counts() == {"stored": 2, "refused": {}, "unsure": {}, "failed": {}}


def test_a_second_crawl_stores_nothing_new(place: Place) -> None:
    with serving() as web:
        start = web.url(page(*(picture(each) for each in SCENES[:2])))
        place.crawl(start)
        again = place.crawl(start)
    assert again.counts()["stored"] == 0
    assert again.counts()["refused"] == {"duplicate.pair": 2}

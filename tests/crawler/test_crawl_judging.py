"""Nothing is stored that was not judged, by the lists of the moment at which it is stored."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from console.demo.pictures import jpeg
from crawler.launch_spec import LaunchSpec
from crawler.readiness import STEPS
from tests.crawler.crawls import Place, as_setting, until
from tests.mock_site import CAPTION, HOSTS, Reply, page, picture, serving
from tests.storage.records import lay_down


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.made_in(tmp_path)


def without(step: str) -> str:
    return as_setting({name: number * 100 for number, name in enumerate(STEPS) if name != step})


@pytest.mark.parametrize("step", STEPS)
def test_without_a_step_the_run_does_not_begin(place: Place, step: str) -> None:
    with serving() as web:
        crawl = place.crawl(web.url(page(picture("kite"))), ITEM_PIPELINES=without(step))
        assert web.log == []
    assert crawl.exit_code == 3
    assert "ITEM_PIPELINES" in crawl.failed.message
    assert place.pairs() == []


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"LINEUP": "domain-blocklist,alt-text,near-hash"}, "exact-hash"),
        ({"TELNETCONSOLE_ENABLED": "True"}, "TELNETCONSOLE_ENABLED"),
        ({"HTTPCACHE_ENABLED": "True"}, "HTTPCACHE_ENABLED"),
        ({"TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingThreadedResolver"}, "GuardedResolver"),
        ({"ALLOW_NETWORKS": "everything"}, "ALLOW_NETWORKS"),
        ({"ALLOW_NETWORKS": "127.0.0.0/8,0.0.0.0/0"}, "0.0.0.0/0"),
        ({"DOWNLOADER_MIDDLEWARES": "{}"}, "crawler.network_gate.NetworkGate"),
        *(({"HASH_LIST_MAX_AGE_HOURS": each}, "HASH_LIST_MAX_AGE_HOURS") for each in ("nan", "inf", "-1", "0", "1e9")),
        ({"INCIDENT_PUBLIC_KEY": "00" * 32}, "ALTSIEVE_INCIDENT_PUBLIC_KEY"),
        ({"ALLOW_NETWORKS": ""}, "CONTACT_URL"),
        ({"ALLOW_NETWORKS": "", "CONTACT_URL": "https://contact.example/"}, "altsieve hashlist import"),
        ({"DATABASE_URL": "sqlite:////nonexistent/altsieve.db"}, "altsieve db upgrade"),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else "",
)
def test_what_is_not_ready_says_what_to_do(place: Place, settings: dict[str, str], says: str) -> None:
    crawl = place.crawl(spec=LaunchSpec(seeds=("http://127.0.0.21:1/",)), **settings)
    assert crawl.exit_code == 3
    assert says in crawl.failed.message


def test_without_any_list_nothing_is_begun_inside_allowed_networks_either(tmp_path: Path) -> None:
    place = Place(tmp_path)
    lay_down(tmp_path)
    with serving() as web:
        crawl = place.crawl(web.url(page(picture("kite"))))
        assert web.log == []
    assert crawl.exit_code == 3
    assert "--synthetic" in crawl.failed.message


def test_a_match_leaves_no_address_and_takes_its_page_with_it(place: Place) -> None:
    known = "hills-at-dusk"
    place.list_hash("sha256", hashlib.sha256(jpeg(known)).hexdigest())
    with serving() as web:
        shown = (
            f'<img src="{picture("kite")}" alt="A kite in the wind"><img src="{picture(known)}" alt="A secret caption">'
        )
        web.answers["/beside"] = Reply(body=(shown + '<img src="/no.jpg" alt="Not there"><a href="/next">').encode())
        web.answers["/next"] = Reply(body=f'<img src="{picture("kite")}" alt="A kite in the wind">'.encode())
        crawl = place.crawl(web.url("/beside"))
    assert crawl.counts() == {
        "stored": 1,
        "refused": {"hash.on-list": 1},
        "unsure": {"page.incident": 2},
        "failed": {},
    }
    assert {each.image_url for each in place.refusals()} == {None}
    left = b"".join(each.read_bytes() for each in place.folder.rglob("*") if each.is_file())
    for secret in (known, "secret caption"):
        assert secret.encode() not in left


def test_a_match_that_only_a_resumed_run_reaches_has_no_neighbour_with_an_address(place: Place) -> None:
    known = jpeg("hills-at-dusk")
    place.list_hash("sha256", hashlib.sha256(known).hexdigest())
    with serving() as web:
        start = web.url(page(picture("kite"), "/no.jpg", "/silence"))
        with place.crawling(start) as running:
            until(lambda: {picture("kite"), "/no.jpg", "/silence"} <= {*web.paths()})
            running.stop()
            stopped = running.result()
        web.answers["/silence"] = Reply(body=known, content_type="image/jpeg")
        resumed = place.crawl(spec=LaunchSpec(resume=stopped.run_id))
    assert stopped.counts() == {"stored": 0, "refused": {}, "unsure": {}, "failed": {}}
    assert resumed.counts()["refused"] == {"hash.on-list": 1}
    assert resumed.counts()["unsure"] == {"page.incident": 2}
    assert {each.image_url for each in place.refusals()} == {None}
    assert place.objects() == {}


def blocked_by_hand(place: Place) -> str:
    place.block(HOSTS[1])
    return "operator@1"


def blocked_by_a_list_whose_index_the_run_maps(place: Place) -> str:
    place.import_blocklist("ut1", "elsewhere.example", HOSTS[1])
    assert not (place.folder / "indexes" / "ut1@1.hosts").exists()
    return "ut1@2"


@pytest.mark.parametrize("block", [blocked_by_hand, blocked_by_a_list_whose_index_the_run_maps])
def test_a_host_that_is_blocked_while_its_picture_waits_is_refused(place: Place, block: Callable[[Place], str]) -> None:
    place.import_blocklist("ut1", "elsewhere.example")
    with serving() as web:
        late = web.url(picture("kite"), host=1)
        start = web.plant_page("/start", *((each, CAPTION) for each in (late, picture("lighthouse"), "/silence")))
        with place.crawling(start, FETCH_TIMEOUT_S="4") as running:
            until(lambda: picture("lighthouse") in web.paths() and len(web.paths(host=1)) > 0)
            by = block(place)
            crawl = running.result()
    assert crawl.counts() == {
        "stored": 1,
        "refused": {"domain.blocked": 1},
        "unsure": {},
        "failed": {"fetch.too-slow": 1},
    }
    blocked = (each.evidence or {} for each in place.refusals() if each.reason == "domain.blocked")
    assert [each["list"] for each in blocked] == [by]
    assert len(place.objects()) == 1


def test_a_picture_that_kills_its_worker_is_unsure_and_the_rest_goes_on(place: Place) -> None:
    with serving() as web:
        start = page("/kills-its-worker", picture("kite"), picture("lighthouse"))
        crawl = place.crawl(web.url(start), WORKER_MEMORY_BYTES=str(400_000_000))
    assert crawl.counts()["unsure"] == {"inspection.crashed": 1}
    assert crawl.counts()["stored"] == 2


def test_a_caption_as_long_as_a_chapter_is_judged_like_any_other(place: Place) -> None:
    """Off the event loop, as hostile ones take long."""
    with serving() as web:
        crawl = place.crawl(web.url(page((picture("kite"), "kite " * 220), picture("harbour"))))
    assert crawl.counts() == {"stored": 1, "refused": {"alt.repetitive": 1}, "unsure": {}, "failed": {}}

"""What an owner forbids to fetch is not asked for, and what may not be used is not kept; either can be shown later."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from scrapy import Request
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler.hops import heard_of
from crawler.readiness import GATES, require_safe_settings
from filters.signals.signal import Signal
from storage.consent_documents import kept_document
from storage.errors import NotReady
from storage.pairs import list_pairs
from storage.trails import trail_of_pair
from tests.crawler.crawls import Place, until
from tests.mock_site import HOSTS, OF_CONSENT, Reply, Web, page, picture, serving

TEXT: Final = "text/plain"
RULE: Final = b"User-agent: *\nDisallow: /secret/\n"
FORBIDDEN: Final = b"User-agent: Altsieve\nDisallow: /\n"
JUNK: Final = bytes(range(256)) * 8
FILLED: Final = RULE + b"# filled\n" * 60_000


def to(path: str) -> Reply:
    return Reply(status=302, content_type=TEXT, headers={"Location": path})


def status(number: int) -> Reply:
    return Reply(status=number, content_type=TEXT, body=FORBIDDEN)


ROBOTS: Final[Mapping[str, tuple[Reply, bool]]] = {
    "127.0.0.50": (Reply(content_type=TEXT, body=RULE), True),
    "127.0.0.51": (Reply(status=204, content_type=TEXT), True),
    "127.0.0.52": (to("/1"), True),
    "127.0.0.53": (to("/0"), False),
    "127.0.0.54": (status(400), True),
    "127.0.0.55": (status(401), True),
    "127.0.0.56": (status(403), True),
    "127.0.0.57": (status(404), True),
    "127.0.0.58": (status(410), True),
    "127.0.0.59": (status(429), False),
    "127.0.0.60": (status(500), False),
    "127.0.0.61": (status(503), False),
    "127.0.0.62": (to("/silence"), False),
    "127.0.0.63": (Reply(content_type=TEXT, body=FILLED), True),
    "127.0.0.64": (to("/endless/text/plain"), False),
    "127.0.0.65": (Reply(content_type=TEXT, body=JUNK), True),
    "127.0.0.66": (to("http://10.0.0.1/robots.txt"), False),
    "127.0.0.67": (Reply(content_type=TEXT, body=FORBIDDEN), False),
    "127.0.0.68": (to("http://127.0.0.67:{port}/robots.txt"), False),
    "127.0.0.69": (Reply(status=301, content_type=TEXT), False),
    "127.0.0.70": (to("/gzip-bomb/text/plain"), False),
    "127.0.0.71": (Reply(content_type="application/gzip", body=gzip.compress(RULE)), False),
    "127.0.0.72": (Reply(content_type=TEXT, body=RULE.decode().encode("utf-16")), True),
}
"""By host: its robots.txt, and whether it may be asked for what the rule of `RULE` does not name."""


def planted(web: Web) -> None:
    for number in range(5):
        web.answers[f"/{number}"] = to(f"/{number + 1}")
    web.answers["/5"] = Reply(content_type=TEXT, body=RULE)
    for host, (robots, _) in ROBOTS.items():
        location = robots.headers.get("Location", "").format(port=web.port)
        headers = {"Location": location} if location else {}
        web.answers[host, "/robots.txt"] = Reply(
            status=robots.status, content_type=robots.content_type, body=robots.body, headers=headers
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.made_in(tmp_path)


def test_by_its_status_robots_txt_lets_in_to_pictures_and_pages_or_not(place: Place) -> None:
    hosts = (HOSTS[0], *ROBOTS)
    open_ = {host for host, (_, may_be_asked) in ROBOTS.items() if may_be_asked}
    with serving(hosts) as web:
        planted(web)
        shown = [f"http://{host}:{web.port}{picture('kite')}" for host in ROBOTS]
        refused = f"http://{HOSTS[0]}:1{picture('kite')}"  # nobody listens there
        pages = [f"http://{host}:{web.port}{page()}" for host in ROBOTS]
        start = web.plant_page("/start", *((each, "A quiet evening by the harbour") for each in (*shown, refused)))
        crawl = place.crawl(start, *pages, DOWNLOAD_TIMEOUT="1.5", RETRY_TIMES="0")
        asked_for_pictures = {each.host for each in web.log if each.path == picture("kite")}
        asked_for_pages = {each.host for each in web.log if each.path == page()}
    assert asked_for_pictures == open_
    assert asked_for_pages == open_
    closed = len(ROBOTS) - len(open_)
    assert crawl.counts()["refused"]["consent.robots"] == closed + 1
    assert place.unread(crawl) == {"consent.robots": closed}


def test_a_no_tells_which_line_of_which_document_said_so_and_the_document_is_kept(place: Place) -> None:
    with serving() as web:
        web.answers[HOSTS[1], "/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /picture/", content_type=TEXT)
        web.answers[HOSTS[2], "/robots.txt"] = Reply(status=503)
        start = page(web.url(picture("kite"), host=1), web.url(picture("teapot"), host=2))
        place.crawl(web.url(start), RETRY_TIMES="0")
        said, missed = sorted(place.refusals(), key=lambda each: str(each.image_url))
    evidence = dict(said.evidence or {})
    assert (evidence["protocol"], evidence["raw"]) == ("robots.txt", "Disallow: /picture/")
    assert evidence["found_in"] == "robots.txt line 2"
    assert (evidence["url"], evidence["retry"]) == (web.url("/robots.txt", host=1), "permanent")
    with place._database() as db:
        document = kept_document(db, str(evidence["document"]))
    assert document is not None
    assert document.text == "User-agent: *\nDisallow: /picture/"
    later = dict(missed.evidence or {})
    assert (later["raw"], later["retry"], later["document"]) == ("could not be read: status 503", "transient", None)


def test_however_many_pictures_a_host_has_its_documents_are_asked_for_once(place: Place) -> None:
    with serving() as web:
        shown = [web.url(f"/status/404?{number}", host=1) for number in range(20)]
        place.crawl(web.url(page(*shown)))
        asked = [each.path for each in web.log if each.host == HOSTS[1] and each.path in OF_CONSENT]
    assert sorted(asked) == sorted(OF_CONSENT)


def test_a_host_may_reserve_one_picture_and_not_another_and_is_not_asked_for_it(place: Place) -> None:
    with serving() as web:
        reserved = b'[{"location": "/picture/kite.jpg", "tdm-reservation": 1}]'
        web.answers[HOSTS[1], "/.well-known/tdmrep.json"] = Reply(body=reserved, content_type="application/json")
        crawl = place.crawl(web.url(page(web.url(picture("kite"), host=1), web.url(picture("lighthouse"), host=1))))
        assert web.paths(host=1) == [picture("lighthouse")]
    assert crawl.counts() == {"stored": 1, "refused": {"consent.opt-out": 1}, "unsure": {}, "failed": {}}
    (refusal,) = place.refusals()
    assert dict(refusal.evidence or {})["protocol"] == "tdmrep"


def test_a_hop_may_say_no_on_the_way_to_a_picture_and_on_the_way_to_a_page(place: Place) -> None:
    headers = {
        "tag": {"X-Robots-Tag": "noai"},
        "tdm": {"TDM-Reservation": "1"},
        "usage": {"Content-Usage": "train-ai=n"},
    }
    with serving() as web:
        for name, header in headers.items():
            web.answers[f"/{name}.jpg"] = Reply(status=302, headers={"Location": picture("kite"), **header})
        to_page = {"Location": page(picture("teapot")), "Content-Signal": "ai-train=no"}
        web.answers["/hop.html"] = Reply(status=302, headers=to_page)
        shown = [f"/{name}.jpg" for name in headers]
        crawl = place.crawl(web.url(page(*shown, picture("lighthouse"), links=["/hop.html"])))
    assert crawl.counts() == {"stored": 1, "refused": {"consent.opt-out": 4}, "unsure": {}, "failed": {}}


def test_a_no_at_the_end_of_a_long_header_is_heard(place: Place) -> None:
    with serving() as web:
        tag = ", ".join(["max-image-preview:large"] * 400 + ["noimageai"])
        web.answers["/signed.jpg"] = Reply(status=302, headers={"Location": picture("kite"), "X-Robots-Tag": tag})
        crawl = place.crawl(web.url(page("/signed.jpg", picture("lighthouse"))))
    assert crawl.counts()["refused"] == {"consent.opt-out": 1}


def test_what_a_page_denies_is_denied_of_each_of_its_pictures_while_its_links_are_followed(place: Place) -> None:
    with serving() as web:
        signed = f'<meta name="robots" content="noai"><img src="{picture("kite")}" alt="A kite above the hills">'
        onward = f'<a href="{page(picture("lighthouse"))}">on</a>'
        web.answers["/signed"] = Reply(body=(signed + onward).encode())
        crawl = place.crawl(web.url("/signed"))
        assert picture("kite") not in web.paths()
    assert crawl.counts() == {"stored": 1, "refused": {"consent.opt-out": 1}, "unsure": {}, "failed": {}}


def test_a_licence_that_a_page_names_speaks_of_the_page_and_of_each_picture(place: Place) -> None:
    with serving() as web:
        licence = (
            '<rsl xmlns="https://rslstandard.org/rsl"><content url="/picture/kite.jpg"><license>'
            '<prohibits type="usage">ai-train</prohibits></license></content></rsl>'
        )
        web.answers["/rsl.xml"] = Reply(body=licence.encode(), content_type="application/rsl+xml")
        link = '<link rel="license" type="application/rsl+xml" href="{}">'
        shown = "".join(f'<img src="{picture(each)}" alt="A picture of the {each}">' for each in ("kite", "lighthouse"))
        web.answers["/licensed"] = Reply(body=(link.format("/rsl.xml") + shown).encode())
        web.answers["/unlicensed"] = Reply(body=(link.format("/lost.xml") + shown).encode())
        crawl = place.crawl(web.url("/licensed"), web.url("/unlicensed"))
        asked = [each.path for each in web.log if each.path.endswith(".xml")]
    assert crawl.counts() == {"stored": 1, "refused": {"consent.opt-out": 3}, "unsure": {}, "failed": {}}
    assert sorted(asked) == ["/lost.xml", "/rsl.xml"]


def test_all_that_was_heard_of_a_pair_is_in_its_provenance(place: Place) -> None:
    with serving() as web:
        web.answers[HOSTS[1], "/ai.txt"] = Reply(body=b"User-Agent: *\nAllow: /\n", content_type=TEXT)
        place.crawl(web.url(page(web.url(picture("kite"), host=1))))
    with place._database() as db:
        (pair,) = list_pairs(db)
        (sighting,) = trail_of_pair(db, pair.pair_id).sightings
        assert sighting.candidate is not None
        assert sighting.fetched is not None
        of_page, of_picture = sighting.candidate.visit.consent or (), sighting.fetched.consent or ()
        named = {each.document for each in (*of_page, *of_picture) if each.document is not None}
        assert all(kept_document(db, each) is not None for each in named)
    assert [_brief(each) for each in of_page] == [
        ("robots.txt", "unknown", "page host"),
        ("tdmrep", "unknown", "page host"),
        ("ai.txt", "unknown", "page host"),
    ]
    assert [_brief(each) for each in of_picture] == [
        ("robots.txt", "unknown", "image host"),
        ("tdmrep", "unknown", "image host"),
        ("ai.txt", "allow", "image host"),
    ]
    assert pair.consent == "allow"
    assert len(named) == 2


def test_what_a_stop_cuts_short_is_not_held_against_anybody(place: Place) -> None:
    with serving() as web:
        web.answers[HOSTS[1], "/robots.txt"] = to("/silence")
        with place.crawling(web.url(page(web.url(picture("kite"), host=1)))) as running:
            until(lambda: "/silence" in web.paths(host=1))
            running.stop()
            crawl = running.result()
    assert crawl.counts() == {"stored": 0, "refused": {}, "unsure": {}, "failed": {}}
    assert crawl.finished.summary["state"] == "stopped"


def test_of_what_passed_no_gate_nobody_has_asked() -> None:
    assert heard_of(Request("http://a.example/")) is None


@pytest.mark.parametrize("gate", GATES)
def test_without_a_gate_or_with_robots_txt_switched_off_no_crawl_begins(gate: str) -> None:
    settings: Settings = get_project_settings()
    require_safe_settings(settings)
    without = {**settings.getdict("DOWNLOADER_MIDDLEWARES"), gate: None}
    settings.set("DOWNLOADER_MIDDLEWARES", without)
    with pytest.raises(NotReady, match="no request passes without"):
        require_safe_settings(settings)
    settings = get_project_settings()
    settings.set("ROBOTSTXT_OBEY", False)
    with pytest.raises(NotReady, match="ROBOTSTXT_OBEY must be on"):
        require_safe_settings(settings)


def _brief(signal: Signal) -> tuple[str, str, str]:
    return signal.saying.protocol.value, signal.saying.says.value, signal.scope.value

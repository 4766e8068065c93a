"""Sitemaps lead to pages, and image sitemaps to captions."""

import gzip
from pathlib import Path

import pytest

from crawler.launch_spec import LaunchSpec
from crawler.spiders.sitemap import MOST_NAMED_SITEMAPS, named_sitemaps
from tests.crawler.crawls import Place
from tests.mock_site import Reply, Web, picture, serving

IMAGE_NS = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def plant(web: Web) -> None:
    urls = f"<url><loc>{web.url('/one')}</loc></url>"
    place = f"<image:loc>{web.url(picture('kite'))}</image:loc>"
    pictured = f"<image:image>{place}<image:caption>A kite over the beach</image:caption></image:image>"
    xml = {
        "/index.xml": f"<sitemapindex {NS}><sitemap><loc>{web.url('/packed.xml.gz')}</loc></sitemap></sitemapindex>",
        "/packed.xml.gz": f"<urlset {NS} {IMAGE_NS}>{urls}<url><loc>{web.url('/two')}</loc>{pictured}</url></urlset>",
    }
    for path, text in xml.items():
        body = gzip.compress(text.encode()) if path.endswith(".gz") else text.encode()
        web.answers[path] = Reply(body=body, content_type="application/xml")
    one = f'<img src="{picture("lighthouse")}" alt="A lighthouse at night"><a href="/not-listed">x</a>'
    web.answers |= {
        "/one": Reply(body=one.encode()),
        "/two": Reply(body=b"<p>No picture</p>"),
        "/": Reply(body=b"home"),
    }
    robots = f"User-agent: *\nAllow: /\nSitemap: {web.url('/index.xml')}\n"
    web.answers["/robots.txt"] = Reply(body=robots.encode(), content_type="text/plain")


def test_a_bare_host_stands_for_the_sitemaps_that_its_robots_txt_names(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        plant(web)
        crawl = place.crawl(spec=LaunchSpec(seeds=(web.url("/"),), spider="sitemap"))
        assert "/not-listed" not in web.paths()
    assert crawl.exit_code == 0
    assert {(each.alt_text, each.text_source) for each in place.pairs()} == {
        ("A kite over the beach", "sitemap"),
        ("A lighthouse at night", "alt"),
    }


def test_a_robots_txt_with_an_unreadable_address_names_its_other_sitemaps(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        plant(web)
        robots = f"Sitemap: http://[oops/sitemap.xml\nSitemap: {web.url('/index.xml')}\n"
        web.answers["/robots.txt"] = Reply(body=robots.encode(), content_type="text/plain")
        crawl = place.crawl(spec=LaunchSpec(seeds=(web.url("/"),), spider="sitemap"))
    assert (crawl.exit_code, crawl.finished.state) == (0, "finished")
    assert len(place.pairs()) == 2


def test_a_picture_that_a_sitemap_lists_as_a_page_does_not_stand_in_the_frontier(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        pictured = f"<image:image><image:loc>{web.url('/nameless')}</image:loc><image:caption>x</image:caption>"
        listed = "".join(f"<url><loc>{web.url(each)}</loc></url>" for each in ("/nameless", picture("kite")))
        xml = (
            f"<urlset {NS} {IMAGE_NS}>{listed}<url><loc>{web.url('/two')}</loc>{pictured}</image:image></url></urlset>"
        )
        web.answers["/sm.xml"] = Reply(body=xml.encode(), content_type="application/xml")
        crawl = place.crawl(spec=LaunchSpec(seeds=(web.url("/sm.xml"),), spider="sitemap"))
        assert place.frontier(crawl) == {web.url("/sm.xml"), web.url("/two")}
    assert crawl.finished.state == "finished"


ROBOTS_URL = "https://example.org/robots.txt"


@pytest.mark.parametrize(
    ("robots_txt", "named"),
    [
        (b"", ["/sitemap.xml"]),
        (b"Sitemap: http://[oops", ["/sitemap.xml"]),
        (b"Sitemap: file:///etc/passwd\n SITEMAP:/a.xml \nSitemap: /a.xml#again\n", ["/a.xml"]),
        (b"Sitemap:/\xff.xml\r\nsitemap: https://example.org/b.xml", ["/%EF%BF%BD.xml", "/b.xml"]),
        (b"#" * 512 * 1024 + b"\nSitemap: /too-late.xml", ["/sitemap.xml"]),
    ],
)
def test_sitemaps_are_named_by_lines_that_can_be_read(robots_txt: bytes, named: list[str]) -> None:
    assert named_sitemaps(robots_txt, ROBOTS_URL) == [f"https://example.org{each}" for each in named]


def test_a_robots_txt_names_so_many_sitemaps_and_no_more() -> None:
    robots_txt = b"".join(b"Sitemap: /%d\n" % number for number in range(20_000))
    assert len(named_sitemaps(robots_txt, ROBOTS_URL)) == MOST_NAMED_SITEMAPS


def test_a_run_is_resumed_by_its_own_spider(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        plant(web)
        first = place.crawl(spec=LaunchSpec(seeds=(web.url("/index.xml"),), spider="sitemap", max_pages=1))
        resumed = place.crawl(spec=LaunchSpec(resume=first.run_id, max_pages=9))
    assert (resumed.exit_code, place.unread(resumed)) == (0, {})
    assert len(place.pairs()) == 2


def test_a_page_that_a_sitemap_lists_is_retried_as_a_page_even_if_it_is_the_home_of_its_host(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        web.answers["/sm.txt"] = Reply(body=web.url("/").encode(), content_type="text/plain")
        web.answers["/"] = Reply(status=503)
        first = place.crawl(spec=LaunchSpec(seeds=(web.url("/sm.txt"),), spider="sitemap"), RETRY_TIMES="0")
        assert place.unread(first) == {"fetch.failed": 1}
        web.answers["/"] = Reply(body=f'<img src="{picture("kite")}" alt="A kite over the beach">'.encode())
        place.crawl(spec=LaunchSpec(retry=first.run_id))
    assert len(place.pairs()) == 1


def test_what_the_listed_page_says_counts_for_the_captions_of_its_sitemap(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        plant(web)
        web.answers["/two"] = Reply(body=b'<meta name="robots" content="noai"><p>No picture</p>')
        crawl = place.crawl(spec=LaunchSpec(seeds=(web.url("/index.xml"),), spider="sitemap"))
        assert picture("kite") not in web.paths()
        (refusal,) = place.refusals()
        assert (refusal.reason, refusal.page_url) == ("consent.opt-out", web.url("/two"))
    assert crawl.counts()["stored"] == 1


def test_a_resumed_run_reads_the_sitemap_again_for_its_captions(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        plant(web)
        first = place.crawl(spec=LaunchSpec(seeds=(web.url("/index.xml"),), spider="sitemap", max_pages=2))
        place.crawl(spec=LaunchSpec(resume=first.run_id, max_pages=9))
        assert web.paths().count("/packed.xml.gz") == 2
    assert {each.text_source for each in place.pairs()} == {"alt", "sitemap"}


@pytest.mark.parametrize(("status", "unread"), [(404, {}), (503, {"fetch.failed": 2})])
def test_a_sitemap_that_is_gone_meanwhile_gives_no_captions_and_one_that_is_silent_is_tried_again(
    tmp_path: Path, status: int, unread: dict[str, int]
) -> None:
    place = Place.made_in(tmp_path, RETRY_TIMES="0")
    with serving() as web:
        plant(web)
        first = place.crawl(spec=LaunchSpec(seeds=(web.url("/index.xml"),), spider="sitemap", max_pages=2))
        web.answers["/packed.xml.gz"] = Reply(status=status)
        resumed = place.crawl(spec=LaunchSpec(resume=first.run_id, max_pages=9))
    assert place.unread(resumed) == unread
    assert resumed.finished.state == "finished"

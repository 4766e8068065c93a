"""Sitemaps lead to pages, and image sitemaps to captions."""

import gzip
from pathlib import Path

from crawler.launch_spec import LaunchSpec
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

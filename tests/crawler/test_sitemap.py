"""Claims about sitemaps, well formed, damaged and hostile."""

import gzip
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import crawler.sitemap
from crawler.extracted import Sitemap
from crawler.sitemap import read_sitemap
from crawler.worker_frames import PageFlaw, PageRefused

URL = "https://example.org/sitemap.xml"
IMAGES = "http://www.google.com/schemas/sitemap-image/1.1"
URLSET = f"""<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet href="s.xsl"?>
<!-- made by hand -->
<sm:urlset xmlns:sm="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:pic="{IMAGES}">
<sm:url><sm:loc> https://example.org/a?x=1&amp;y=2 </sm:loc><sm:lastmod>2026-01-01</sm:lastmod>
  <pic:image><pic:loc>https://cdn.example/fox one.jpg</pic:loc><pic:caption>A <![CDATA[red ]]> fox</pic:caption>
    <pic:title>not used</pic:title></pic:image>
  <pic:image><pic:loc>/hare.jpg</pic:loc><pic:title>A hare</pic:title></pic:image>
  <pic:image><pic:loc>/hare.jpg</pic:loc><pic:title>A hare</pic:title></pic:image>
  <pic:image><pic:loc>/silent.jpg</pic:loc></pic:image>
</sm:url>
<sm:url><sm:loc>https://example.org/b#part</sm:loc></sm:url>
<sm:url><sm:loc>mailto:x@example.org</sm:loc></sm:url>
<sm:url></sm:url>
</sm:urlset>""".encode()


def read(body: bytes) -> Sitemap:
    return read_sitemap(body, url=URL)


@pytest.mark.parametrize(
    "body",
    [
        URLSET,
        b"\xef\xbb\xbf" + URLSET,
        b"\n" + URLSET[38:],
        gzip.compress(URLSET),
        gzip.compress(URLSET) + gzip.compress(b" "),
    ],
)
def test_a_urlset_gives_pages_and_the_pictures_it_describes(body: bytes) -> None:
    sitemap = read(body)
    assert [page.url for page in sitemap.pages] == ["https://example.org/a?x=1&y=2", "https://example.org/b"]
    assert [(each.image_url, each.text, each.text_source) for each in sitemap.pages[0].found] == [
        ("https://cdn.example/fox%20one.jpg", "A red fox", "sitemap"),
        ("https://example.org/hare.jpg", "A hare", "sitemap"),
    ]
    assert (sitemap.sitemaps, sitemap.cut) == ((), ())


def test_an_index_gives_sitemaps() -> None:
    sitemap = read(
        b"<sitemapindex><sitemap><loc>/1.xml.gz</loc></sitemap><sitemap><loc>/2.xml</loc></sitemap></sitemapindex>"
    )
    assert sitemap.sitemaps == ("https://example.org/1.xml.gz", "https://example.org/2.xml")
    assert sitemap.pages == ()


def test_a_plain_text_gives_pages() -> None:
    sitemap = read(b"\xef\xbb\xbfhttps://example.org/a\r\n\r\n https://example.org/b \nmailto:x\n")
    assert [page.url for page in sitemap.pages] == ["https://example.org/a", "https://example.org/b"]


@pytest.mark.parametrize(
    "body",
    [b"", b"  ", b"<", b"<html><body>Not here</body></html>", b"Not a sitemap", b"\x00\xff" * 20, b"\x1f\x8b",
     b"\x1f\x8b\x08junk", gzip.compress(b"<html/>"), gzip.compress(b"")],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_sitemap_is_refused(body: bytes) -> None:
    with pytest.raises(PageRefused, match=r"page\.unreadable"):
        read(body)


@pytest.mark.parametrize(
    "body", [URLSET[:-40], gzip.compress(URLSET, mtime=0)[:-12], URLSET.replace(b"</sm:urlset>", b"</x>&")]
)
def test_damage_does_not_lose_what_stands_before_it(body: bytes) -> None:
    assert read(body).pages[0].url == "https://example.org/a?x=1&y=2"


def test_entities_are_not_expanded_and_no_file_is_read() -> None:
    lines = b"".join(b'<!ENTITY %c "%s">' % (98 + step, b"&%c;" % (97 + step) * 10) for step in range(9))
    start = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY file SYSTEM "file:///etc/passwd">' + lines + b"]><urlset>"
    sitemap = read(
        start
        + b"<url><loc>/p</loc><image><loc>/i</loc><title>&file;</title></image></url><url><loc>&j;</loc></url></urlset>"
    )
    assert [(page.url, page.found) for page in sitemap.pages] == [("https://example.org/p", ())]


HOSTILE = {
    "gzip bomb": gzip.compress(b"<urlset>" + b" " * 100_000_000),
    "attributes": b"<urlset " + b" ".join(b"a%d='1'" % number for number in range(100_000)) + b"/>",
    "names": b"<urlset " + b" ".join(b"xmlns:a%d='%d'" % (number, number) for number in range(100_000)) + b"/>",
    "deep": b"<urlset>" + b"<url>" * 1_000_000,
    "children": b"<urlset><url>" + b"<x/>" * 1_000_000,
    "pages": b"<urlset>" + b"<url><loc>/a</loc></url>" * 200_000,
    "lines": b"https://example.org/\n" * 400_000,
    "pictures": b"<urlset><url><loc>/a</loc>"
    + b"<image><loc>/b</loc><title>A fox</title></image>" * 50_000
    + b"</url></urlset>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_sitemap_takes_long(name: str) -> None:
    started = time.process_time()
    read(HOSTILE[name])
    assert time.process_time() - started < 5


def test_what_is_left_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawler.sitemap, "MAX_ENTRIES", 2)
    monkeypatch.setattr(crawler.sitemap, "MAX_FOUND", 1)
    entry = b"<url><loc>/a</loc><image><loc>/b</loc><title>A fox</title></image></url>"
    assert read(b"<urlset>" + entry).cut == ()
    assert read(b"<urlset>" + entry * 2).cut == (PageFlaw.TOO_MANY_IMAGES,)
    assert set(read(b"<urlset>" + entry * 3).cut) == {PageFlaw.TOO_MANY_IMAGES, PageFlaw.TOO_MANY_LINKS}
    large = read_sitemap(gzip.compress(b"<urlset>" + b" " * 1_000_000 + entry), url=URL, max_bytes=500_000)
    assert (large.pages, large.cut) == ((), (PageFlaw.TOO_LARGE,))


@given(st.binary(max_size=200))
@example(b":")
def test_no_bytes_raise_anything_else(junk: bytes) -> None:
    for body in (junk, b"<urlset><url><loc>" + junk, gzip.compress(b"<" + junk), b"https://" + junk):
        try:
            read(body)
        except PageRefused:
            continue

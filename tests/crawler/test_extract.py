"""Claims about what is read out of a page, from kept pages, from an oracle, and from hostile input."""

import html.parser
import time
from pathlib import Path
from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract import Extracted, ExtractLimits, PageRefused, extract
from crawler.worker_frames import PageFlaw

URL = "https://example.org/news/fox.html"
NEWS = (Path(__file__).parent / "html" / "news.html").read_bytes()


def read(html: bytes | str) -> Extracted:
    return extract(html if isinstance(html, bytes) else html.encode(), url=URL)


def found(html: bytes | str) -> list[tuple[str, str, str | None]]:
    return [
        (each.image_url.removeprefix("https://example.org"), each.text, each.text_source) for each in read(html).found
    ]


def test_a_page_gives_each_picture_with_each_of_its_texts() -> None:
    assert found(NEWS) == [
        ("/media/fox%20one.jpg?w=8&h=6", "A red fox", "alt"),
        ("/media/fox%20one.jpg?w=8&h=6", "Photo: a fox in the forest", "figcaption"),
        ("/media/lazy.jpg", "A heron at the river", "alt"),
        ("/media/owl-800.webp", "An owl at dusk", "alt"),
        ("/media/badger.jpg", "A badger under the moon", "aria-label"),
        ("/media/hare.jpg", "A hare in the grass", "aria-label"),
        ("/media/mole.jpg", "A mole in its hill", "title"),
        ("/media/nothing-said.jpg", "", None),
        ("/media/amp.jpg", "A picture for phones", "alt"),
        ("/media/search.png", "Search the archive", "alt"),
        ("/media/map.png", "A map of the forest", "title"),
        ("/media/cover.jpg", "The cover of the winter issue", "og:image:alt"),
        ("/media/ld.jpg", "A fox described for machines", "json-ld"),
    ]


def test_what_follows_the_end_of_a_page_is_read_as_browsers_do() -> None:
    page = '<html><body></body></html><img src="/a.jpg" alt="A fox"><html><body><img src="/b.jpg" alt="An owl"></html>'
    assert found(page) == [("/a.jpg", "A fox", "alt"), ("/b.jpg", "An owl", "alt")]


def test_a_page_gives_its_title_base_and_links() -> None:
    page = read(NEWS)
    assert (page.title, page.base_url, page.cut) == ("Foxes & snow", "https://example.org/media/", ())
    assert page.links == tuple(
        f"https://example.org/{each}" for each in ("page/2", "a.html", "frame.html", "area.html")
    )


def test_what_was_found_is_kept_as_found() -> None:
    first = read(NEWS).found[0]
    assert (first.image_url_found, first.text_raw) == ("fox one.jpg?w=8&h=6", "A  red\n  fox")


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ('<base href="/b/">', "https://example.org/b/a.png"),
        ('<base href="b/">', "https://example.org/news/b/a.png"),
        ('<base href="//cdn.example/x/">', "https://cdn.example/x/a.png"),
        ('<base target="_top"><base href="/b/">', "https://example.org/b/a.png"),
        ('<base href="/b/"><base href="/c/">', "https://example.org/b/a.png"),
        ('<base href="data:text/html,x">', "https://example.org/news/a.png"),
        ('<base href="javascript:1"><base href="/c/">', "https://example.org/news/a.png"),
        ('<base href="file:///etc/">', "https://example.org/news/a.png"),
        ('<base href="http://[">', "https://example.org/news/a.png"),
        ('<base href="">', "https://example.org/news/a.png"),
    ],
)
def test_the_first_base_counts_if_it_is_http(base: str, url: str) -> None:
    assert read(f"<head>{base}</head><img src=a.png alt='A red fox'>").found[0].image_url == url


@pytest.mark.parametrize(
    "page",
    [
        '<img src="a.png" alt="">',
        "<img src=a.png alt>",
        "<img src=a.png alt=' \n '>",
        "<figure><img src=a.png alt=''><figcaption>A caption</figcaption></figure>",
        "<img src=a.png role=none alt='A fox'>",
        "<img src=a.png role='Presentation img' alt='A fox'>",
        "<img src=a.png aria-hidden=TRUE alt='A fox'>",
        "<img src=a.png width=1 alt='A fox'>",
        "<img src=a.png height=0 alt='A fox'>",
        "<img src=a.png width=1px height=40 alt='A fox'>",
        "<img src='data:image/png;base64,AAAA' alt='A fox'>",
        "<img src='blob:https://example.org/1' alt='A fox'>",
        "<img src='' alt='A fox'>",
        "<img src='#' alt='A fox'>",
        "<img alt='A fox'>",
        "<img src='ftp://example.org/a.png' alt='A fox'>",
        "<input src=a.png alt='A fox'>",
        "<!-- <img src=a.png alt='A fox'> -->",
        "<script>'<img src=a.png alt=\"A fox\">'</script>",
        "<textarea><img src=a.png alt='A fox'></textarea>",
    ],
)
def test_what_is_no_candidate(page: str) -> None:
    assert found(page) == []


def test_the_same_picture_with_the_same_text_is_found_once() -> None:
    assert len(found("<img src=a.png alt='A fox'>" * 3 + "<img src=a.png#f alt='A  fox'>")) == 1
    assert len(found("<img src=a.png alt='A fox'><img src=b.png alt='A fox'><img src=a.png alt='A hare'>")) == 3


@pytest.mark.parametrize(
    ("html", "charset"),
    [
        ("<img src=a alt='Füchse'>".encode(), None),
        ("<img src=a alt='Füchse'>".encode(), "utf-8"),
        ("<img src=a alt='Füchse'>".encode("cp1252"), None),
        ("<img src=a alt='Füchse'>".encode("cp1252"), "ISO-8859-1"),
        ("<meta charset=iso-8859-1><img src=a alt='Füchse'>".encode("latin-1"), None),
        ("<meta charset=iso-8859-1><img src=a alt='Füchse'>".encode(), "utf-8"),
        ("\ufeff<meta charset=iso-8859-1><img src=a alt='Füchse'>".encode(), "koi8-r"),
        ("\ufeff<img src=a alt='Füchse'>".encode("utf-16-le"), None),
        (b"<?xml version='1.0' encoding='iso-8859-1'?><img src=a alt='F\xfcchse'>", None),
        ("<img src=a alt='Füchse'>".encode(), "no-such-charset"),
        ("<img src=a alt='Füchse'>".encode(), "utf-7"),
        ("<img src=a alt='Füchse'>".encode(), "punycode"),
        ("<img src=a alt='Füchse'>".encode(), "base64"),
        ("<img src=a alt='Füchse'>".encode(), "unicode_escape"),
        (b"<img src=a alt='F&uuml;chse'>", None),
        ("<img src=a alt='Fu\u0308chse'>".encode(), None),
    ],
)
def test_the_charset_is_mark_then_header_then_page_then_a_guess(html: bytes, charset: str | None) -> None:
    assert [each.text for each in extract(html, url=URL, charset=charset).found] == ["Füchse"]


class Oracle(html.parser.HTMLParser):
    """The pictures with alternative text, read by another parser."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pairs: set[tuple[str, str]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        text = " ".join((values.get("alt") or "").split())
        if tag == "img" and len(text) >= 5:
            self.pairs.add((urljoin(URL, values.get("src") or ""), text))


NAMES = st.text(st.sampled_from("abc.-_09"), max_size=12).map(lambda name: f"i/../j{name}/x.png")
TEXTS = st.text(st.sampled_from("abc \n\t&;<>'é狐"), max_size=30)
IMAGES = st.builds(lambda src, alt: f'<img src="{src}" alt="{html.escape(alt)}">', NAMES, TEXTS)
PAGES = st.lists(
    st.one_of(IMAGES, st.sampled_from(["<p>", "</p>", "<div>", "<a href=x>", "text", "<td>"])), max_size=20
)


@settings(max_examples=200, deadline=None)
@given(PAGES.map("".join))
def test_no_picture_that_another_parser_sees_is_missed(page: str) -> None:
    assert Oracle(page).pairs <= {(each.image_url, each.text) for each in read(page).found}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "utf-16", "gb18030", "iso-2022-jp", "x-junk"]))
def test_no_bytes_raise(junk: bytes, charset: str | None) -> None:
    for page in (junk, b"<img src=a alt='" + junk, b"<base href='" + junk + b"'><img src=a alt=b>", NEWS[:900] + junk):
        extract(page, url=URL, charset=charset)


HOSTILE = {
    "nested": b"<div>" * 200_000 + b"<img src=a alt=b>",
    "formatting": b"<b><i><font>" * 10_000,
    "long alt": b"<img src=a alt='" + b"x" * 20_000_000 + b"'>",
    "NUL": b"<img src=a\0b.png alt='A \0red fox\0'>" * 10,
    "images": b"".join(b"<img src=%d alt=text%d>" % (number, number) for number in range(100_000)),
    "links": b"".join(b"<a href=%d>" % number for number in range(200_000)),
    "labels": b"<p id=a>" + b"x" * 100_000 + b"</p>" + b"<img src=b aria-labelledby='%b'>" % (b"a " * 1000) * 1000,
    "caption": b"<figure><figcaption>" + b"x <b>y</b>" * 100_000 + b"</figcaption>" + b"<img src=a>" * 100_000,
    "figures": b"<figure>" * 250 + b"<img src=a>" * 100_000,
    "sources": b"<picture>" + b"<source srcset='a 1x, b 2x'>" * 50_000 + b"<img>" * 50_000,
    "srcset": b"<img alt=x srcset='" + b"a 1x, " * 500_000 + b"'>",
    "deep JSON": b"<script type=application/ld+json>" + b"[" * 400_000 + b"</script>",
    "entities": b"<img src=a alt='" + b"&amp;" * 800_000 + b"'>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_page_takes_long(name: str) -> None:
    started = time.process_time()
    page = extract(HOSTILE[name], url=URL)
    assert all(len(each.text_raw) <= 10_000 and "\0" not in each.text_raw + each.image_url for each in page.found)
    assert time.process_time() - started < 4


def test_a_tag_with_a_hundred_thousand_attributes_refuses_the_page_at_once() -> None:
    started = time.process_time()
    with pytest.raises(PageRefused, match=r"page\.too-many-attributes"):
        extract(b"<img src=a alt=b><a " + b" ".join(b"b%d" % number for number in range(100_000)) + b">", url=URL)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("html", "limits", "flaw"),
    [
        (b"<p>" + b" " * 100, ExtractLimits(max_bytes=50), PageFlaw.TOO_LARGE),
        (b"<img src=a><img src=b>", ExtractLimits(max_found=1), PageFlaw.TOO_MANY_IMAGES),
        (b"<a href=a></a><a href=b></a>", ExtractLimits(max_links=1), PageFlaw.TOO_MANY_LINKS),
        (b"<div>" * 1000, ExtractLimits(), PageFlaw.TOO_DEEP),
    ],
)
def test_what_is_left_out_is_named(html: bytes, limits: ExtractLimits, flaw: PageFlaw) -> None:
    page = extract(html, url=URL, limits=limits)
    assert page.cut == (flaw,)
    assert len(page.found) <= 1
    assert len(page.links) <= 1


def test_what_is_within_the_limits_is_not_called_cut() -> None:
    limits = ExtractLimits(max_bytes=22, max_found=2)
    assert extract(b"<img src=a><img src=b>", url=URL, limits=limits).cut == ()

"""Claims about what a page's words on its use become on their way through the extraction worker."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract import PageRefused, extract
from crawler.extracted import Extracted
from filters.signals.page import PageStatements, read_statements
from filters.signals.signal import Protocol, Says

URL = "https://example.org/news/fox.html"
RSL = "<rsl><content url='/'><license><permits type='usage'>search</permits></license></content></rsl>"
RSL_LINK = '<link rel="license" type="application/rsl+xml" href="{}">'


def statements(html: str, agent: str = "Altsieve") -> PageStatements:
    return extract(html.encode(), url=URL, agent=agent).statements


def denies(html: str) -> bool:
    return any(each.says is Says.DENY for each in read_statements(statements(html), URL, "Altsieve"))


@pytest.mark.parametrize(
    ("html", "metas"),
    [
        ('<meta name="robots" content="noai">', [("robots", "noai")]),
        ('<META NAME=" Robots " CONTENT="NoAI">', [("robots", "NoAI")]),
        ('<meta name="ALTSIEVE" content="noai">', [("altsieve", "noai")]),
        ('<meta property="tdm-reservation" content="1">', [("tdm-reservation", "1")]),
        ('<meta http-equiv="X-Robots-Tag" content="noai">', [("x-robots-tag", "noai")]),
        ('<meta name="robots" property="robots">', [("robots", "")]),
        (
            '<meta name="robots" content="index"><body><p><meta name="robots" content="noai">',
            [("robots", "index"), ("robots", "noai")],
        ),
        ('<noscript><meta name="robots" content="noai"></noscript>', [("robots", "noai")]),
        ('<html><body><p>a</p></body></html><meta name="robots" content="noai">', [("robots", "noai")]),
        ('<html></html><html><head><meta name="robots" content="noai"></head></html>', [("robots", "noai")]),
        ('<meta name="googlebot" content="noai">', []),
        ('<!-- <meta name="robots" content="noai"> -->', []),
        ("<p>noai</p>", []),
    ],
)
def test_metas_about_use_are_carried_wherever_they_stand(html: str, metas: list[tuple[str, str]]) -> None:
    assert list(statements(html).metas) == metas


def test_a_meta_may_address_us_by_the_name_that_is_set() -> None:
    html = '<meta name="ourbot" content="noai"><meta name="altsieve" content="noai">'
    assert statements(html, agent="OurBot").metas == (("ourbot", "noai"),)


@pytest.mark.parametrize(
    ("html", "links"),
    [
        (RSL_LINK.format("/rsl.xml"), ["https://example.org/rsl.xml"]),
        ('<base href="/b/">' + RSL_LINK.format("rsl.xml"), ["https://example.org/b/rsl.xml"]),
        (RSL_LINK.format("/rsl.xml") * 9, ["https://example.org/rsl.xml"]),
        (RSL_LINK.format("ftp://x.test/rsl.xml"), ["ftp://x.test/rsl.xml"]),
        ('<a rel="nofollow License" type="Application/RSL+XML; a=b" href=x>', ["https://example.org/news/x"]),
        ('<link rel="license" href="/cc">', []),
        ('<link rel="alternate" type="application/rsl+xml" href="/rsl.xml">', []),
    ],
)
def test_rsl_documents_are_named(html: str, links: list[str]) -> None:
    assert list(statements(html).rsl_links) == links


def test_rsl_inside_the_page_is_carried() -> None:
    html = f'<script type="application/rsl+xml">{RSL}</script><script>{RSL}</script>'
    assert statements(html).rsl_inline == (RSL,)
    assert denies(html)


@pytest.mark.parametrize(
    ("html", "protocol"),
    [
        ('<meta name="robots" content="index">' * 51, Protocol.META_ROBOTS),
        (f'<meta name="robots" content="{"index, " * 500}noai">', Protocol.META_ROBOTS),
        (f'<meta name="tdm-reservation" content="{" " * 3000}1">', Protocol.TDMREP),
        ("".join(map(RSL_LINK.format, range(6))), Protocol.RSL),
        (f'<script type="application/rsl+xml">{RSL}</script>' * 6, Protocol.RSL),
        (f'<script type="application/rsl+xml">{RSL}{" " * 100_000}</script>', Protocol.RSL),
    ],
    ids=["metas", "long meta", "long tdm", "RSL links", "RSL scripts", "long RSL script"],
)
def test_what_is_too_much_to_be_carried_is_named_and_is_a_no(html: str, protocol: Protocol) -> None:
    said = statements(html)
    assert said.too_many == (protocol,)
    assert denies(html)
    assert sum(map(len, (*said.rsl_inline, *said.rsl_links, *(text for _, text in said.metas)))) < 2000


DEEP = f"<img src=fox.jpg alt='A red fox'>{'<div>' * 300}{{}}"


@pytest.mark.parametrize(
    ("rest", "protocols"),
    [
        ('<meta name="robots" content="NoAI">', (Protocol.META_ROBOTS,)),
        ("<META name=robots content='none'>", (Protocol.META_ROBOTS,)),
        ('<meta name="tdm-reservation" content="1">', (Protocol.TDMREP,)),
        (f'{RSL_LINK.format("/rsl.xml")}<meta content="noimageai">', (Protocol.META_ROBOTS, Protocol.RSL)),
        ("<p style='display: none'>noairplane</p><meta name=robots content=index>", ()),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_no_in_a_part_that_is_nested_too_deep_to_be_read_is_a_no(
    rest: str, protocols: tuple[Protocol, ...], encoding: str
) -> None:
    page = extract(DEEP.format(rest).encode(encoding), url=URL)
    assert page.statements == PageStatements(too_many=protocols)
    assert page.cut


def test_a_page_that_says_nothing_says_nothing() -> None:
    assert statements("<p>A red fox</p>") == statements("") == PageStatements()


def test_statements_pass_from_worker_to_crawl_unchanged() -> None:
    html = f'<meta name=robots content=noai><script type="application/rsl+xml">{RSL}</script><a rel=license href=/cc>'
    page = extract((html + "<meta name=robots>" * 60).encode(), url=URL)
    assert page.statements.too_many == (Protocol.META_ROBOTS,)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(page), type=Extracted) == page


PIECES = st.sampled_from(
    [
        *('<meta name="robots" content="', "noai", '">', "<script type=application/rsl+xml>", RSL, "</script>", "<rsl"),
        *(RSL_LINK.format("x"), "<base href='//['>", "<figure>", "<a rel=license href='//['>", "\0", "é", "<svg><meta"),
    ]
)


@given(st.lists(PIECES).map("".join) | st.text())
@settings(deadline=None, max_examples=200)
def test_whatever_a_page_holds_its_statements_can_be_read_and_sent(html: str) -> None:
    try:
        page = extract(html.encode("utf-8", "replace"), url=URL)
    except PageRefused:
        return
    sent = msgspec.msgpack.decode(msgspec.msgpack.encode(page), type=Extracted)
    assert sent == page
    assert read_statements(sent.statements, URL, "Altsieve") == read_statements(page.statements, URL, "Altsieve")

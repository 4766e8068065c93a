import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.rsl import MOST_BYTES, read_rsl
from filters.signals.signal import Says

SITE = "https://example.org"
HERE = f"{SITE}/rsl/licence.xml"


def rsl(inside: str, attributes: str = 'url="/"') -> bytes:
    return f'<rsl xmlns="https://rslstandard.org/rsl"><content {attributes}>{inside}</content></rsl>'.encode()


def licence(*terms: str) -> bytes:
    return rsl(f"<license>{''.join(terms)}</license>")


def says(body: bytes, url: str = f"{SITE}/fox.jpg") -> Says | None:
    read = read_rsl(body, HERE)
    assert read is not None
    saying = read.says(url)
    return None if saying is None else saying.says


TRAINS = '<permits type="usage">ai-train</permits>'
SEARCHES = '<permits type="usage">search</permits>'
FREE = '<payment type="free"/>'


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([TRAINS], Says.ALLOW),
        ([TRAINS, FREE], Says.ALLOW),
        (['<permits type="usage">all</permits>'], Says.ALLOW),
        (['<permits type="usage">search, AI-ALL</permits>'], Says.ALLOW),
        (['<permits type="usage">train-ai</permits>'], Says.ALLOW),
        (["<permits>ai-train</permits>"], Says.ALLOW),
        ([SEARCHES, TRAINS], Says.ALLOW),
        ([SEARCHES], Says.DENY),
        (['<permits type="usage">research-by-bees</permits>'], Says.DENY),
        (['<permits type="usage"></permits>'], Says.DENY),
        (['<prohibits type="usage">ai-train</prohibits>'], Says.DENY),
        (['<prohibits type="usage">search all</prohibits>'], Says.DENY),
        (['<prohibits type="usage">train-genai</prohibits>'], Says.DENY),
        ([TRAINS, '<prohibits type="usage">ai-all</prohibits>'], Says.DENY),
        (['<prohibits type="usage">search</prohibits>'], Says.UNKNOWN),
        (['<prohibits type="usage">research-by-bees</prohibits>'], Says.UNKNOWN),
        ([TRAINS, '<payment type="attribution"/>'], Says.DENY),
        ([TRAINS, '<payment type="crawl"><amount currency="USD">0.015</amount></payment>'], Says.DENY),
        ([TRAINS, "<payment/>"], Says.DENY),
        ([TRAINS, '<permits type="geo">EU</permits>'], Says.DENY),
        ([TRAINS, '<prohibits type="user">commercial</prohibits>'], Says.DENY),
        ([FREE], Says.UNKNOWN),
        (["<terms>https://example.org/terms</terms>"], Says.UNKNOWN),
        ([], Says.UNKNOWN),
        ([TRAINS, "<!-- ai -->", "<?x y?>"], Says.ALLOW),
    ],
)
def test_the_terms_of_a_licence_are_read(terms: list[str], expected: Says) -> None:
    assert says(licence(*terms)) is expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('url="/" server="https://ask.example"', Says.DENY),
        ('url="/" server=""', Says.ALLOW),
        ('url="/" encrypted="true"', Says.DENY),
        ('url="/" encrypted="false"', Says.ALLOW),
        ('url=""', Says.ALLOW),
        ("", Says.ALLOW),
        ('url="*.jpg$"', Says.ALLOW),
        ('url="/fox.png"', None),
        ('url="fox.jpg"', None),
        ('url="../fox.jpg"', Says.ALLOW),
        ('url="https://example.org/fox*"', Says.ALLOW),
        ('url="https://other.org/"', None),
        ('url="https://[/"', Says.ALLOW),
    ],
)
def test_a_content_covers_what_its_url_says(attributes: str, expected: Says | None) -> None:
    assert says(rsl(f"<license>{TRAINS}</license>", attributes)) is expected


def test_the_most_restrictive_licence_counts() -> None:
    assert says(rsl(f"<license>{TRAINS}</license><license>{SEARCHES}</license>")) is Says.DENY
    assert says(rsl(f"<license/><license>{TRAINS}</license>")) is Says.ALLOW


def test_the_most_restrictive_content_that_covers_a_url_counts() -> None:
    body = (
        f'<rsl><content url="/"><license>{TRAINS}</license></content>'
        f'<content url="/private/"><license>{SEARCHES}</license></content></rsl>'
    )
    assert says(body.encode(), f"{SITE}/private/1") is Says.DENY
    assert says(body.encode(), f"{SITE}/public/1") is Says.ALLOW


def test_what_decided_is_told() -> None:
    read = read_rsl(licence(TRAINS, '<payment type="purchase"/>'), HERE)
    assert read is not None
    saying = read.says(SITE)
    assert saying is not None
    assert (saying.found_in, saying.raw) == ("rsl content 1", "payment: purchase")


BOMB = "<!DOCTYPE rsl [<!ENTITY a 'aaaaaaaaaa'>%s]>" + "<rsl><content url='/'><license>&j;</license></content></rsl>"
LEVELS = "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Licence: yes",
        b"<rsl>",
        b"<rss><channel/></rss>",
        b"<html><body>404</body></html>",
        rsl("")[:-1],
        b"<rsl>" + b" " * MOST_BYTES + b"</rsl>",
        b"<rsl>" + b"<a>" * 100_000,
        (BOMB % LEVELS).encode(),
        b'<!DOCTYPE rsl [<!ENTITY x SYSTEM "file:///etc/passwd">]><rsl>&x;</rsl>',
        b'<!DOCTYPE rsl SYSTEM "http://127.0.0.1:9/rsl.dtd"><rsl/>',
        b"\xff\xfe\x00",
    ],
    ids=[
        *("empty", "text", "open", "RSS", "HTML", "cut", "large", "deep", "laughs", "external entity"),
        *("external DTD", "no text"),
    ],
)
def test_what_is_no_rsl_is_none(body: bytes) -> None:
    assert read_rsl(body, HERE) is None


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml version="1.0" encoding="UTF-8"?>\n' + rsl(""),
        b"\n  " + rsl(""),
        b"<rsl/>",
        b"\xef\xbb\xbf" + rsl(""),
        rsl("").decode().encode("utf-16"),
    ],
    ids=["declared", "blanks", "empty", "byte order mark", "UTF-16"],
)
def test_what_is_rsl_is_read(body: bytes) -> None:
    assert read_rsl(body, HERE) is not None


TERMS = st.sampled_from(
    [TRAINS, SEARCHES, FREE, "<license>", "</license>", "<content url='/'>", "</content>", "&x;", "<!--", "<x:a>", "é"]
)


@given(st.binary() | st.lists(TERMS).map(lambda each: rsl("".join(each))), st.text(max_size=20))
@settings(deadline=None, max_examples=200)
def test_no_document_raises(body: bytes, url: str) -> None:
    read = read_rsl(body, url)
    if read is not None:
        read.says(url)


def test_what_stands_beside_the_licence_of_a_content_says_nothing() -> None:
    assert says(rsl(f"<copyright>A. Fox</copyright><license>{TRAINS}</license>")) is Says.ALLOW

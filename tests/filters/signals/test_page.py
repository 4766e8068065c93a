import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.page import PageStatements, inline_terms, is_about_use, read_statements
from filters.signals.signal import Protocol, Says

URL = "https://x.test/fox.html"
RSL = '<rsl><content url="{}"><license><permits type="usage">{}</permits></license></content></rsl>'


def said(statements: PageStatements) -> list[tuple[str, str, str]]:
    found = read_statements(statements, URL, "Altsieve")
    return [(each.protocol.value, each.found_in, each.says.value) for each in found]


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        (("robots", "noai, noimageai"), [("meta-robots", "meta robots", "deny")]),
        (("altsieve", "noimageai"), [("meta-robots", "meta altsieve", "deny")]),
        (("robots", "index"), [("meta-robots", "meta robots", "unknown")]),
        (("otherbot", "noai"), []),
        (("tdm-reservation", "1"), [("tdmrep", "meta tdm-reservation", "deny")]),
        (("tdm-policy", "https://x.test/p"), []),
        (("x-robots-tag", "noai"), [("x-robots-tag", "meta x-robots-tag", "deny")]),
        (("content-usage", "train-ai=y"), [("aipref", "meta content-usage", "allow")]),
    ],
)
def test_metas_are_read(meta: tuple[str, str], expected: list[tuple[str, str, str]]) -> None:
    assert said(PageStatements(metas=(meta,))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RSL.format("/", "search"), [("rsl", "rsl content 1", "deny")]),
        (RSL.format("/", "ai-train"), [("rsl", "rsl content 1", "allow")]),
        (RSL.format("/other", "search"), []),
        ("", [("rsl", "script rsl", "deny")]),
        ("<rsl>", [("rsl", "script rsl", "deny")]),
        ("\ud800", [("rsl", "script rsl", "deny")]),
    ],
)
def test_rsl_inside_the_page_is_read_and_what_cannot_be_is_a_no(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert said(PageStatements(rsl_inline=(text,))) == expected


def test_rsl_inside_the_page_may_speak_of_its_pictures_only() -> None:
    statements = PageStatements(rsl_inline=("<rsl>", RSL.format("/pictures/", "search")))
    (terms,) = inline_terms(statements, URL)
    said = terms.says("https://x.test/pictures/fox.jpg")
    assert said is not None
    assert said.says is Says.DENY
    assert terms.says(URL) is None


def test_more_than_is_carried_is_a_no_of_its_protocol() -> None:
    statements = PageStatements(too_many=(Protocol.META_ROBOTS, Protocol.TDMREP))
    assert said(statements) == [
        ("meta-robots", "too many statements", "deny"),
        ("tdmrep", "too many statements", "deny"),
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((each, True) for each in ("robots", "altsieve", "tdm-reservation", "tdm-policy", "x-robots-tag")),
        *((each, False) for each in ("", "googlebot", "description")),
    ],
)
def test_metas_about_use_are_known_by_their_names(name: str, expected: bool) -> None:
    assert is_about_use(name, "Altsieve") is expected


NAMES = st.sampled_from(["robots", "altsieve", "tdm-reservation", "tdm-policy", "content-signal"])


@given(st.lists(st.tuples(NAMES, st.text())), st.lists(st.text()), st.text())
@settings(deadline=None, max_examples=100)
def test_no_statement_raises(metas: list[tuple[str, str]], inline: list[str], url: str) -> None:
    read_statements(PageStatements(metas=tuple(metas), rsl_inline=tuple(inline)), url, "Altsieve")

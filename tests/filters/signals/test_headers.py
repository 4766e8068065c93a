import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.headers import MOST_RSL_LINKS, NAMES, read_headers, rsl_links
from filters.signals.signal import Says

RSL = 'rel="license"; type="application/rsl+xml"'


def said(*headers: tuple[str, str]) -> list[tuple[str, str]]:
    return [(each.found_in, each.says.value) for each in read_headers(headers, "Altsieve")]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (("X-Robots-Tag", "noai"), [("header x-robots-tag", "deny")]),
        (("x-robots-tag", "altsieve: noai"), [("header x-robots-tag", "deny")]),
        (("x-robots-tag", "otherbot: noai"), []),
        (("TDM-Reservation", "1"), [("header tdm-reservation", "deny")]),
        (("tdm-reservation", "0"), [("header tdm-reservation", "allow")]),
        (("Content-Usage", "train-ai=n"), [("header content-usage", "deny")]),
        (("Content-Signal", "ai-train=no"), [("header content-signal", "deny")]),
        (("tdm-policy", "https://x.test/p"), []),
        (("content-type", "noai"), []),
        (("link", "<l>; rel=license"), []),
    ],
)
def test_each_protocol_of_headers_is_read(header: tuple[str, str], expected: list[tuple[str, str]]) -> None:
    assert said(header) == expected


def test_no_line_hides_another_of_its_name() -> None:
    lines = [("content-usage", "train-ai=n"), ("content-usage", "train-ai=y"), ("content-usage", "?")]
    assert [says for _, says in said(*lines)] == ["deny", "allow", "unknown"]


def test_a_policy_is_kept_with_its_reservation() -> None:
    (saying,) = read_headers([("TDM-Policy", " https://x.test/p "), ("TDM-Reservation", "1")], "Altsieve")
    assert saying.raw == "1, tdm-policy: https://x.test/p"


def test_rsl_documents_are_named_by_links() -> None:
    headers = [("Link", f"</rsl.xml>; {RSL}, <cc>; rel=license, <b.xml>; {RSL}"), ("link", f"</rsl.xml>; {RSL}")]
    assert rsl_links(headers, "https://x.test/a/b") == ("https://x.test/rsl.xml", "https://x.test/a/b.xml")


def test_a_link_that_cannot_be_resolved_is_handed_on_as_what_cannot_be_had() -> None:
    assert rsl_links([("link", f"<https://[>; {RSL}")], "https://x.test/") == ("https://[",)


@pytest.mark.parametrize(("links", "expected"), [(MOST_RSL_LINKS, []), (MOST_RSL_LINKS + 1, [Says.DENY])])
def test_more_links_than_are_followed_are_a_no(links: int, expected: list[Says]) -> None:
    headers = [("link", f"<{each}.xml>; {RSL}") for each in range(links)]
    assert [each.says for each in read_headers(headers, "Altsieve")] == expected
    assert len(rsl_links(headers, "https://x.test/")) == MOST_RSL_LINKS


NAME = st.sampled_from(sorted(NAMES | {"link", "tdm-policy", "server"}))


@given(st.lists(st.tuples(NAME, st.text())))
@settings(deadline=None, max_examples=200)
def test_no_header_raises(headers: list[tuple[str, str]]) -> None:
    read_headers(headers, "Altsieve")
    rsl_links(headers, "https://x.test/")

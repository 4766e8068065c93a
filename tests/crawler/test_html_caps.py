"""Claims about the cap on attributes: it never takes long, and never lets through what a parser sees as too many."""

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from crawler.html_caps import MAX_ATTRIBUTES, attribute_cap, refuse_too_many_attributes
from crawler.worker_frames import PageFlaw, PageRefused

FOUR_MB = 4_000_000

PIECES = (
    *("<a", "<p ", ">", '"', "'", "=", " ", "/", "b", 'c="', "d='", "\n", "<", "-", "!", " a b c d e "),
    *("<!--", "-->", "--!>", "<!", "<?", "</", "</a", "<![CDATA[", "]]>"),
    *("<script>", "</script>", "<textarea ", "</textarea>", "<title>", "</title", "<iframe>", "</iframe>"),
    *("<style", "</style>", "<SCRIPT ", "</Script ", "<plaintext ", "/>"),
)


@pytest.mark.parametrize(
    "tag",
    [
        b"<a" + b" b" * (MAX_ATTRIBUTES + 1) + b">",
        b"<a" + b"/b" * (MAX_ATTRIBUTES + 1) + b">",
        b"<a" + b"\nb=c" * (MAX_ATTRIBUTES + 1),
        b"<a" + b' b=">"' * (MAX_ATTRIBUTES + 1) + b">",
        b"<p>x<a" + b" b='<'" * (MAX_ATTRIBUTES + 1) + b">",
        b"<script" + b" b" * (MAX_ATTRIBUTES + 1) + b">",
        b"</a" + b" b" * (MAX_ATTRIBUTES + 1) + b">",
        b"<a " + b" ".join(b"b%d" % number for number in range(100_000)) + b">",
        b"<textarea><a b='</textarea><a" + b" b" * (MAX_ATTRIBUTES + 1) + b">",
        b"<!-- <a b=' --><a" + b" b" * (MAX_ATTRIBUTES + 1) + b">",
        b"<script/><a" + b" b" * (MAX_ATTRIBUTES + 1) + b">",
    ],
    ids=range(11),
)
def test_a_tag_with_too_many_attributes_is_refused(tag: bytes) -> None:
    with pytest.raises(PageRefused) as caught:
        refuse_too_many_attributes(b"<html><body>" + tag)
    assert caught.value.reason is PageFlaw.TOO_MANY_ATTRIBUTES


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b"no tag",
        b"<a" + b" b" * MAX_ATTRIBUTES + b">",
        b"<a b>" * 10_000,
        b'<img alt="' + b"many words " * 10_000 + b'">',
        b"<p>" + b"many words " * 10_000,
        b"<script>if (a<b" + b" && c" * 10_000 + b")</script>",
        b"<!-- <a" + b" b" * 10_000 + b" -->",
        b"<p>a < b " + b"c " * 10_000,
    ],
    ids=range(9),
)
def test_a_page_within_the_cap_is_let_through(html: bytes) -> None:
    refuse_too_many_attributes(html)


@pytest.mark.parametrize(
    "piece",
    [
        *(b'<a "', b"<a '", b'<a b="', b"<a b='", b"<", b"<!--", b"<!-", b"<!---->", b"<script>", b"<script ", b"<a>"),
        *(
            b"<p a>",
            b"</a>",
            b"<1",
            b"</",
            b"<!",
            b"<?",
            b"<a",
            b"-->",
            b"<style></style>",
            b"</scrip",
            b"=",
            b"/",
            b" ",
        ),
    ],
)
@pytest.mark.parametrize("start", [b"", b"<a ", b"<!--", b"<script>"])
def test_no_page_takes_long(start: bytes, piece: bytes) -> None:
    page = start + piece * (FOUR_MB // len(piece))
    started = time.process_time()
    attribute_cap(MAX_ATTRIBUTES).match(page)
    assert time.process_time() - started < 1.5  # measured: 0.002-0.2 s; quadratic would take hours


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.binary(max_size=50))
def test_the_parser_never_sees_more_attributes_than_were_let_through(pieces: str, junk: bytes) -> None:
    _compare_with_parser(pieces.encode() + junk.replace(b"\0", b""), attribute_cap(3))


def test_the_parser_never_sees_more_attributes_in_twenty_thousand_tag_soups() -> None:
    chance = random.Random(1)  # noqa: S311 - the same soups every time
    cap = attribute_cap(3)
    for _ in range(20_000):
        _compare_with_parser("".join(chance.choices(PIECES, k=chance.randint(3, 25))).encode(), cap)


def _compare_with_parser(html: bytes, cap: re.Pattern[bytes]) -> None:
    refuse_too_many_attributes(html)  # it has far fewer
    within = cap.match(html)
    assert within is not None
    if within.end() < len(html):
        return
    try:
        root = etree.fromstring(html, etree.HTMLParser(encoding="utf-8"))
    except etree.LxmlError:
        return
    assert root is None or all(len(element.attrib) <= 3 for element in root.iter(etree.Element)), html

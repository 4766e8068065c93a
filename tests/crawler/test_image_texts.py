"""Claims about the texts of a picture."""

import pytest
from lxml import etree

from crawler.image_texts import PageTexts, is_decoration, is_tracking_pixel

ALT, CAPTION, LABEL, TITLE = "alt", "figcaption", "aria-label", "title"


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<img alt='A fox'>", [(ALT, "A fox")]),
        ("<img alt='A fox' title=t aria-label=l>", [(ALT, "A fox")]),
        ("<img title=t aria-label=l>", [(LABEL, "l")]),
        ("<img title=t aria-label=' '>", [(TITLE, "t")]),
        ("<img title=' '>", [(None, "")]),
        ("<img>", [(None, "")]),
        ("<b id=a>A</b> <b id=b>fox</b><img aria-labelledby='a b' aria-label=l>", [(LABEL, "A fox")]),
        ("<b id=a>A</b> <b id=a>B</b><img aria-labelledby=a>", [(LABEL, "A")]),
        ("<img aria-labelledby='nowhere' title=t>", [(TITLE, "t")]),
        ("<figure><img alt='A fox'><figcaption>Photo</figcaption></figure>", [(ALT, "A fox"), (CAPTION, "Photo")]),
        ("<figure><img><figcaption>Photo</figcaption></figure>", [(CAPTION, "Photo")]),
        ("<figure><img title=t><figcaption>Photo</figcaption></figure>", [(TITLE, "t"), (CAPTION, "Photo")]),
        (
            "<figure><figcaption>Photo</figcaption><div><a><img alt=x></a></div></figure>",
            [(ALT, "x"), (CAPTION, "Photo")],
        ),
        ("<figure><img alt=x><figcaption> </figcaption></figure>", [(ALT, "x")]),
        ("<figure><img alt=x></figure><figcaption>Photo</figcaption>", [(ALT, "x")]),
        ("<figure><img><figcaption><p>One</p><p>Two<br>Three</p></figcaption></figure>", [(CAPTION, " One Two Three")]),
        ("<figure><img><figcaption>A <b>f</b>ox<style>p</style></figcaption></figure>", [(CAPTION, "A fox")]),
    ],
)
def test_texts_of_a_picture(html: str, texts: list[tuple[str | None, str]]) -> None:
    root = etree.fromstring(html, etree.HTMLParser())
    assert list(PageTexts(root).of(next(root.iter("img")))) == texts


@pytest.mark.parametrize(
    ("html", "expected"),
    [("<img alt=''>", True), ("<img alt=x>", False), ("<img>", False), ("<img role=img>", False),
     ("<img role=''>", False), ("<img role=none alt=x>", True), ("<img aria-hidden=false>", False),
     ("<img aria-hidden=' true '>", True)],
)  # fmt: skip
def test_decoration(html: str, expected: bool) -> None:
    assert is_decoration(_img(html)) is expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [("0", True), ("1", True), ("01", True), ("1px", True), (" 1.0 ", True), ("2", False), ("10", False), ("1%", False),
     ("1em", False), ("", False), ("auto", False), ("-1", False)],
)  # fmt: skip
def test_a_tracking_pixel_has_a_side_of_at_most_one(size: str, expected: bool) -> None:
    assert is_tracking_pixel(_img(f"<img width='{size}'>")) is expected
    assert is_tracking_pixel(_img(f"<img height='{size}' width=200>")) is expected


def _img(html: str) -> etree._Element:
    return next(etree.fromstring(html, etree.HTMLParser()).iter("img"))

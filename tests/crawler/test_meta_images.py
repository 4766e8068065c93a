"""Claims about pictures for previews."""

import pytest
from lxml import etree

from crawler.meta_images import preview_images


def og(name: str, content: str) -> str:
    return f'<meta property="og:{name}" content="{content}">'


def twitter(name: str, content: str) -> str:
    return f'<meta name="twitter:{name}" content="{content}">'


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (og("image", "a") + og("image:alt", "A fox"), [("a", "A fox")]),
        (og("image", "a") + og("image:width", "8") + og("image:alt", "A fox"), [("a", "A fox")]),
        (og("image:url", "a") + og("image:alt", "A fox"), [("a", "A fox")]),
        (og("image", "a") + og("image:secure_url", "b") + og("image:alt", "A fox"), [("a", "A fox")]),
        (og("image", "a") + og("image", "b") + og("image:alt", "A fox"), [("b", "A fox")]),
        (og("image", "a") + og("image:alt", "x") + og("image", "b") + og("image:alt", "y"), [("a", "x"), ("b", "y")]),
        (og("image", "a"), []),
        (og("image:alt", "A fox"), []),
        (og("image", "a") + og("image:alt", " "), []),
        (twitter("image", "a") + twitter("image:alt", "A fox"), [("a", "A fox")]),
        (twitter("image:alt", "A fox") + twitter("image:src", "a"), [("a", "A fox")]),
        (og("image", "a") + twitter("image:alt", "A fox"), [("a", "A fox")]),
        (twitter("image", "a"), []),
        ("<meta property=og:image><meta property=og:image:alt content=x>", []),
        ("<meta charset=utf-8>", []),
    ],
)
def test_previews_with_a_text(head: str, found: list[tuple[str, str]]) -> None:
    root = etree.fromstring(f"<html><head>{head}</head></html>", etree.HTMLParser())
    assert list(preview_images(root)) == found

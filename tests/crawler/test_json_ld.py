"""Claims about pictures described as JSON-LD."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from crawler.json_ld import described_images, images_in

IMAGE: dict[str, Any] = {"@type": "ImageObject", "contentUrl": "a.png", "caption": "A fox"}
FOUND = [("a.png", "A fox")]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (IMAGE, FOUND),
        ([IMAGE, IMAGE], FOUND * 2),
        ({"@graph": [{"@type": "Article", "image": [IMAGE]}]}, FOUND),
        ({**IMAGE, "@type": ["Thing", "ImageObject"]}, FOUND),
        ({**IMAGE, "@type": "Photograph"}, FOUND),
        ({"@type": "ImageObject", "url": "a.png", "name": "A fox"}, FOUND),
        ({**IMAGE, "caption": "", "name": " ", "description": "A fox"}, FOUND),
        ({**IMAGE, "caption": {"@type": "MediaObject"}, "name": "A fox"}, FOUND),
        ({**IMAGE, "thumbnail": {**IMAGE, "contentUrl": "b.png"}}, [*FOUND, ("b.png", "A fox")]),
        ({**IMAGE, "@type": "VideoObject"}, []),
        ({**IMAGE, "@type": None}, []),
        ({**IMAGE, "@type": [{}, 1]}, []),
        ({**IMAGE, "contentUrl": ["a.png"]}, []),
        ({**IMAGE, "contentUrl": None}, []),
        ({"@type": "ImageObject", "contentUrl": "a.png"}, []),
        ({"@type": "Article", "image": "a.png"}, []),
        ("ImageObject", []),
        (None, []),
    ],
)
def test_images_of_a_document(document: object, found: list[tuple[str, str]]) -> None:
    assert list(images_in(json.dumps(document))) == found


@pytest.mark.parametrize(
    "source", ["", "{", "<!-- {} -->", "{} {}", "[" * 400_000, '{"a":' * 80_000, "9" * 400_000, "\ud800"]
)
def test_what_is_no_json_holds_none(source: str) -> None:
    started = time.process_time()
    assert list(images_in(source)) == []
    assert time.process_time() - started < 2


@given(st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["@type", "contentUrl", "caption", "image"]), inner)))  # fmt: skip
def test_no_document_raises(document: object) -> None:
    list(images_in(json.dumps(document)))


def test_only_json_ld_scripts_up_to_the_cap_are_read() -> None:
    image = json.dumps(IMAGE)
    page = (
        f"<script>{image}</script><script type='Application/LD+JSON; charset=utf-8'>{image}</script>"
        f"<script type=application/ld+json>{image}{' ' * 500_000}</script>"
    )
    assert list(described_images(etree.fromstring(page, etree.HTMLParser()))) == FOUND

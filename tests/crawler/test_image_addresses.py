"""Claims about which picture an element shows."""

import pytest
from lxml import etree

from crawler.image_addresses import LAZY_ATTRIBUTES, image_reference, svg_reference

DATA = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


@pytest.mark.parametrize(
    ("html", "reference"),
    [
        ("<img src=a.png>", "a.png"),
        ("<img src=' a.png '>", " a.png "),
        ("<img src=a.png data-src=b.png srcset='c.png 2x'>", "a.png"),
        (f"<img src='{DATA}' data-src=b.png srcset='c.png 2x'>", "b.png"),
        ("<img src=' DATA:x' data-src=b.png>", "b.png"),
        ("<img src='' data-src=b.png>", "b.png"),
        ("<img src='#' data-src=b.png>", "b.png"),
        ("<img src='about:blank' data-src=b.png>", "b.png"),
        ("<img data-src=b.png>", "b.png"),
        *((f"<img src='/x/{name}?v=1' data-src=b.png>", "b.png") for name in (
            "blank.gif", "spacer.png", "placeholder-300x200.jpg", "1x1.gif", "loading.svg", "transparent.PNG")),
        ("<img src='/x/blank.gif'>", "/x/blank.gif"),
        ("<img src='/x/blank-slate-hills.jpg' data-src=b.png>", "/x/blank-slate-hills.jpg"),
        ("<img src='/x/pixelated-fox.png' data-src=b.png>", "/x/pixelated-fox.png"),
        (f"<img src='{DATA}' srcset='a.png 100w, b.png 300w'>", "b.png"),
        (f"<img src='{DATA}' data-srcset='a.png 1x, b.png 2x'>", "b.png"),
        (f"<img src='{DATA}' srcset='{DATA} 3x, b.png 2x'>", "b.png"),
        (f"<img src='{DATA}' data-src='{DATA}' data-lazy=c.png>", "c.png"),
        (f"<img src='{DATA}'>", None),
        ("<img srcset=', ,'>", None),
        ("<img>", None),
        ("<picture><source srcset='s.webp'><img src=a.png></picture>", "a.png"),
        ("<picture><source srcset='s.webp'><img></picture>", "s.webp"),
        ("<picture><source type=image/avif srcset=s><source type=image/jpeg srcset=s.jpg><img></picture>", "s.jpg"),
        ("<picture><source type=image/svg+xml srcset=s.svg><source srcset=s.any><img></picture>", "s.any"),
        ("<picture><source type='IMAGE/PNG; q=1' srcset='s.png 1x, t.png 2x'/><img></picture>", "t.png"),
        ("<picture><source data-srcset=s.png><img></picture>", "s.png"),
        ("<picture><source type=image/jxl srcset=s.jxl><img></picture>", None),
    ],
)  # fmt: skip
def test_an_element_shows_one_picture(html: str, reference: str | None) -> None:
    assert image_reference(_first(html, "img")) == reference


@pytest.mark.parametrize("position", range(len(LAZY_ATTRIBUTES)))
def test_lazy_attributes_count_in_their_order(position: int) -> None:
    attributes = " ".join(f"{name}={name}.png" for name in reversed(LAZY_ATTRIBUTES[position:]))
    assert image_reference(_first(f"<img {attributes} srcset=s.png>", "img")) == f"{LAZY_ATTRIBUTES[position]}.png"


@pytest.mark.parametrize(
    ("html", "reference"),
    [
        ("<svg><image href=a.png xlink:href=b.png /></svg>", "a.png"),
        ("<svg><image xlink:href=b.png /></svg>", "b.png"),
        (f"<svg><image href='{DATA}'/></svg>", None),
        ("<svg><image/></svg>", None),
    ],
)
def test_an_image_in_a_drawing_has_its_href(html: str, reference: str | None) -> None:
    assert svg_reference(_first(html, "image")) == reference


def _first(html: str, tag: str) -> etree._Element:
    root = etree.fromstring(html, etree.HTMLParser())
    return next(root.iter(tag))

"""Read pictures with their texts, and links, out of a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from crawler.addresses import Base, strip_reference
from crawler.captions import MAX_TITLE_CHARACTERS, cap, clean_text
from crawler.extracted import Extracted, Found
from crawler.image_addresses import image_reference, svg_reference
from crawler.image_texts import PageTexts, Text, is_decoration, is_tracking_pixel, shown_text
from crawler.json_ld import described_images
from crawler.meta_images import preview_images
from crawler.page_statements import page_statements, with_unread
from crawler.page_tree import Tree, parse_page
from crawler.picture_licences import PictureLicences
from crawler.worker_frames import PageFlaw, PageRefused
from filters.candidate import TextSource
from filters.signals.signal import Licence

__all__ = ["ExtractLimits", "Extracted", "Found", "PageRefused", "extract"]

_IMAGE_TAGS: Final = ("img", "amp-img", "input", "image")
_LINK_TAGS: Final = ("a", "area", "link", "iframe", "frame")
_MAX_REFERENCES: Final = 50_000
"""Repeats included; a page that refers to pictures more often is there to cost time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtractLimits:
    """What is past them is left out, and named in `Extracted.cut`."""

    max_bytes: int = 4_000_000
    max_found: int = 1000
    max_links: int = 10_000


_DEFAULT_LIMITS: Final = ExtractLimits()


def extract(
    html: bytes,
    *,
    url: str,
    charset: str | None = None,
    agent: str = "Altsieve",
    limits: ExtractLimits = _DEFAULT_LIMITS,
) -> Extracted:
    """Return what a page holds. Raises PageRefused, and nothing else, whatever the bytes are.

    `url` is the page's final URL, `charset` that of its Content-Type header, `agent` the name that
    its metas may address us by. Each text is a `Found` of its own: `alt` or, in its place, a label; besides, the
    caption of the figure. A picture that is decoration is none.
    """
    page = parse_page(html, charset, limits.max_bytes)
    if page.root is None:
        return Extracted(title="", base_url=Base(url).url, found=(), links=(), cut=page.cut)
    base = _base(page.root, url)
    licences = PictureLicences(page.root, base)
    found, more_found = _found(page.root, base, licences, limits.max_found)
    links, more_links = _links(page.root, base, limits.max_links)
    statements = page_statements(page.root, base, agent, licences.of_the_page)
    cut = [*page.cut, *[PageFlaw.TOO_MANY_IMAGES] * more_found, *[PageFlaw.TOO_MANY_LINKS] * more_links]
    return Extracted(
        title=_title(page.root),
        base_url=base.url,
        found=found,
        links=links,
        cut=tuple(cut),
        statements=with_unread(statements, html) if page.cut else statements,
    )


def found_picture(
    reference: str,
    image_url: str,
    source: TextSource | None,
    text_raw: str,
    licences: tuple[Licence, ...] = (),
) -> Found:
    text = clean_text(text_raw)
    return Found(
        image_url_found=cap(strip_reference(reference)),
        image_url=image_url,
        text_raw=cap(text_raw),
        text=text,
        text_source=source if text else None,
        licences=licences,
    )


def _base(root: Tree, url: str) -> Base:
    """The first `<base>` with an address counts, if it is http or https; it is itself resolved against the page's."""
    page = Base(url)
    element = next((each for each in root.iter("base") if each.get("href") is not None), None)
    resolved = None if element is None else page.resolve(element.get("href") or "")
    return page if resolved is None else Base(resolved)


def _title(root: Tree) -> str:
    element = root.find("head/title")
    return "" if element is None else clean_text(shown_text(element))[:MAX_TITLE_CHARACTERS]


def _found(root: Tree, base: Base, licences: PictureLicences, most: int) -> tuple[tuple[Found, ...], bool]:
    """Return each picture with each text once, and whether there are more than `most`.

    Repeats are seen before a text is cleaned, as they may be very many.
    """
    taken: list[Found] = []
    seen: set[tuple[str, TextSource | None, str]] = set()
    for number, (element, reference, (source, text_raw)) in enumerate(_references(root)):
        image_url = base.resolve(reference)
        if image_url is None or (image_url, source, text_raw) in seen:
            continue
        if len(taken) == most or number >= _MAX_REFERENCES:
            return tuple(taken), True
        found = found_picture(reference, image_url, source, text_raw, licences.of(image_url, element))
        if (image_url, found.text_source, found.text) not in seen:
            taken.append(found)
        seen |= {(image_url, source, text_raw), (image_url, found.text_source, found.text)}
    return tuple(taken), False


def _references(root: Tree) -> Iterator[tuple[Tree | None, str, Text]]:
    """Yield each picture's element, None where it has none, its reference, and a text."""
    texts = PageTexts(root)
    for element in root.iter(*_IMAGE_TAGS):
        svg = element.tag == "image"
        reference = svg_reference(element) if svg else _shown(element)
        if reference is not None and not is_decoration(element) and not is_tracking_pixel(element):
            yield from ((element, reference, text) for text in (texts.of_svg(element) if svg else texts.of(element)))
    yield from ((None, reference, (TextSource.OG_IMAGE_ALT, text)) for reference, text in preview_images(root))
    yield from ((None, reference, (TextSource.JSON_LD, text)) for reference, text in described_images(root))


def _shown(element: Tree) -> str | None:
    if element.tag == "input" and (element.get("type") or "").strip().lower() != "image":
        return None
    return image_reference(element)


def _links(root: Tree, base: Base, most: int) -> tuple[tuple[str, ...], bool]:
    links: dict[str, None] = {}
    for element in root.iter(*_LINK_TAGS):
        reference = _followed(element)
        link = base.resolve(reference) if reference else None
        if link is None or link in links:
            continue
        if len(links) == most:
            return tuple(links), True
        links[link] = None
    return tuple(links), False


def _followed(element: Tree) -> str | None:
    """Return where a page leads on to; not what it asks not to follow, nor a place on itself."""
    if element.tag in ("iframe", "frame"):
        return element.get("src")
    relations = (element.get("rel") or "").lower().split()
    if "nofollow" in relations or (element.tag == "link" and "next" not in relations):
        return None
    reference = strip_reference(element.get("href") or "")
    return None if reference.startswith("#") else reference

"""Hold what was read from a page or a sitemap: pictures with their text, and links."""

from dataclasses import dataclass, field

from crawler.worker_frames import PageFlaw
from filters.candidate import Language, TextSource
from filters.signals.page import PageStatements
from filters.signals.signal import Licence


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One picture with one text. `text` is "" and `text_source` None where the page gives no text for it."""

    image_url_found: str
    image_url: str
    text_raw: str
    text: str
    text_source: TextSource | None
    language: Language | None = None
    licences: tuple[Licence, ...] = ()
    """Those named for this picture or in its figure, the nearest first; those of the page are in its statements."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Extracted:
    """What a page holds, in its order. `cut` names each limit that the page went past and what was left out for it."""

    title: str
    base_url: str
    found: tuple[Found, ...]
    links: tuple[str, ...]
    cut: tuple[PageFlaw, ...] = ()
    statements: PageStatements = field(default_factory=PageStatements)


@dataclass(frozen=True, kw_only=True, slots=True)
class SitemapPage:
    """A page that a sitemap names, and the pictures with a caption or title that it names with it."""

    url: str
    found: tuple[Found, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitemap:
    """What a sitemap, or an index of sitemaps, holds, in its order."""

    pages: tuple[SitemapPage, ...]
    sitemaps: tuple[str, ...]
    cut: tuple[PageFlaw, ...] = ()

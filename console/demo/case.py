"""Say what a planted case is: a picture on a page, what the server answers for it, and what must become of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple


class Host(StrEnum):
    """The loopback addresses of the demo web; each is a host of its own to a crawler."""

    GAZETTE = "127.0.0.2"
    """A local paper: pages in English, and the workshop pages with most planted cases."""
    ALMANACH = "127.0.0.3"
    """Pages in German and French."""
    PICTURES = "127.0.0.4"
    """Serves pictures for pages of other hosts."""
    BLOCKED = "127.0.0.5"
    """Is put on a blocklist before the crawl."""
    ARCHIVE = "127.0.0.6"
    """Pages with pictures that a synthetic list of known material names."""
    NOBODY = "127.0.0.8"
    """Nothing listens here."""


SEED_HOSTS: Final = (Host.GAZETTE, Host.ALMANACH, Host.ARCHIVE)


class Place(NamedTuple):
    """A path on a host of the demo web; the port is known once it is served."""

    host: Host
    path: str

    def url(self, port: int) -> str:
        return f"http://{self.host}:{port}{self.path}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the server sends. `to` is where a redirect leads; `drip_s` is the pause after each byte."""

    body: bytes = field(default=b"", repr=False)
    content_type: str = "image/jpeg"
    status: int = 200
    to: Place | str | None = None
    drip_s: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)


class Markup(StrEnum):
    """How the page shows the picture."""

    PLAIN = "plain"
    RELATIVE = "relative"
    """A path that the page's base href leads to another host."""
    SRCSET = "srcset"
    PICTURE = "picture"
    FIGURE = "figure"
    LAZY = "lazy"
    NOSCRIPT = "noscript"
    ABOVE = "above"
    """Shown already: this text is the caption of a figure whose alt text is a case of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page of the demo web. `base` is its base href, if it has one."""

    place: Place
    title: str
    text: str
    language: str = "en"
    base: Place | None = None
    robots: str = ""
    """What its `<meta name="robots">` says, if it has one."""


MATCHES: Final = frozenset({"hash.on-list", "hash.near-list", "page.incident"})
"""Reasons that leave an event id and nothing else, so that a case is known only by their number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One picture with its caption on one page. `reason` is what must be said of it, None if it is to be kept.

    Of cases with the same `group` any may come first: together they must have the reasons that the group has.
    """

    page: Page
    image: Place
    alt: str | None
    answer: Callable[[], Answer]
    reason: str | None = None
    sentence: str
    markup: Markup = Markup.PLAIN
    caption: str = ""
    group: str = ""

    @property
    def text(self) -> str:
        return self.caption if self.alt is None else self.alt

    @property
    def is_match(self) -> bool:
        return self.reason in MATCHES

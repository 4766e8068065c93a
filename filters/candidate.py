"""Hold what a page said about one picture: where it is, what text goes with it, how the page was reached."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

from filters.signals.signal import Licence, Signal

_ID_KEY = secrets.token_bytes(16)


def opaque_id(*parts: str) -> str:
    """Return a name for logs and `repr`: 16 hex digits, keyed for this process, so it says nothing outside it."""
    return blake2b("\0".join(parts).encode(errors="surrogatepass"), key=_ID_KEY, digest_size=8).hexdigest()


class TextSource(StrEnum):
    """Where on the page the text that goes with a picture was found."""

    ALT = "alt"
    FIGCAPTION = "figcaption"
    ARIA_LABEL = "aria-label"
    TITLE = "title"
    OG_IMAGE_ALT = "og:image:alt"
    JSON_LD = "json-ld"
    SITEMAP = "sitemap"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hop:
    """One request that was answered on the way to a page or a picture."""

    url: str
    status: int
    address: str | None
    """IP address that answered; None if the transport did not say."""
    answered_at: datetime

    def __repr__(self) -> str:
        return f"<Hop {opaque_id(self.url)}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class PageVisit:
    """How a page was reached. `hops` ends with the page itself; `url` is the frontier's normalised URL."""

    page_id: str
    url: str
    final_url: str
    hops: tuple[Hop, ...]
    status: int
    headers: tuple[tuple[str, str], ...]
    """Headers of interest, names in lower case, in the order received."""
    fetched_at: datetime
    depth: int
    seed: str
    found_on: str | None
    """URL of the page that linked here; None for a seed."""
    title: str = ""
    consent: tuple[Signal, ...] | None = None
    """What the page's host, its answers on the way and the page say of its use; None: nobody has asked."""

    def __repr__(self) -> str:
        return f"<PageVisit {self.page_id}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Language:
    """What a detector said of a caption: an ISO 639-1 label, confidence 0-1, and detector@version."""

    label: str
    confidence: float
    detector: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One (page, image, source of the text, text). Its `repr` is an id: an image URL is never logged.

    `image_url_found` is as in the HTML, `image_url` resolved and without fragment. `text_raw` is as in the HTML,
    `text` cleaned (white space collapsed, controls removed, NFC). `text_source` is None when the page gives no text.
    """

    visit: PageVisit
    image_url_found: str
    image_url: str
    text_raw: str
    text: str
    text_source: TextSource | None
    language: Language | None = None
    licences: tuple[Licence, ...] = ()
    """Those that the page names for this picture, the nearest first."""

    def __repr__(self) -> str:
        return f"<Candidate {opaque_id(self.visit.page_id, self.image_url, str(self.text_source), self.text)}>"

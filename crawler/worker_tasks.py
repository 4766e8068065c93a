"""Name the tasks of workers: a function is called once in a worker, loads what it needs, returns what does a job.

The crawl imports this file for its types only; decoders and detectors are loaded in the worker.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from crawler.extracted import Extracted, Sitemap
from filters.facts import Facts, Score
from filters.measure.glimpse import Glimpse
from filters.measure.languages.roster import DEFAULT
from filters.measure.personal_data import KEEP
from filters.measure.private_metadata.patches import Patch
from filters.models import Models
from filters.thresholds import REMOVE


@dataclass(frozen=True, kw_only=True, slots=True)
class InspectRequest:
    """The bytes of a picture, and the limits of `filters.measure.picture.Limits`.

    With `private_metadata` of `remove` it is also told what is to be overwritten before they are stored.
    `glimpse_px` is how long the shorter side of what models look at is to be; 0: nothing is wanted for them.
    """

    body: bytes
    max_pixels: int = 40_000_000
    max_frames: int = 64
    glimpse_px: int = 0
    private_metadata: str = KEEP


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspected:
    """What was measured, what models look at if it was asked for and the picture is whole, and what is overwritten."""

    facts: Facts
    glimpse: Glimpse | None = None
    patches: tuple[Patch, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What models are to say of a picture: that it is safe, that a caption in a language fits, or both."""

    glimpse: Glimpse
    safety: bool
    caption: str | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreRequest:
    """A batch; with none in it, only what the models are is told."""

    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the models said of one picture; None of what was not asked."""

    safety: tuple[Score, ...] | None = None
    fit: tuple[Score, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """Which models the worker holds, how long the shorter side of a glimpse should be, and what they said."""

    models: Models
    side_px: int
    said: tuple[Said, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtractRequest:
    """The bytes of a page, its final URL, the charset of its Content-Type header, and the name it may address us by.

    `detectors` are asked for the language of its captions, in this order. `personal_data` is the policy for captions;
    but for `keep` none that is in the title leaves the worker, and with `mask` none that is in a caption.
    """

    html: bytes
    url: str
    charset: str | None = None
    agent: str = "Altsieve"
    max_bytes: int = 4_000_000
    detectors: tuple[str, ...] = DEFAULT
    personal_data: str = KEEP


@dataclass(frozen=True, kw_only=True, slots=True)
class SitemapRequest:
    """The bytes of a sitemap, packed with gzip or not, its final URL, and who is asked for the language of captions."""

    body: bytes
    url: str
    max_bytes: int = 50_000_000
    detectors: tuple[str, ...] = DEFAULT
    personal_data: str = KEEP


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawRequest:
    """The number of a canary picture and the edit it is wanted in."""

    number: int
    edit: str


def inspect() -> Callable[[InspectRequest], Inspected]:
    from filters.measure.picture import Limits, inspect_and_glimpse
    from filters.measure.private_metadata.removal import with_stored

    def work(request: InspectRequest) -> Inspected:
        limits = Limits(max_pixels=request.max_pixels, max_frames=request.max_frames)
        facts, glimpse = inspect_and_glimpse(request.body, limits, request.glimpse_px)
        if request.private_metadata != REMOVE:
            return Inspected(facts=facts, glimpse=glimpse)
        facts, patches = with_stored(facts, request.body)
        return Inspected(facts=facts, glimpse=glimpse, patches=patches)

    return work


def score(entries: str) -> Callable[[ScoreRequest], Scored]:
    """`entries` is the JSON of what SAFETY_MODELS, CONSISTENCY_MODELS and MODEL_PROVIDER hold, in this order."""
    from crawler.score_task import scoring

    return scoring(*json.loads(entries))


def extract() -> Callable[[ExtractRequest], Extracted]:
    from crawler.extract import ExtractLimits
    from crawler.extract import extract as extract_page
    from crawler.found_languages import with_languages
    from crawler.masked import masked_page

    def work(request: ExtractRequest) -> Extracted:
        limits = ExtractLimits(max_bytes=request.max_bytes)
        extracted = extract_page(
            request.html, url=request.url, charset=request.charset, agent=request.agent, limits=limits
        )
        return with_languages(masked_page(extracted, request.personal_data), request.detectors)

    return work


def sitemap() -> Callable[[SitemapRequest], Sitemap]:
    from crawler.found_languages import with_languages_in_sitemap
    from crawler.masked import masked_sitemap
    from crawler.sitemap import read_sitemap

    def work(request: SitemapRequest) -> Sitemap:
        read = read_sitemap(request.body, url=request.url, max_bytes=request.max_bytes)
        return with_languages_in_sitemap(masked_sitemap(read, request.personal_data), request.detectors)

    return work


def draw() -> Callable[[DrawRequest], bytes]:
    from crawler.canary_edits import edited

    def work(request: DrawRequest) -> bytes:
        return edited(request.number, request.edit)

    return work

"""Make subjects that every filter of the lineup is clean about, and change what a test is about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from filters.candidate import Candidate, Hop, Language, PageVisit, TextSource
from filters.decision import Subject
from filters.facts import Digests, Facts, Fetched, Flaw, Picture, Rights, Score, View
from filters.models import ModelCard, Models

AT = datetime(2026, 11, 23, 2, 6, tzinfo=UTC)
PUBLIC = "203.0.113.7"
PAGE_URL = "https://birds.test/herons"
IMAGE_URL = "https://pictures.test/heron.jpg"
CAPTION = "A grey heron at the edge of a pond"
SHA256 = "ab" * 32
MD5 = "cd" * 16
SHA1 = "ef" * 20
PDQ = "0123456789abcdef" * 4
ORIENTATIONS = tuple(f"{turn}f" * 32 for turn in range(8))
PHASH16 = "fedcba9876543210" * 4
MODELS = Models(
    safety=(ModelCard(name="opennsfw", revision="1" * 32, unit="probability"),),
    fit=(ModelCard(name="label-consistency", revision="2" * 32, unit="log-odds"),),
)
"""Models with the names of those that have thresholds by default."""


def hop(url: str, *, address: str | None = PUBLIC, status: int = 200) -> Hop:
    return Hop(url=url, status=status, address=address, answered_at=AT)


def visit(url: str = PAGE_URL, *, hops: tuple[str, ...] = ()) -> PageVisit:
    """Return a visit that was led through `hops`, and ended at the last of them."""
    urls = hops or (url,)
    return PageVisit(
        page_id="0192-page",
        url=url,
        final_url=urls[-1],
        hops=tuple(hop(each) for each in urls),
        status=200,
        headers=(("content-type", "text/html"),),
        fetched_at=AT,
        depth=0,
        seed=url,
        found_on=None,
        consent=(),
    )


def candidate(
    *,
    text: str = CAPTION,
    text_source: TextSource | None = TextSource.ALT,
    language: Language | None = None,
    image_url: str = IMAGE_URL,
    page: PageVisit | None = None,
) -> Candidate:
    return Candidate(
        visit=page or visit(),
        image_url_found=image_url,
        image_url=image_url,
        text_raw=text,
        text=text,
        text_source=text_source,
        language=language,
    )


def fetched(*urls: str, address: str | None = PUBLIC) -> Fetched:
    hops = tuple(hop(each, address=address) for each in urls or (IMAGE_URL,))
    return Fetched(hops=hops, status=200, headers=(), requested_at=AT, fetched_at=AT, consent=())


def digests(*, size_bytes: int = 62_000, sha256: str = SHA256) -> Digests:
    return Digests(md5=MD5, sha1=SHA1, sha256=sha256, size_bytes=size_bytes)


def view(*, pdq: str = PDQ, quality: int = 100, phash16: str = PHASH16, name: str = "frame 0") -> View:
    return View(name=name, pdq=pdq, pdq_quality=quality, orientations=ORIENTATIONS, phash16=phash16)


def picture(
    *, width_px: int = 800, height_px: int = 600, frames: int = 1, views: tuple[View, ...] | None = None
) -> Picture:
    return Picture(
        format="jpeg",
        width_px=width_px,
        height_px=height_px,
        frames=frames,
        views=(view(),) if views is None else views,
    )


def facts(*, shown: Picture | None = None, flaw: Flaw | None = None, size_bytes: int = 62_000) -> Facts:
    """Return what was measured; without `shown` there is a picture only if there is no flaw."""
    seen = shown or (picture() if flaw is None else None)
    return Facts(
        digests=digests(size_bytes=size_bytes),
        picture=seen,
        flaw=flaw,
        rights=Rights(),
        measured_by=(("pdq", "1"),),
        safety=_scores(MODELS.safety, 0.01),
        fit=_scores(MODELS.fit, 1.5),
    )


def _scores(cards: Sequence[ModelCard], value: float) -> tuple[Score, ...]:
    return tuple(Score(model=each.name, revision=each.revision, value=value) for each in cards)


def subject(
    about: Candidate | None = None, *, reached: Fetched | None = None, measured: Facts | None = None
) -> Subject:
    return Subject(candidate=about or candidate(), fetched=reached or fetched(), facts=measured or facts())


def flipped(hash_hex: str, bits: int) -> str:
    """Return a hash that differs in exactly so many bits."""
    return f"{int(hash_hex, 16) ^ ((1 << bits) - 1):064x}"


def unmeasured(of: Subject) -> Subject:
    return replace(of, facts=None)

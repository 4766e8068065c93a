"""Make pairs as a crawl hands them in: real sizes, every filter's verdict, random digests and hashes."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from filters.candidate import Candidate, Hop, Language, PageVisit, TextSource
from filters.decision import CleanPair, Decision
from filters.facts import Digests, Facts, Fetched, Picture, Rights, Score, View
from filters.lineup import FILTERS
from filters.signals.signal import Protocol, Saying, Says, Scope, Signal
from filters.verdict import Evidence, Outcome, Verdict
from storage.objects import new_key
from storage.shares import Kept

PAIRS_PER_PAGE: Final = 10
PAGES_PER_HOST: Final = 10
_AT: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
_WORDS: Final = [
    *("soft", "hills", "of", "many", "colours", "under", "a", "wide", "sky", "with", "river", "stones", "and", "an"),
    *("old", "wooden", "bridge", "near", "the", "harbour", "where", "boats", "rest", "beside", "painted", "houses"),
    *("while", "gulls", "turn", "above", "market", "stalls", "full", "bread", "lemons", "flowers"),
]
_EVIDENCE: Final[dict[str, Evidence]] = {
    "caption-safety": {"list": "192e05b9c587b801cc91167b958fe4ef"},
    "consent": {"consent": "unknown", "signals": 6},
    "vetted-source": {"required": False},
    "alt-text": {"characters": 56, "needed": 5},
    "language": {"language": "en", "confidence": 0.9969},
    "exact-hash": {"lists": "known@1"},
    "near-hash": {"lists": "known@1"},
    "safety": {"opennsfw": 7.227850346680498e-6},
    "consistency": {"language": "en", "label-consistency": 1.0205, "label-consistency needed": 0.5},
    "remote-match": {"matchers": ""},
}
_INSTRUMENTS: Final = (
    ("altsieve-hasher", "2"),
    ("altsieve-rights", "1"),
    ("imagehash", "4.3.2"),
    ("numpy", "2.4.6"),
    ("pillow", "13.0.0"),
    ("scipy", "1.17.1"),
)
VERDICTS: Final = tuple(
    Verdict(
        outcome=Outcome.CLEAN,
        filter=each.name,
        filter_version=each.version,
        revision=hashlib.md5(each.name.encode(), usedforsecurity=False).hexdigest(),
        evidence=_EVIDENCE.get(each.name, {}),
    )
    for each in FILTERS
)


def page_url(number: int) -> str:
    return f"https://www.site-{number // PAGES_PER_HOST:06d}.example/gallery/page-{number}.html"


def kept_on_page(page_id: str, number: int, epoch: int, seed: int) -> Iterator[Kept]:
    """Yield the pairs of one page; the same numbers make the same pairs."""
    chance = random.Random(f"{seed} {number}")  # noqa: S311 - a benchmark keeps no secret
    visit = _visit(page_id, number)
    lineup = tuple(each.name for each in FILTERS)
    for position in range(PAIRS_PER_PAGE):
        url = f"https://images.site-{number // PAGES_PER_HOST:06d}.example/{chance.randbytes(8).hex()}/{position}.jpg"
        decision = Decision(verdicts=tuple(map(replace, VERDICTS)), lineup=lineup, epoch=epoch)
        pair = CleanPair(
            candidate=_candidate(visit, url, chance), fetched=_fetched(url), facts=_facts(chance), decision=decision
        )
        yield Kept(pair=pair, object_key=new_key(pair.facts.digests.sha256))


def _visit(page_id: str, number: int) -> PageVisit:
    url = page_url(number)
    return PageVisit(
        page_id=page_id,
        url=url,
        final_url=url,
        hops=(Hop(url=url, status=200, address="192.0.2.1", answered_at=_AT),),
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"), ("content-length", "10110"), ("server", "nginx/1.27")),
        fetched_at=_AT,
        depth=1,
        seed=url.partition("gallery")[0],
        found_on=url.partition("gallery")[0],
        title=f"Gallery, page {number}",
        consent=_heard(url, Scope.PAGE_HOST),
    )


def _heard(url: str, scope: Scope) -> tuple[Signal, ...]:
    host = "/".join(url.split("/")[:3])
    return tuple(
        Signal(
            saying=Saying(protocol=protocol, says=Says.UNKNOWN, found_in=name, raw="there is none: status 404"),
            scope=scope,
            url=f"{host}/{path}",
            at=_AT,
        )
        for protocol, name, path in (
            (Protocol.ROBOTS, "robots.txt", "robots.txt"),
            (Protocol.TDMREP, "tdmrep.json", ".well-known/tdmrep.json"),
            (Protocol.AI_TXT, "ai.txt", "ai.txt"),
        )
    )


def _candidate(visit: PageVisit, url: str, chance: random.Random) -> Candidate:
    text = " ".join(chance.choices(_WORDS, k=10)) + f" {chance.randrange(10**6)}"
    return Candidate(
        visit=visit,
        image_url_found=url,
        image_url=url,
        text_raw=text,
        text=text,
        text_source=TextSource.ALT,
        language=Language(label="en", confidence=0.9969, detector="eldc@0.4.0"),
    )


def _fetched(url: str) -> Fetched:
    return Fetched(
        hops=(Hop(url=url, status=200, address="192.0.2.2", answered_at=_AT),),
        status=200,
        headers=(("content-type", "image/jpeg"), ("content-length", "63043"), ("server", "nginx/1.27")),
        requested_at=_AT,
        fetched_at=_AT,
        consent=_heard(url, Scope.IMAGE_HOST),
    )


def _facts(chance: random.Random) -> Facts:
    def digest(size: int) -> str:
        return chance.randbytes(size).hex()

    view = View(
        name="frame 0",
        pdq=digest(32),
        pdq_quality=100,
        orientations=tuple(digest(32) for _ in range(8)),
        phash16=digest(32),
    )
    return Facts(
        digests=Digests(md5=digest(16), sha1=digest(20), sha256=digest(32), size_bytes=63_043),
        picture=Picture(format="jpeg", width_px=866, height_px=826, frames=1, views=(view,)),
        rights=Rights(),
        measured_by=_INSTRUMENTS,
        safety=(Score(model="opennsfw", revision="b7c030b25b046d9bed573bf24060679f", value=chance.random() / 1e4),),
        fit=(Score(model="label-consistency", revision="bf9c939064ffee48d2e6109c030dd3ca", value=chance.random()),),
    )

"""Make candidates, pairs and entries of shares that differ by a number."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from filters.candidate import Candidate, Hop, PageVisit, TextSource
from filters.decision import FLOOR, CleanPair, Decision
from filters.facts import Digests, Facts, Fetched, Picture, View
from filters.verdict import Outcome, Verdict
from storage.shares import BesideMatch, Entry, Failed, Kept, Match, Refused, Share
from tests.storage.keys import object_key

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LINEUP = (
    "domain-blocklist",
    "caption-safety",
    "consent",
    "alt-text",
    "exact-hash",
    "near-hash",
    "withdrawn",
    "safety",
    "duplicates",
)
assert set(FLOOR) <= set(LINEUP)
SECRET_HASH = "5ec2e7" * 10 + "abcd"


def bytes_of(number: int) -> bytes:
    return b"picture %d" % number


def bytes_with(sha256: str) -> bytes:
    return next(each for each in map(bytes_of, range(1000)) if hashlib.sha256(each).hexdigest() == sha256)


def candidate(page_id: str, number: int, *, text: str | None = None, image_url: str | None = None) -> Candidate:
    url = image_url or f"https://pictures.example/{number}.jpg"
    caption = text or f"a caption, number {number}"
    page_url = f"https://pages.example/{page_id}"
    hop = Hop(url=page_url, status=200, address="192.0.2.1", answered_at=NOON)
    visit = PageVisit(
        page_id=page_id,
        url=page_url,
        final_url=page_url,
        hops=(hop,),
        status=200,
        headers=(("content-type", "text/html"),),
        fetched_at=NOON,
        depth=0,
        seed="https://pages.example/",
        found_on=None,
    )
    return Candidate(
        visit=visit, image_url_found=url, image_url=url, text_raw=caption, text=caption, text_source=TextSource.ALT
    )


def fetched(url: str) -> Fetched:
    hop = Hop(url=url, status=200, address="192.0.2.2", answered_at=NOON)
    return Fetched(hops=(hop,), status=200, headers=(), requested_at=NOON, fetched_at=NOON)


def facts(body: bytes) -> Facts:
    view = View(name="frame 0", pdq=SECRET_HASH, pdq_quality=100, orientations=(), phash16=SECRET_HASH)
    return Facts(
        digests=Digests(
            md5=hashlib.md5(body, usedforsecurity=False).hexdigest(),
            sha1=hashlib.sha1(body, usedforsecurity=False).hexdigest(),
            sha256=hashlib.sha256(body).hexdigest(),
            size_bytes=len(body),
        ),
        picture=Picture(format="jpeg", width_px=640, height_px=480, frames=1, views=(view,)),
    )


def verdict(name: str, outcome: Outcome = Outcome.CLEAN, reason: str | None = None) -> Verdict:
    return Verdict(outcome=outcome, filter=name, filter_version="3", revision="list@7", reason=reason)


def accepting(epoch: int = 1) -> Decision:
    return Decision(verdicts=tuple(verdict(name) for name in LINEUP), lineup=LINEUP, epoch=epoch)


def kept(page_id: str, number: int, *, epoch: int = 1, body: bytes | None = None, text: str | None = None) -> Kept:
    found = candidate(page_id, number, text=text)
    measured = facts(bytes_of(number) if body is None else body)
    pair = CleanPair(candidate=found, fetched=fetched(found.image_url), facts=measured, decision=accepting(epoch))
    return Kept(pair=pair, object_key=object_key(measured.digests.sha256))


def decided(name: str, reason: str, outcome: Outcome = Outcome.REFUSED, epoch: int = 1) -> Decision:
    before = tuple(verdict(each) for each in LINEUP[: LINEUP.index(name)])
    return Decision(verdicts=(*before, verdict(name, outcome, reason)), lineup=LINEUP, epoch=epoch)


def refused(page_id: str, number: int, *, reason: str = "alt.too-short", image_url: str | None = None) -> Refused:
    found = candidate(page_id, number, image_url=image_url)
    return Refused(candidate=found, fetched=None, decision=decided("alt-text", reason))


def unsure(page_id: str, number: int) -> Refused:
    decision = decided("near-hash", "hash.low-quality", Outcome.UNSURE)
    found = candidate(page_id, number)
    return Refused(candidate=found, fetched=fetched(found.image_url), decision=decision)


def failed(page_id: str, number: int) -> Failed:
    return Failed(candidate=candidate(page_id, number), reason="fetch.failed", evidence={"status": 404})


def match(page_id: str, number: int) -> Match:
    found = candidate(page_id, number)
    decision = decided("exact-hash", "hash.on-list")
    return Match(candidate=found, fetched=fetched(found.image_url), facts=facts(bytes_of(number)), decision=decision)


def match_of_words(page_id: str, number: int) -> Match:
    """Return a match that the caption alone made: its picture was never asked for."""
    decision = decided("caption-safety", "safety.minor-term")
    return Match(candidate=candidate(page_id, number), fetched=None, facts=None, decision=decision)


def match_of_scores(page_id: str, number: int) -> Match:
    return replace(match(page_id, number), decision=decided("safety", "safety.minor"))


def beside(page_id: str, number: int) -> BesideMatch:
    return BesideMatch(candidate=candidate(page_id, number))


def share(page_id: str, *entries: Entry, last: bool = True) -> Share:
    return Share(page_id=page_id, entries=entries, last=last)


def with_data_uri(entry: Refused, uri: str) -> Refused:
    return replace(entry, candidate=replace(entry.candidate, image_url=uri, image_url_found=uri))


def at_url(entry: Match, url: str) -> Match:
    return replace(entry, candidate=replace(entry.candidate, visit=replace(entry.candidate.visit, url=url)))

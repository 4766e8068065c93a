"""Record pages of a crawl through the recorder, as a crawl does."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from filters.candidate import Candidate, Hop, Language, PageVisit, TextSource
from filters.decision import FLOOR, CleanPair, Decision
from filters.facts import Digests, Facts, Fetched, Picture, View
from filters.verdict import Outcome, Verdict
from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.frontier import Frontier, NewPage
from storage.recorder import Recorder
from storage.runs import Run, Runs, RunState
from storage.shares import BesideMatch, Entry, Failed, Kept, Match, Receipt, Refused, Share
from tests.storage.keys import object_key
from tests.storage.records import Records
from tests.storage.shelving import shelved

PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"


@dataclass(kw_only=True)
class Crawled:
    """A run that is under way: `record` writes a page with what became of its candidates."""

    records: Records
    run: Run
    recorder: Recorder
    visits: dict[str, PageVisit] = field(default_factory=dict)

    def visit(self, url: str) -> PageVisit:
        if url not in self.visits:
            frontier = Frontier(self.records.db, self.run.run_id)
            frontier.add([NewPage(url=url, depth=0, seed=url)])
            (page,) = frontier.lease(1)
            self.visits[url] = PageVisit(
                page_id=page.page_id,
                url=url,
                final_url=url,
                hops=(hop(url),),
                status=200,
                headers=(("content-type", "text/html"),),
                fetched_at=datetime.now(UTC),
                depth=0,
                seed=url,
                found_on=None,
                consent=(),
            )
        return self.visits[url]

    def candidate(self, page_url: str, image_url: str, text: str = "a cat on a mat") -> Candidate:
        return Candidate(
            visit=self.visit(page_url),
            image_url_found=image_url,
            image_url=image_url,
            text_raw=text,
            text=text,
            text_source=TextSource.ALT,
            language=Language(label="en", confidence=0.9, detector="test@1"),
        )

    def kept(
        self,
        page_url: str,
        image_url: str,
        text: str = "a cat on a mat",
        *,
        body: bytes = b"x",
        provisional: bool = False,
    ) -> Kept:
        facts = facts_of(body)
        pair = CleanPair(
            candidate=self.candidate(page_url, image_url, text),
            fetched=fetched(image_url, image_url + "?final"),
            facts=facts,
            decision=self.decision(),
        )
        return Kept(pair=pair, object_key=object_key(facts.digests.sha256), provisional=provisional)

    def refused(
        self, page_url: str, image_url: str, reason: str = "image.too-small", *, outcome: Outcome = Outcome.REFUSED
    ) -> Refused:
        last = Verdict(
            outcome=outcome,
            filter="image-shape",
            filter_version="1",
            revision="r1",
            reason=reason,
            evidence={"side_px": 10, "needed": 200},
        )
        return Refused(
            candidate=self.candidate(page_url, image_url), fetched=fetched(image_url), decision=self.decision(last)
        )

    def failed(self, page_url: str, image_url: str) -> Failed:
        return Failed(
            candidate=self.candidate(page_url, image_url),
            reason="fetch.failed",
            evidence={"status": 404},
            hops=(hop(image_url),),
        )

    def match(self, page_url: str, image_url: str) -> Match:
        known = Verdict(
            outcome=Outcome.REFUSED, filter="exact-hash", filter_version="1", revision="r1", reason="hash.on-list"
        )
        decision = Decision(verdicts=(known,), lineup=FLOOR, epoch=self.records.epoch)
        return Match(
            candidate=self.candidate(page_url, image_url),
            fetched=fetched(image_url),
            facts=facts_of(b"m"),
            decision=decision,
        )

    def beside(self, page_url: str, image_url: str) -> BesideMatch:
        return BesideMatch(candidate=self.candidate(page_url, image_url))

    def decision(self, *more: Verdict) -> Decision:
        names = (*FLOOR, *(each.filter for each in more))
        return Decision(verdicts=(*map(clean, FLOOR), *more), lineup=names, epoch=self.records.epoch)

    def record(self, *entries: Entry) -> Receipt:
        page_id = candidate_of(entries[0]).visit.page_id
        put = tuple(shelved(self.records.db, self.recorder, None, entries))
        return self.recorder.submit(Share(page_id=page_id, entries=put, last=True)).result(timeout=30)


@contextmanager
def crawling(records: Records) -> Iterator[Crawled]:
    runs = Runs(records.db, records.ledger)
    run = runs.start(
        spider="pages",
        arguments={"seeds": ["http://page.example/"]},
        operator="ann",
        contact=None,
        settings={},
        revisions={},
        code_version="test",
        provisional=False,
    )
    checkpoints = Checkpoints(records.db.folder / CHECKPOINTS_FILE, records.keys)
    recorder = Recorder(records.db, records.ledger, checkpoints, records.keys, run)
    try:
        yield Crawled(records=records, run=run, recorder=recorder)
    finally:
        recorder.close()
        runs.finish(run.run_id, RunState.FINISHED)


def candidate_of(entry: Entry) -> Candidate:
    return entry.candidate


def clean(name: str) -> Verdict:
    return Verdict(outcome=Outcome.CLEAN, filter=name, filter_version="1", revision="r1", evidence={"lists": "real@1"})


def hop(url: str) -> Hop:
    return Hop(url=url, status=200, address="192.0.2.7", answered_at=datetime.now(UTC))


def fetched(*urls: str) -> Fetched:
    now = datetime.now(UTC)
    return Fetched(hops=tuple(map(hop, urls)), status=200, headers=(), requested_at=now, fetched_at=now, consent=())


def facts_of(body: bytes) -> Facts:
    digests = Digests(
        md5=hashlib.md5(body, usedforsecurity=False).hexdigest(),
        sha1=hashlib.sha1(body, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(body).hexdigest(),
        size_bytes=len(body),
    )
    view = View(name="frame 0", pdq=PDQ, pdq_quality=100, orientations=(PDQ,) * 8, phash16=PDQ)
    picture = Picture(format="png", width_px=640, height_px=480, frames=1, views=(view,))
    return Facts(digests=digests, picture=picture, measured_by=(("Pillow", "1"),))

"""Fetch the original bytes of each picture into memory, through every gate, and write nothing."""

from typing import Self

from scrapy.crawler import Crawler

from crawler.items import Downloaded
from crawler.not_kept import NotKept
from crawler.open_run import OpenRun
from crawler.pictures import Blocked, Missed
from crawler.run_extension import run_of
from crawler.stopping import Stopped
from filters.candidate import Candidate
from filters.decision import Decision, Needs, Subject, decide
from filters.verdict import Verdict


class FetchImage:
    """Second step: a candidate becomes `Downloaded`, or why it did not is noted on its page."""

    def __init__(self, run: OpenRun) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(run_of(crawler))

    async def process_item(self, item: Candidate) -> Downloaded:
        try:
            picture = await self._run.pictures.hold(item)
        except Stopped:
            self._run.book.abandon(item)
            raise NotKept(item, "stopped") from None
        outcome = picture.outcome.result()
        if isinstance(outcome, Missed):
            self._run.book.fail(item, outcome.failure.reason, outcome.failure.evidence, outcome.hops)
            raise NotKept(item, outcome.failure.reason)
        page_id = item.visit.page_id
        if isinstance(outcome, Blocked):
            self._run.hearing.keep_evidence(page_id, outcome.verdict)
            self._run.book.refuse(item, None, self._decision(item, outcome.verdict))
            raise NotKept(item, str(outcome.verdict.reason))
        fetched = self._run.hearing.with_documents(page_id, outcome)
        return Downloaded(candidate=item, fetched=fetched, picture=picture)

    def _decision(self, candidate: Candidate, verdict: Verdict) -> Decision:
        """Return what the filters said of the addresses, with what the gate said in its filter's place."""
        lineup = self._run.watch.lineup
        said = decide(lineup, Subject(candidate=candidate), Needs.ADDRESS).verdicts
        others = tuple(each for each in said if each.filter != verdict.filter)
        return Decision(verdicts=(*others, verdict), lineup=lineup.names, epoch=lineup.epoch)

"""Judge a candidate by what the page says, then by its picture; only what every filter finds clean goes on."""

import asyncio
from dataclasses import replace
from typing import Final, Self

from scrapy.crawler import Crawler

from crawler.fetch_failure import FetchFailure, FetchReason
from crawler.items import Clean, Downloaded
from crawler.not_kept import NotKept
from crawler.open_run import OpenRun
from crawler.page_share import is_match
from crawler.pictures import Missed
from crawler.run_extension import run_of
from crawler.shadows import cast
from crawler.stopping import Stopped
from filters.candidate import Candidate
from filters.decision import CleanPair, Decision, Needs, Subject, decide
from filters.facts import Facts, Fetched
from filters.verdict import Outcome, Verdict

_READ_AT_ONCE: Final = 1_000
"""Characters; looking through so many takes less than a third of a second at worst, and a millisecond as a rule."""


class JudgeAddress:
    """First step: hosts and caption, cheap, before the picture is requested."""

    def __init__(self, run: OpenRun) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(run_of(crawler))

    async def process_item(self, item: Candidate) -> Candidate:
        if self._run.stop.is_raised:
            self._run.book.abandon(item)
            raise NotKept(item, "stopped")
        if self._run.suspension.holds(item):
            self._run.book.hold_back(item)
            raise NotKept(item, "refused")
        decision = await self._decided(Subject(candidate=item))
        if is_match(decision):
            self._run.book.match(item, None, None, decision)
        elif decision.decisive is not None:
            self._run.book.refuse(item, None, decision, shadow=self._shadow(item, decision))
        else:
            return item
        raise NotKept(item, _reason(decision))

    async def _decided(self, subject: Subject) -> Decision:
        """A page may hold megabytes of captions that are slow to look through: they are not to hold up the others."""
        asked = self._run.watch.lineup, subject, Needs.ADDRESS
        if len(subject.candidate.text) + len(subject.candidate.visit.title) <= _READ_AT_ONCE:
            return decide(*asked)
        return await asyncio.get_running_loop().run_in_executor(self._run.judging, decide, *asked)

    def _shadow(self, item: Candidate, decision: Decision) -> tuple[str, ...] | None:
        if not self._run.shadows.samples(item, decision):
            return None
        shadow = cast(self._run.watch.lineup, Subject(candidate=item), decision)
        return None if shadow is None else shadow.others


class JudgeImage:
    """Third step: exact lists by digest before anything decodes, then the full lineup on what was measured."""

    def __init__(self, run: OpenRun) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(run_of(crawler))

    async def process_item(self, item: Downloaded) -> Clean:
        try:
            return await self._judged(item)
        except Stopped:
            self._run.book.abandon(item.candidate)
            raise NotKept(item.candidate, "stopped") from None

    async def _judged(self, item: Downloaded) -> Clean:
        judged = await self._run.inspection.judge(item)
        if judged is None or (judged[0].accepting and not await self._has_bytes(item)):
            return await self._judged(await self._fetched_again(item))
        decision, facts = judged
        if not decision.accepting:
            raise NotKept(item.candidate, _reason(await self._noted(item, facts, decision)))
        pair = CleanPair(candidate=item.candidate, fetched=item.fetched, facts=facts, decision=decision)
        return Clean(pair=pair, body=await self._run.inspection.stored_bytes(item.picture))

    async def _has_bytes(self, item: Downloaded) -> bool:
        """A picture that came for another candidate is either still in memory or in the store, or was not kept."""
        picture = item.picture
        if picture.body is not None or picture.digests is None:
            return picture.body is not None
        return await self._run.shelf.holds(picture.digests.sha256)

    async def _fetched_again(self, item: Downloaded) -> Downloaded:
        picture = await self._run.pictures.hold(item.candidate, again=True)
        outcome = picture.outcome.result()
        if isinstance(outcome, Fetched):
            fetched = self._run.hearing.with_documents(item.candidate.visit.page_id, outcome)
            return Downloaded(candidate=item.candidate, fetched=fetched, picture=picture)
        failure = outcome.failure if isinstance(outcome, Missed) else FetchFailure(reason=FetchReason.FAILED)
        self._run.book.fail(item.candidate, failure.reason, failure.evidence, outcome.hops)
        raise NotKept(item.candidate, failure.reason)

    async def _noted(self, item: Downloaded, facts: Facts, decision: Decision) -> Decision:
        """Return what was noted: a shadow may find a match, which is never passed over."""
        candidate, fetched, shadow = item.candidate, item.fetched, None
        if self._run.shadows.samples(candidate, decision):
            shadow = await self._run.inspection.shadow(item, facts, decision)
        if shadow is not None and shadow.match is not None:
            decision = replace(decision, verdicts=(*_clean(decision), shadow.match))
        if is_match(decision):
            self._run.book.match(candidate, fetched, facts, decision)
        else:
            others = None if shadow is None else shadow.others
            self._run.book.refuse(candidate, fetched, decision, facts=facts, shadow=others)
        return decision


def _clean(decision: Decision) -> tuple[Verdict, ...]:
    return tuple(each for each in decision.verdicts if each.outcome is Outcome.CLEAN)


def _reason(decision: Decision) -> str:
    """A match is not told from an ordinary refusal by what reaches a log."""
    decisive = decision.decisive
    return "refused" if decisive is None or is_match(decision) else str(decisive.reason)

"""Do for the page book what needs others: objects, records, a new judgement, the page queue."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

from crawler.consent_documents import ConsentDocuments, named_in
from crawler.lineup_watch import LineupWatch
from crawler.object_shelf import ObjectShelf
from crawler.page_queue import PageQueue
from crawler.run_counts import RunCounts
from crawler.suspension import Suspension
from filters.candidate import Candidate
from filters.decision import CleanPair, Decision, Subject, decide
from filters.facts import Fetched
from storage.recorder import Receipt, Recorder, Share
from storage.rescan_judging import Judges
from storage.shares import Match, Refused


class RunDesk:
    """The desk of one run (`crawler.page_share.Desk`)."""

    def __init__(
        self,
        *,
        recorder: Recorder,
        documents: ConsentDocuments,
        shelf: ObjectShelf,
        watch: LineupWatch,
        judging: Executor,
        queue: PageQueue,
        counts: RunCounts,
        suspension: Suspension,
        broke_off: Callable[[BaseException], None],
    ) -> None:
        self._recorder = recorder
        self._documents = documents
        self._shelf = shelf
        self._watch = watch
        self._judging = judging
        self._queue = queue
        self._counts = counts
        self._suspension = suspension
        self._tell_broke_off = broke_off

    async def put(self, pair: CleanPair, body: bytes | None) -> str:
        return await self._shelf.put(pair.facts.digests.sha256, body)

    async def done_with(self, key: str, *, kept: bool) -> None:
        await self._shelf.done_with(key, kept=kept)

    async def record(self, share: Share) -> Receipt:
        share = replace(self._suspension.noted(share), documents=self._documents.bodies(named_in(share)))
        receipt = await asyncio.wrap_future(self._recorder.submit(share))
        self._documents.recorded(receipt.documents)
        self._counts.add(share, receipt)
        if dropped := await self._suspension.carry_out():
            self._queue.dropped(dropped)
        return receipt

    def is_suspended(self, candidate: Candidate, fetched: Fetched | None) -> bool:
        return self._suspension.holds(candidate, fetched)

    async def judge_again(self, pair: CleanPair) -> Decision:
        lineup = await self._watch.renew()
        subject = Subject(candidate=pair.candidate, fetched=pair.fetched, facts=pair.facts)
        return await asyncio.get_running_loop().run_in_executor(self._judging, decide, lineup, subject)

    async def look_up_again(self, refused: Refused) -> Refused | Match:
        lineup = await self._watch.renew()
        facts, fetched = refused.facts, refused.fetched
        if facts is None or fetched is None:
            raise ValueError("what was not measured cannot be looked up")
        subject = Subject(candidate=refused.candidate, fetched=fetched, facts=facts)
        judges = Judges.of(lineup)
        decision = await asyncio.get_running_loop().run_in_executor(self._judging, judges.match, [subject])
        if decision is None:
            return replace(refused, looked_up_at=lineup.epoch)
        return Match(candidate=refused.candidate, fetched=fetched, facts=facts, decision=decision)

    def page_ended(self, page_id: str) -> None:
        self._documents.release(page_id)
        self._queue.ended(page_id)

    def broke_off(self, reason: BaseException) -> None:
        self._tell_broke_off(reason)

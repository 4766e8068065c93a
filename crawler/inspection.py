"""Measure each picture once and judge it: digests first, then one decode in a worker, never on the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from typing import Protocol

from crawler.items import Downloaded
from crawler.pictures import Picture
from crawler.stopping import Stopped, StopSign
from crawler.worker_tasks import InspectRequest
from crawler.workers import WorkerDied, WorkerTooSlow
from filters.decision import Decision, Lineup, Needs, Subject, decide
from filters.facts import Digests, Facts, Flaw, RemoteAnswer
from filters.facts import Picture as Seen
from filters.measure.digests import measure_digests


class Inspectors(Protocol):
    """What is asked of the inspection workers."""

    async def run(self, request: InspectRequest) -> Facts: ...


class Matchers(Protocol):
    """What is asked of services elsewhere; `names` is empty if there are none."""

    @property
    def names(self) -> tuple[str, ...]: ...

    async def ask(self, body: bytes, picture: Seen) -> tuple[RemoteAnswer, ...]: ...


class Inspection:
    """`lineup` returns the one that counts now. `judging` is a thread of its own: look-ups in large lists take long."""

    def __init__(
        self,
        lineup: Callable[[], Lineup],
        workers: Inspectors,
        judging: Executor,
        stop: StopSign,
        matchers: Matchers,
        *,
        max_pixels: int,
        max_frames: int,
    ) -> None:
        self._lineup = lineup
        self._workers = workers
        self._judging = judging
        self._stop = stop
        self._matchers = matchers
        self._max_pixels = max_pixels
        self._max_frames = max_frames

    async def judge(self, item: Downloaded) -> tuple[Decision, Facts] | None:
        """Return the decision and the facts it rests on; None if the bytes are needed and gone."""
        picture = item.picture
        async with picture.measuring:
            if picture.facts is None:
                early = await self._before_decoding(item)
                if early is None or not _to_be_measured(early[0]):
                    return early
                await self._measure(picture, early[1].digests)
            if picture.facts is None:
                return None
            if not await self._ask_matchers(item, picture, picture.facts):
                return None
            facts = picture.facts
        return await self._decide(item, facts, Needs.REMOTE), facts

    async def _ask_matchers(self, item: Downloaded, picture: Picture, facts: Facts) -> bool:
        """Ask others only about what every filter here finds clean, once for all candidates; say if that could be."""
        if not self._matchers.names or facts.remote is not None or facts.picture is None:
            return True
        if (await self._decide(item, facts, Needs.PICTURE)).decisive is not None:
            return True
        if picture.body is None:
            return False
        try:
            remote = await self._matchers.ask(picture.body, facts.picture)
        except asyncio.CancelledError:
            if self._stop.is_raised:  # it was ended by us
                raise Stopped from None
            raise
        picture.facts = replace(facts, remote=remote)
        return True

    async def _before_decoding(self, item: Downloaded) -> tuple[Decision, Facts] | None:
        """Ask the exact lists before any decoder runs: a listed picture that kills its worker is still a match."""
        picture = item.picture
        known = picture.digests or picture.body
        if known is None:
            return None
        loop = asyncio.get_running_loop()
        decision, facts = await loop.run_in_executor(self._judging, _digested, self._lineup(), item, known)
        picture.digests = facts.digests
        return decision, facts

    async def _measure(self, picture: Picture, digests: Digests) -> None:
        if picture.body is None:
            return
        request = InspectRequest(body=picture.body, max_pixels=self._max_pixels, max_frames=self._max_frames)
        try:
            facts = await self._workers.run(request)
            lies = facts.digests != digests  # of other bytes than it was sent: nothing that it says counts
            picture.facts = Facts(digests=digests, flaw=Flaw.INSPECTION_CRASHED) if lies else facts
        except WorkerTooSlow:
            picture.facts = Facts(digests=digests, flaw=Flaw.INSPECTION_TOO_SLOW)
        except (WorkerDied, asyncio.CancelledError):
            if self._stop.is_raised:  # it was ended by us
                raise Stopped from None
            picture.facts = Facts(digests=digests, flaw=Flaw.INSPECTION_CRASHED)

    async def _decide(self, item: Downloaded, facts: Facts, needs: Needs) -> Decision:
        subject = _subject(item, facts)
        return await asyncio.get_running_loop().run_in_executor(self._judging, decide, self._lineup(), subject, needs)


def _digested(lineup: Lineup, item: Downloaded, known: Digests | bytes) -> tuple[Decision, Facts]:
    """Take the digests, unless they are known from another candidate, and ask; one visit of the thread does both."""
    facts = Facts(digests=measure_digests(known) if isinstance(known, bytes) else known)
    return decide(lineup, _subject(item, facts), Needs.DIGESTS), facts


def _to_be_measured(decision: Decision) -> bool:
    """A suspicion is looked into: the picture may look like what is confirmed."""
    return decision.decisive is None or decision.suspects


def _subject(item: Downloaded, facts: Facts) -> Subject:
    return Subject(candidate=item.candidate, fetched=item.fetched, facts=facts)

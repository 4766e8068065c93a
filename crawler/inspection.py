"""Measure each picture once and judge it: digests first, then one decode in a worker, never on the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from typing import Final, Protocol

from crawler.items import Downloaded
from crawler.pictures import Picture
from crawler.shadows import Shadow, cast, wants_scores
from crawler.stopping import Stopped, StopSign
from crawler.stored_bytes import says_what_is_stored
from crawler.worker_tasks import Asked, Inspected, InspectRequest, Said
from crawler.workers import WorkerDied, WorkerTooSlow
from filters.decision import Decision, Lineup, Needs, Subject, decide
from filters.facts import Digests, Facts, Flaw, RemoteAnswer
from filters.facts import Picture as Seen
from filters.measure.digests import measure_digests
from filters.measure.glimpse import Glimpse
from filters.measure.private_metadata.patches import patched
from filters.models import Models
from filters.thresholds import KEEP

_NO_GLIMPSE: Final = "no-glimpse"
_NOTHING: Final = Glimpse(width_px=0, height_px=0, rgb=b"")


class Inspectors(Protocol):
    """What is asked of the inspection workers."""

    async def run(self, request: InspectRequest) -> Inspected: ...


class Scorers(Protocol):
    """What is asked of models; `models` are those of the run."""

    @property
    def models(self) -> Models: ...

    @property
    def side_px(self) -> int: ...

    async def ask(self, asked: Asked) -> Said: ...

    def failed(self, asked: Asked, why: str) -> Said: ...


class Matchers(Protocol):
    """What is asked of services elsewhere; `names` is empty if there are none."""

    @property
    def names(self) -> tuple[str, ...]: ...

    async def ask(self, body: bytes, picture: Seen) -> tuple[RemoteAnswer, ...]: ...


class Inspection:
    """`lineup` returns the one that counts now. `judging` is a thread of its own: look-ups in large lists take long.

    Without `scoring` no model is asked: then the lineup is to hold no filter that needs one.
    """

    def __init__(
        self,
        lineup: Callable[[], Lineup],
        workers: Inspectors,
        judging: Executor,
        stop: StopSign,
        matchers: Matchers,
        scoring: Scorers | None = None,
        *,
        max_pixels: int,
        max_frames: int,
        private_metadata: str = KEEP,
    ) -> None:
        self._lineup = lineup
        self._workers = workers
        self._judging = judging
        self._stop = stop
        self._matchers = matchers
        self._scoring = scoring
        self._max_pixels = max_pixels
        self._max_frames = max_frames
        self._private_metadata = private_metadata

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
            scored = await self._ask_models(item, picture, picture.facts)
            judged = None if scored is None else await self._ask_matchers(item, picture, *scored)
        if judged is None:
            return None
        facts, so_far = judged
        return await self._decide(item, facts, Needs.REMOTE, so_far), facts

    async def stored_bytes(self, picture: Picture) -> bytes | None:
        """Return the bytes that are to be stored; None if they have been let go."""
        if picture.body is None or not picture.patches:
            return picture.body
        async with picture.measuring:
            if picture.stored is None:
                loop, asked = asyncio.get_running_loop(), (picture.body, picture.patches)
                picture.take_stored(await loop.run_in_executor(self._judging, patched, *asked))
        return picture.stored

    async def shadow(self, item: Downloaded, facts: Facts, decision: Decision) -> Shadow | None:
        """Return what the filters after the one that refused would say; models are asked, and nothing is fetched."""
        lineup, picture = self._lineup(), item.picture
        if self._scoring is not None and wants_scores(lineup, _subject(item, facts), decision):
            async with picture.measuring:
                said = await self._said(item, picture, self._scoring, safety=facts.safety is None)
            if said is not None:
                facts = replace(facts, safety=facts.safety if said.safety is None else said.safety, fit=said.fit)
        subject = _subject(item, facts)
        return await asyncio.get_running_loop().run_in_executor(self._judging, cast, lineup, subject, decision)

    async def _ask_models(
        self, item: Downloaded, picture: Picture, facts: Facts
    ) -> tuple[Facts, Decision | None] | None:
        """Ask only about what every filter before finds clean: of the picture once, of its caption each time."""
        if self._scoring is None or facts.picture is None:
            return facts, None
        so_far = await self._decide(item, facts, Needs.PICTURE)
        if so_far.decisive is not None:
            return facts, so_far
        said = await self._said(item, picture, self._scoring, safety=facts.safety is None)
        if said is None:
            return None
        picture.facts = replace(facts, safety=facts.safety if said.safety is None else said.safety)
        return replace(picture.facts, fit=said.fit), so_far

    async def _said(self, item: Downloaded, picture: Picture, scoring: Scorers, *, safety: bool) -> Said | None:
        detected = item.candidate.language
        language = None if detected is None else detected.label
        if not safety and not any(each.measures(language) for each in scoring.models.fit):
            return Said(fit=())
        if picture.glimpse is None:
            if picture.body is None:
                return None
            asked = Asked(glimpse=_NOTHING, safety=safety, caption=item.candidate.text, language=language)
            return scoring.failed(asked, _NO_GLIMPSE)
        asked = Asked(glimpse=picture.glimpse, safety=safety, caption=item.candidate.text, language=language)
        try:
            said = await scoring.ask(asked)
        except asyncio.CancelledError:
            if self._stop.is_raised:  # it was ended by us
                raise Stopped from None
            raise
        if self._stop.is_raised and any(each.value is None for each in (*(said.safety or ()), *(said.fit or ()))):
            raise Stopped  # a worker that was ended by us, most likely: it is scored when the run is resumed
        return said

    async def _ask_matchers(
        self, item: Downloaded, picture: Picture, facts: Facts, so_far: Decision | None
    ) -> tuple[Facts, Decision | None] | None:
        """Ask others only about what every filter here finds clean, once for all candidates; None if it cannot be."""
        if not self._matchers.names or facts.remote is not None or facts.picture is None:
            return facts, so_far
        so_far = await self._decide(item, facts, Needs.MODELS, so_far)
        if so_far.decisive is not None:
            return facts, so_far
        if picture.body is None:
            return None
        try:
            remote = await self._matchers.ask(picture.body, facts.picture)
        except asyncio.CancelledError:
            if self._stop.is_raised:  # it was ended by us
                raise Stopped from None
            raise
        picture.facts = replace(facts.of_picture, remote=remote)
        return replace(facts, remote=remote), so_far

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
        request = InspectRequest(
            body=picture.body,
            max_pixels=self._max_pixels,
            max_frames=self._max_frames,
            glimpse_px=0 if self._scoring is None else self._scoring.side_px,
            private_metadata=self._private_metadata,
        )
        try:
            inspected = await self._workers.run(request)
            facts = inspected.facts
            of_these = facts.digests == digests and facts.safety is None and facts.fit is None
            if not of_these or not await self._says_what_is_stored(inspected, request):
                # of other bytes than it was sent, or of what it has not looked at: nothing that it says counts
                picture.facts = Facts(digests=digests, flaw=Flaw.INSPECTION_CRASHED)
                return
            picture.facts, picture.patches = facts, inspected.patches
            if inspected.glimpse is not None:
                picture.take(inspected.glimpse)
        except WorkerTooSlow:
            picture.facts = Facts(digests=digests, flaw=Flaw.INSPECTION_TOO_SLOW)
        except (WorkerDied, asyncio.CancelledError):
            if self._stop.is_raised:  # it was ended by us
                raise Stopped from None
            picture.facts = Facts(digests=digests, flaw=Flaw.INSPECTION_CRASHED)

    async def _says_what_is_stored(self, inspected: Inspected, request: InspectRequest) -> bool:
        asked = inspected, request.body, request.private_metadata
        if not inspected.patches:
            return says_what_is_stored(*asked)
        return await asyncio.get_running_loop().run_in_executor(self._judging, says_what_is_stored, *asked)

    async def _decide(self, item: Downloaded, facts: Facts, needs: Needs, so_far: Decision | None = None) -> Decision:
        loop, subject = asyncio.get_running_loop(), _subject(item, facts)
        return await loop.run_in_executor(self._judging, decide, self._lineup(), subject, needs, so_far)


def _digested(lineup: Lineup, item: Downloaded, known: Digests | bytes) -> tuple[Decision, Facts]:
    """Take the digests, unless they are known from another candidate, and ask; one visit of the thread does both."""
    facts = Facts(digests=measure_digests(known) if isinstance(known, bytes) else known)
    return decide(lineup, _subject(item, facts), Needs.DIGESTS), facts


def _to_be_measured(decision: Decision) -> bool:
    """A suspicion is looked into: the picture may look like what is confirmed."""
    return decision.decisive is None or decision.suspects


def _subject(item: Downloaded, facts: Facts) -> Subject:
    return Subject(candidate=item.candidate, fetched=item.fetched, facts=facts)

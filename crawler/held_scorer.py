"""Score pictures that are held, from their stored bytes: decoded in worker processes, asked about as in a crawl."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from crawler.model_pool import ModelLimits, ready_scoring, score_pool
from crawler.scoring import Scoring
from crawler.worker_tasks import Asked, Inspected, InspectRequest, ScoreRequest
from crawler.workers import WorkerError, WorkerPool, cores
from filters.candidate import Candidate
from filters.measure.glimpse import Glimpse
from filters.models import Models
from storage.rescan_scores import Scored, Unscored

Inspectors: TypeAlias = WorkerPool[InspectRequest, Inspected]


@dataclass(frozen=True, kw_only=True, slots=True)
class ScorerLimits:
    """What the settings of these names say. The models are those that are asked; of workers 0 is one for each core."""

    safety_models: tuple[str, ...]
    consistency_models: tuple[str, ...]
    model: ModelLimits
    inspection_workers: int
    inspection_timeout_s: float
    worker_memory_bytes: int
    image_max_pixels: int
    image_max_frames: int


class HeldScorer:
    """Looks at what is held with the processes of a crawl (`storage.rescan_scores.Scorer`)."""

    def __init__(self, limits: ScorerLimits, runner: asyncio.Runner, inspectors: Inspectors, scoring: Scoring) -> None:
        self._limits = limits
        self._runner = runner
        self._inspectors = inspectors
        self._scoring = scoring

    def score(self, pictures: Sequence[Unscored]) -> Sequence[Scored | None]:
        return self._runner.run(self._all(pictures))

    async def _all(self, pictures: Sequence[Unscored]) -> list[Scored | None]:
        return await asyncio.gather(*map(self._one, pictures))

    async def _one(self, picture: Unscored) -> Scored | None:
        glimpse = await self._glimpse(picture)
        if glimpse is None:
            return None
        asked = [_asked(glimpse, each, safety=at == 0) for at, each in enumerate(picture.candidates)]
        said = await asyncio.gather(*map(self._scoring.ask, asked))
        return Scored(safety=said[0].safety or (), fit=tuple(each.fit or () for each in said))

    async def _glimpse(self, picture: Unscored) -> Glimpse | None:
        """Return None of what cannot be decoded any more, or not in time: nothing is said of it."""
        request = InspectRequest(
            body=picture.body,
            max_pixels=self._limits.image_max_pixels,
            max_frames=self._limits.image_max_frames,
            glimpse_px=self._scoring.side_px,
        )
        try:
            inspected = await self._inspectors.run(request)
        except WorkerError:
            return None
        return inspected.glimpse if inspected.facts.digests.sha256 == picture.facts.stored_sha256 else None


@contextmanager
def held_scorer(limits: ScorerLimits, models: Models) -> Iterator[HeldScorer]:
    """Start the processes. `NotReady` if one cannot load the models, or holds others than `models`, as files say."""
    inspectors: Inspectors = WorkerPool(
        "inspect",
        size=limits.inspection_workers or cores(),
        timeout_s=limits.inspection_timeout_s,
        memory_bytes=limits.worker_memory_bytes,
    )
    scorers = score_pool(limits.model, safety=limits.safety_models, fit=limits.consistency_models)
    with asyncio.Runner() as runner, closing(inspectors), closing(scorers):
        scoring = ready_scoring(scorers, scorers.ask_each(ScoreRequest()), models, batch=limits.model.batch)
        yield HeldScorer(limits, runner, inspectors, scoring)


def _asked(glimpse: Glimpse, candidate: Candidate, *, safety: bool) -> Asked:
    language = None if candidate.language is None else candidate.language.label
    return Asked(glimpse=glimpse, safety=safety, caption=candidate.text, language=language)

"""Score pictures that are held, from their stored bytes: decoded in worker processes, asked about as in a crawl."""

import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from crawler.scoring import Scoring
from crawler.worker_frames import PageRefused
from crawler.worker_tasks import Asked, Inspected, InspectRequest, ScoreRequest
from crawler.worker_tasks import Scored as Told
from crawler.workers import WorkerError, WorkerPool
from filters.candidate import Candidate
from filters.measure.glimpse import Glimpse
from filters.models import Models
from storage.errors import NotReady
from storage.rescan_scores import Scored, Unscored

Inspectors: TypeAlias = WorkerPool[InspectRequest, Inspected]
Scorers: TypeAlias = WorkerPool[ScoreRequest, Told]


@dataclass(frozen=True, kw_only=True, slots=True)
class ScorerLimits:
    """What the settings of these names say. The models are those that are asked; of workers 0 is one for each core."""

    safety_models: tuple[str, ...]
    consistency_models: tuple[str, ...]
    model_provider: str
    model_workers: int
    model_batch: int
    model_timeout_s: float
    model_memory_bytes: int
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
        return inspected.glimpse if inspected.facts.digests == picture.facts.digests else None


@contextmanager
def held_scorer(limits: ScorerLimits, models: Models) -> Iterator[HeldScorer]:
    """Start the processes. `NotReady` if one cannot load the models, or holds others than `models`, as files say."""
    cores = os.cpu_count() or 1
    inspectors: Inspectors = WorkerPool(
        "inspect",
        size=limits.inspection_workers or cores,
        timeout_s=limits.inspection_timeout_s,
        memory_bytes=limits.worker_memory_bytes,
    )
    scorers: Scorers = WorkerPool(
        "score",
        size=limits.model_workers or cores,
        timeout_s=limits.model_timeout_s,
        memory_bytes=limits.model_memory_bytes,
        given=json.dumps([limits.safety_models, limits.consistency_models, limits.model_provider]),
        is_renewed=False,
    )
    with asyncio.Runner() as runner, closing(inspectors), closing(scorers):
        yield HeldScorer(limits, runner, inspectors, _ready(scorers, models, limits.model_batch))


def _ready(scorers: Scorers, models: Models, batch: int) -> Scoring:
    try:
        answers = [each.result() for each in scorers.ask_each(ScoreRequest())]
    except (WorkerError, PageRefused, RuntimeError) as problem:
        raise NotReady(f"models cannot be loaded: {problem}; type: altsieve models") from None
    if any(each.models != models for each in answers):
        raise NotReady("a model is another one where it runs than its files say; type: altsieve models")
    return Scoring(scorers, models, side_px=max(each.side_px for each in answers), batch=batch)


def _asked(glimpse: Glimpse, candidate: Candidate, *, safety: bool) -> Asked:
    language = None if candidate.language is None else candidate.language.label
    return Asked(glimpse=glimpse, safety=safety, caption=candidate.text, language=language)

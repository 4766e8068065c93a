"""Start processes that hold models, and rely on none that does not hold what its files say."""

import json
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from crawler.scoring import Scoring
from crawler.worker_frames import PageRefused
from crawler.worker_tasks import Scored, ScoreRequest
from crawler.workers import WorkerError, WorkerPool, cores
from filters.measure.models.shelf import PROVIDERS
from filters.models import Models
from storage.errors import NotReady

MOST_WORKERS: Final = 16
"""If nobody says how many: each takes 0.35 GB with the models that ship, 22 GB unasked on a machine of 64 cores."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelLimits:
    """What the MODEL_ settings say; `NotReady` if that is nothing to work by."""

    provider: str
    workers: int
    batch: int
    timeout_s: float
    memory_bytes: int

    def __post_init__(self) -> None:
        for name, holds, wanted in (
            ("MODEL_PROVIDER", self.provider in PROVIDERS, " or ".join(PROVIDERS)),
            ("MODEL_WORKERS", self.workers >= 0, f"0 (one for each core, at most {MOST_WORKERS}) or more"),
            ("MODEL_BATCH", self.batch >= 1, "1 or more"),
            ("MODEL_TIMEOUT_S", 0 < self.timeout_s < threading.TIMEOUT_MAX, "a number of seconds above 0"),
            ("MODEL_MEMORY_BYTES", self.memory_bytes >= 0, "0 (no limit) or more"),
        ):
            if not holds:
                raise NotReady(f"{name} must be {wanted}")

    @property
    def processes(self) -> int:
        return self.workers or min(cores(), MOST_WORKERS)


def score_pool(limits: ModelLimits, *, safety: Sequence[str], fit: Sequence[str]) -> WorkerPool[ScoreRequest, Scored]:
    """Return the processes that are to hold the models of these entries; none is started yet."""
    return WorkerPool(
        "score",
        size=limits.processes,
        timeout_s=limits.timeout_s,
        memory_bytes=limits.memory_bytes,
        given=json.dumps([*map(list, (safety, fit)), limits.provider]),
        is_renewed=False,
    )


def ready_scoring(
    workers: WorkerPool[ScoreRequest, Scored], told: Sequence["Future[Scored]"], models: Models, *, batch: int
) -> Scoring:
    """Wait until each worker has told what it holds. `NotReady` if that is not what the files say, or one cannot."""
    try:
        answers = [each.result() for each in told]
    except (WorkerError, PageRefused, RuntimeError) as problem:
        raise NotReady(f"models cannot be loaded: {problem}; type: altsieve models") from None
    if any(each.models != models for each in answers):
        raise NotReady("a model is another one where it runs than its files say; type: altsieve models")
    return Scoring(workers, models, side_px=max(each.side_px for each in answers), batch=batch)

"""Start the models of a run while the rest of it is opened, and begin no run whose models are not ready."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Final

from scrapy.settings import BaseSettings

from crawler.scoring import Scoring
from crawler.worker_frames import PageRefused
from crawler.worker_tasks import Scored, ScoreRequest
from crawler.workers import WorkerError, WorkerPool
from filters.consistency import Consistency
from filters.lineup import Thresholds
from filters.measure.models.model import ModelNotReady
from filters.measure.models.shelf import describe
from filters.models import ModelCard, Models
from filters.safety import Safety
from storage.errors import NotReady

_DOCTOR: Final = "type: altsieve doctor"


def score_pool(settings: BaseSettings, size: int) -> WorkerPool[ScoreRequest, Scored]:
    """Return the processes that are to hold the models that the settings name; none is started yet."""
    safety, fit = _entries(settings)
    return WorkerPool(
        "score",
        size=size,
        timeout_s=settings.getfloat("MODEL_TIMEOUT_S"),
        memory_bytes=settings.getint("MODEL_MEMORY_BYTES"),
        given=json.dumps([safety, fit, settings.get("MODEL_PROVIDER", "cpu")]),
        is_renewed=False,
    )


def cards_of(settings: BaseSettings, thresholds: Thresholds) -> Models:
    """Return what the models are by their files. `NotReady` if one is missing, altered, or has no threshold."""
    safety, fit = _entries(settings)
    if not safety and Safety.name in settings.getlist("LINEUP"):
        raise NotReady("SAFETY_MODELS names no model, so that nothing would be kept: name one, as in opennsfw")
    if not fit and Consistency.name in settings.getlist("LINEUP"):
        raise NotReady(f"CONSISTENCY_MODELS names no model: name one, or take {Consistency.name} out of LINEUP")
    try:
        models = describe(safety=safety, fit=fit)
    except ModelNotReady as problem:
        raise NotReady(str(problem)) from None
    for name, numbers, cards in (
        ("SAFETY_DROP", thresholds.safety_drop, models.safety),
        ("SAFETY_HOLD", thresholds.safety_hold, models.safety),
        ("SAFETY_DROP_WITH_MINOR", thresholds.safety_drop_with_minor, models.safety),
        ("CONSISTENCY_MIN", thresholds.consistency_min, models.fit),
    ):
        _require_numbers(name, numbers, cards)
    return models


def ready_scoring(
    workers: WorkerPool[ScoreRequest, Scored], told: Sequence["Future[Scored]"], models: Models, *, batch: int
) -> Scoring:
    """Wait until each worker has told what it holds. `NotReady` if that is not what the files say, or one cannot."""
    answers = [_answer(each) for each in told]
    if any(each.models != models for each in answers):
        raise NotReady(f"a model is another one where it runs than its files say; {_DOCTOR}")
    return Scoring(workers, models, side_px=max(each.side_px for each in answers), batch=batch)


def _entries(settings: BaseSettings) -> tuple[list[str], list[str]]:
    """Each once, in one order for both sides."""
    wanted = settings.getlist("LINEUP")
    of_safety = ("SAFETY_MODELS", Safety.name), ("CONSISTENCY_MODELS", Consistency.name)
    safety, fit = (sorted({*settings.getlist(name)}) if asked in wanted else [] for name, asked in of_safety)
    return safety, fit


def _require_numbers(name: str, numbers: Mapping[str, float], cards: Sequence[ModelCard]) -> None:
    for card in cards:
        if not any(each.partition("/")[0] == card.name for each in numbers):
            raise NotReady(f"{name} has no number for the model {card.name}: type -s {name}={card.name}=... with it")


def _answer(told: "Future[Scored]") -> Scored:
    try:
        return told.result()
    except (WorkerError, PageRefused, RuntimeError) as problem:
        raise NotReady(f"models cannot be loaded: {problem}; {_DOCTOR}") from None

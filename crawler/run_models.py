"""Read from the settings of a run which models it asks, and begin none that lacks one, or a number to compare with."""

from collections.abc import Iterator

from scrapy.settings import BaseSettings

from crawler.model_pool import ModelLimits, score_pool
from crawler.worker_tasks import Scored, ScoreRequest
from crawler.workers import WorkerPool
from filters.consistency import Consistency
from filters.lineup import Thresholds
from filters.measure.models.model import ModelNotReady
from filters.measure.models.shelf import describe
from filters.model_thresholds import problems_of
from filters.models import Models
from filters.safety import Safety
from storage.errors import NotReady


def scorers_of(settings: BaseSettings) -> WorkerPool[ScoreRequest, Scored]:
    """Return the processes that are to hold the models that the settings name; none is started yet."""
    safety, fit = _entries(settings)
    return score_pool(model_limits(settings), safety=safety, fit=fit)


def model_limits(settings: BaseSettings) -> ModelLimits:
    """`NotReady` if they are not what can be worked by."""
    try:
        return ModelLimits(
            provider=settings.get("MODEL_PROVIDER", "cpu"),
            workers=settings.getint("MODEL_WORKERS"),
            batch=settings.getint("MODEL_BATCH"),
            timeout_s=settings.getfloat("MODEL_TIMEOUT_S"),
            memory_bytes=settings.getint("MODEL_MEMORY_BYTES"),
        )
    except ValueError as error:
        raise NotReady(f"MODEL_WORKERS, _BATCH, _TIMEOUT_S or _MEMORY_BYTES cannot be read: {error}") from None


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
    if found := list(problems_of(thresholds, models)):
        raise NotReady("\n".join(found))
    return models


def warnings_of(settings: BaseSettings, models: Models) -> Iterator[str]:
    """Yield what a run may begin with, though its operator hardly means it."""
    thresholds = Thresholds.from_settings(settings)
    if Consistency.name not in settings.getlist("LINEUP") or thresholds.consistency_unmeasured != "unsure":
        return
    wanted = thresholds.languages_wanted
    if lost := [each for each in wanted if not any(card.measures(each) for card in models.fit)]:
        yield (
            f"no caption in {', '.join(lost)} will be kept, because no model of CONSISTENCY_MODELS measures it: "
            "name one that does, or type -s CONSISTENCY_UNMEASURED=allow"
        )


def _entries(settings: BaseSettings) -> tuple[list[str], list[str]]:
    """Each once, in one order for both sides."""
    wanted = settings.getlist("LINEUP")
    of_safety = ("SAFETY_MODELS", Safety.name), ("CONSISTENCY_MODELS", Consistency.name)
    safety, fit = (sorted({*settings.getlist(name)}) if asked in wanted else [] for name, asked in of_safety)
    return safety, fit

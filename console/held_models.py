"""Say by which models a re-scan judges, and have them score what is held, as the settings name them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from console.configuration import Configuration
from crawler.held_scorer import ScorerLimits, held_scorer
from crawler.model_pool import ModelLimits
from filters.consistency import Consistency
from filters.lineup import Thresholds
from filters.measure.models.model import ModelNotReady
from filters.measure.models.shelf import describe
from filters.models import NO_MODELS, Models
from filters.safety import Safety
from storage.errors import NotReady
from storage.rescan_scores import Scorer


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldModels:
    """The models that the settings name and whose filters are in the lineup. `problem` if they are not ready."""

    models: Models
    problem: str | None = None


def models_of(configuration: Configuration, thresholds: Thresholds) -> HeldModels:
    """A re-scan goes on without them: what lists match is to be taken back even if a model is missing."""
    safety, fit = _entries(configuration, thresholds)
    try:
        return HeldModels(models=describe(safety=safety, fit=fit))
    except ModelNotReady as error:
        return HeldModels(models=NO_MODELS, problem=str(error))


@contextmanager
def scorer_of(configuration: Configuration, thresholds: Thresholds, held: HeldModels) -> Iterator[Scorer]:
    """Start the processes that measure; raise `NotReady` if they cannot."""
    if held.problem is not None:
        raise NotReady(held.problem)
    with held_scorer(_limits(configuration, thresholds), held.models) as scorer:
        yield scorer


def model_limits(configuration: Configuration) -> ModelLimits:
    return ModelLimits(
        provider=configuration.text("MODEL_PROVIDER") or "cpu",
        workers=configuration.whole("MODEL_WORKERS"),
        batch=configuration.whole("MODEL_BATCH"),
        timeout_s=configuration.number("MODEL_TIMEOUT_S"),
        memory_bytes=configuration.whole("MODEL_MEMORY_BYTES"),
    )


def _entries(configuration: Configuration, thresholds: Thresholds) -> tuple[Sequence[str], Sequence[str]]:
    wanted = configuration.names("LINEUP")
    safety = thresholds.safety_models if Safety.name in wanted else ()
    return safety, thresholds.consistency_models if Consistency.name in wanted else ()


def _limits(configuration: Configuration, thresholds: Thresholds) -> ScorerLimits:
    safety, fit = _entries(configuration, thresholds)
    return ScorerLimits(
        safety_models=tuple(safety),
        consistency_models=tuple(fit),
        model=model_limits(configuration),
        inspection_workers=configuration.whole("INSPECTION_WORKERS"),
        inspection_timeout_s=configuration.number("INSPECTION_TIMEOUT_S"),
        worker_memory_bytes=configuration.whole("WORKER_MEMORY_BYTES"),
        image_max_pixels=thresholds.image_max_pixels,
        image_max_frames=thresholds.image_max_frames,
    )

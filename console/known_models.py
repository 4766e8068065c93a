"""Look at the models that the settings name: load each, try it on harmless pictures, and say what is missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from console.configuration import Configuration
from console.exit_code import WrongUsage
from filters.measure.models import manifest, shelf
from filters.measure.models.model import ModelNotReady
from filters.measure.models.origins import ORIGINS
from filters.model_thresholds import problems_of
from filters.models import ModelCard, Models
from filters.thresholds import BadSetting, Thresholds

SETTINGS: Final[Mapping[str, Sequence[str]]] = {
    "safety": ("SAFETY_DROP", "SAFETY_HOLD", "SAFETY_DROP_WITH_MINOR"),
    "consistency": ("CONSISTENCY_MIN",),
}
"""Those that must hold a number for each model, by what it is used for."""
_UNKNOWN: Final = ("", "")


@dataclass(frozen=True, kw_only=True)
class KnownModel:
    """One entry of SAFETY_MODELS or CONSISTENCY_MODELS as it is today; what a broken model would say of itself is None.

    `thresholds` are those set for it, by setting and by model or model/language.
    """

    entry: str
    used_for: str
    name: str | None
    revision: str | None
    unit: str | None
    languages: tuple[str, ...] | None
    licence: str | None
    origin: str | None
    thresholds: Mapping[str, Mapping[str, float]]
    ready: bool
    problem: str | None


def known_models(configuration: Configuration) -> Iterator[KnownModel]:
    """Yield each that the settings name; `WrongUsage` if the settings themselves cannot be read."""
    try:
        thresholds = Thresholds.from_settings(configuration.values)
    except BadSetting as error:
        raise WrongUsage(str(error)) from error
    provider = configuration.text("MODEL_PROVIDER") or "cpu"
    for entry in thresholds.safety_models:
        yield _known(entry, "safety", thresholds, provider)
    for entry in thresholds.consistency_models:
        yield _known(entry, "consistency", thresholds, provider)


def _known(entry: str, used_for: str, thresholds: Thresholds, provider: str) -> KnownModel:
    card, problem = _tried(entry, used_for, provider)
    numbers = {} if card is None else _numbers(card.name, used_for, thresholds)
    if problem is None and card is not None:
        models = Models(safety=(card,)) if used_for == "safety" else Models(fit=(card,))
        problem = "; ".join(problems_of(thresholds, models)) or None
    licence, origin = _origin(entry)
    return KnownModel(
        entry=entry,
        used_for=used_for,
        name=None if card is None else card.name,
        revision=None if card is None else card.revision,
        unit=None if card is None else card.unit,
        languages=None if card is None else card.languages,
        licence=licence or None,
        origin=origin or None,
        thresholds=numbers,
        ready=problem is None,
        problem=problem,
    )


def _tried(entry: str, used_for: str, provider: str) -> tuple[ModelCard | None, str | None]:
    """Return the card even of a model that does not answer as it should, so that it can be named."""
    card = None
    try:
        if used_for == "safety":
            (card,) = shelf.describe(safety=[entry]).safety
            shelf.load(safety=[entry], provider=provider)
        else:
            (card,) = shelf.describe(fit=[entry]).fit
            shelf.load(fit=[entry], provider=provider)
    except ModelNotReady as problem:
        return card, str(problem)
    return card, None


def _numbers(name: str, used_for: str, thresholds: Thresholds) -> dict[str, dict[str, float]]:
    return {
        setting: {
            each: number
            for each, number in getattr(thresholds, setting.lower()).items()
            if each.partition("/")[0] == name
        }
        for setting in SETTINGS[used_for]
    }


def _origin(entry: str) -> tuple[str, str]:
    if entry in ORIGINS:
        return ORIGINS[entry].licence, ORIGINS[entry].origin
    if "/" not in entry:
        return _UNKNOWN
    try:
        read = manifest.read(Path(entry).expanduser())
    except ModelNotReady:
        return _UNKNOWN
    return read.licence, read.origin

"""Find what is missing among the thresholds of models, or turns their order upside down."""

from collections.abc import Iterator, Mapping
from typing import Final

from filters.models import ModelCard, Models
from filters.thresholds import Thresholds

_SAFETY: Final = ("SAFETY_DROP", "SAFETY_HOLD", "SAFETY_DROP_WITH_MINOR")


def problems_of(thresholds: Thresholds, models: Models) -> Iterator[str]:
    """Yield what keeps each model from being compared with, and what to type."""
    for card in models.safety:
        yield from _of_safety(thresholds, card.name)
    for card in models.fit:
        yield from _of_fit(thresholds.consistency_min, card)


def _of_safety(thresholds: Thresholds, model: str) -> Iterator[str]:
    numbers = {name: getattr(thresholds, name.lower()) for name in _SAFETY}
    if missing := [name for name in _SAFETY if model not in numbers[name]]:
        yield from (_missing(name, model) for name in missing)
        return
    for name in _SAFETY[1:]:
        if numbers[name][model] > (drop := numbers["SAFETY_DROP"][model]):
            yield f"{name} of {model} is {numbers[name][model]:g}, above its SAFETY_DROP of {drop:g}: lower {name} too"


def _of_fit(numbers: Mapping[str, float], card: ModelCard) -> Iterator[str]:
    """A model of any language may have numbers for some alone: captions in others are then unsure."""
    if card.name in numbers:
        return
    if card.languages is None and not any(each.startswith(f"{card.name}/") for each in numbers):
        yield _missing("CONSISTENCY_MIN", card.name)
    for language in card.languages or ():
        if (name := f"{card.name}/{language}") not in numbers:
            yield _missing("CONSISTENCY_MIN", name)


def _missing(setting: str, model: str) -> str:
    return f"{setting} has no number for the model {model}: type -s {setting}={model}=... with it"

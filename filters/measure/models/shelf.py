"""Find the models that settings name: tell their cards without loading them, or load and try them."""

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from filters.measure.models.goldens import check_fit_model, check_picture_model
from filters.measure.models.manifest import NAME
from filters.measure.models.model import FitModel, ModelNotReady, PictureModel
from filters.models import ModelCard, Models

PROVIDERS: Final = ("cpu", "cuda")
"""What may run the models of directories; those that are shipped run on the CPU."""
SHIPPED_SAFETY: Final[Mapping[str, str]] = {"opennsfw": "filters.measure.models.opennsfw"}
SHIPPED_FIT: Final[Mapping[str, str]] = {"label-consistency": "filters.measure.models.label_consistency"}
"""Modules by the names of their models; each has `card()`, which opens no session, and `load()`."""
_UNITS: Final = ("probability", "cosine", "log-odds")
Known = TypeVar("Known")


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """Models in memory, tried on their goldens."""

    safety: tuple[PictureModel, ...] = ()
    fit: tuple[FitModel, ...] = ()

    @property
    def cards(self) -> Models:
        return Models(safety=tuple(each.card for each in self.safety), fit=tuple(each.card for each in self.fit))


def describe(*, safety: Sequence[str] = (), fit: Sequence[str] = ()) -> Models:
    """Return the cards of the entries, in their order. `ModelNotReady` if a file is missing or altered.

    An entry is the name of a shipped model; a directory (it holds a `/`) with `altsieve-model.json`; or
    `module:function`, which is called without arguments and returns a model. No session is opened, so a model that
    answers wrongly is found by `load` alone.
    """
    return _without_twins(
        Models(
            safety=tuple(_card(each, SHIPPED_SAFETY, "safety") for each in safety),
            fit=tuple(_card(each, SHIPPED_FIT, "fit") for each in fit),
        )
    )


def load(*, safety: Sequence[str] = (), fit: Sequence[str] = (), provider: str = "cpu") -> Loaded:
    """Load the models of the entries and try each on its goldens. `ModelNotReady` if any cannot be relied on.

    `provider` runs models of directories: `cpu`, in one thread each, or `cuda`.
    """
    if provider not in PROVIDERS:
        raise ModelNotReady(f"MODEL_PROVIDER may be {' or '.join(PROVIDERS)}")
    loaded = Loaded(
        safety=tuple(_tried(each, SHIPPED_SAFETY, "safety", provider, check_picture_model) for each in safety),
        fit=tuple(_tried(each, SHIPPED_FIT, "fit", provider, check_fit_model) for each in fit),
    )
    _without_twins(loaded.cards)
    return loaded


def _card(entry: str, shipped: Mapping[str, str], use: str) -> ModelCard:
    if "/" in entry:
        return _accepted(_answer(entry, lambda: _directories().describe(entry, use)))
    if ":" in entry:
        return _accepted(_answer(entry, lambda: _plug_in(entry)().card))
    return _accepted(_answer(entry, lambda: _shipped(entry, shipped).card()))


def _tried(
    entry: str, shipped: Mapping[str, str], use: str, provider: str, check: Callable[[Any], None]
) -> Any:  # a plug-in's model is what it says it is once the check has passed
    model = _answer(entry, lambda: _load(entry, shipped, use, provider))
    _accepted(_answer(entry, lambda: model.card))
    check(model)
    return model


def _load(entry: str, shipped: Mapping[str, str], use: str, provider: str) -> Any:
    if "/" in entry:
        return _directories().load(entry, use, provider)
    if ":" in entry:
        return _plug_in(entry)()
    return _shipped(entry, shipped).load()


def _answer(entry: str, ask: Callable[[], Known]) -> Known:
    """Turn whatever a package, a file or a plug-in can bring about into one error for the operator."""
    try:
        return ask()
    except ModelNotReady:
        raise
    except Exception as error:
        raise ModelNotReady(f"model {entry} cannot be loaded ({type(error).__name__}: {error})") from error


def _plug_in(entry: str) -> Callable[[], Any]:
    module, _, function = entry.partition(":")
    made: Callable[[], Any] = getattr(importlib.import_module(module), function)
    return made


def _shipped(entry: str, shipped: Mapping[str, str]) -> Any:
    if entry not in shipped:
        setting = "SAFETY_MODELS" if shipped is SHIPPED_SAFETY else "CONSISTENCY_MODELS"
        raise ModelNotReady(
            f"no model is called {entry} that {setting} could name: shipped is {', '.join(sorted(shipped))}; "
            f"write ./{entry} if it is a directory"
        )
    return importlib.import_module(shipped[entry])


def _directories() -> Any:
    return importlib.import_module("filters.measure.models.directories")


def _accepted(card: ModelCard) -> ModelCard:
    """Return it if thresholds can be set by its name, and its revision and unit mean something."""
    if not isinstance(card, ModelCard) or not NAME.fullmatch(card.name):
        raise ModelNotReady("a model's name is of small letters, digits, full stops, - and _")
    if not card.revision or card.unit not in _UNITS:
        raise ModelNotReady(f"model {card.name} has no revision, or a unit that is none of {', '.join(_UNITS)}")
    return card


def _without_twins(models: Models) -> Models:
    for cards in (models.safety, models.fit):
        if twins := sorted(_twice(each.name for each in cards)):
            raise ModelNotReady(f"two models are called {', '.join(twins)}, so their scores could not be told apart")
    return models


def _twice(names: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {each for each in names if each in seen or seen.add(each)}  # type: ignore[func-returns-value]  # add is None

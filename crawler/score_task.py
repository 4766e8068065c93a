"""Score pictures and captions in a worker: whatever a model brings about is a score that counts for nothing."""

import ctypes
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from crawler.worker_tasks import Asked, Said, Scored, ScoreRequest
from filters.facts import Score
from filters.measure.models.model import Model
from filters.measure.models.shelf import Loaded, load
from filters.models import ModelCard

CRASHED: Final = "crashed"
NOT_A_NUMBER: Final = "not-a-number"
Shown = TypeVar("Shown")


def scoring(safety: Sequence[str], fit: Sequence[str], provider: str) -> Callable[[ScoreRequest], Scored]:
    """Load the models that the entries name, and return what scores a batch with them."""
    loaded = load(safety=safety, fit=fit, provider=provider)
    _give_memory_back()
    side_px = max((each.side_px for each in (*loaded.safety, *loaded.fit)), default=0)
    return lambda request: Scored(models=loaded.cards, side_px=side_px, said=_said(loaded, request.asked))


def _give_memory_back() -> None:
    """What loading has used and freed stays with the process otherwise: a tenth of all that it holds."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
    if trim is not None:
        trim(0)


def _said(loaded: Loaded, asked: Sequence[Asked]) -> tuple[Said, ...]:
    answers = [_Answer(each) for each in asked]
    for looking in loaded.safety:
        about = [each for each in answers if each.asked.safety]
        scores = _scores(looking, [each.asked.glimpse for each in about])
        for each, score in zip(about, scores, strict=True):
            each.safety.append(score)
    for fitting in loaded.fit:
        about = [each for each in answers if each.is_measured_by(fitting.card)]
        scores = _scores(fitting, [(each.asked.glimpse, each.asked.caption or "") for each in about])
        for each, score in zip(about, scores, strict=True):
            each.fit.append(score)
    return tuple(each.said() for each in answers)


@dataclass(slots=True, eq=False)
class _Answer:
    """What was said so far of one picture."""

    asked: Asked
    safety: list[Score] = field(default_factory=list)
    fit: list[Score] = field(default_factory=list)

    def is_measured_by(self, card: ModelCard) -> bool:
        return self.asked.caption is not None and card.measures(self.asked.language)

    def said(self) -> Said:
        return Said(
            safety=tuple(self.safety) if self.asked.safety else None,
            fit=None if self.asked.caption is None else tuple(self.fit),
        )


def _scores(model: Any, shown: Sequence[Shown]) -> list[Score]:
    """Ask about all at once; if that fails, one by one, so that one picture spoils no other's score."""
    if not shown:
        return []
    values = _values(model, shown)
    if values is None:
        values = [None if (one := _values(model, [each])) is None else one[0] for each in shown]
    return [_score(model, value) for value in values]


def _values(model: Any, shown: Sequence[Shown]) -> list[Any] | None:
    try:
        values = list(model.score(shown))
    except MemoryError:
        raise  # it ends this process, as with every task
    except Exception:  # noqa: BLE001  of a model nothing is sure
        return None
    return values if len(values) == len(shown) else None


def _score(model: Model, value: Any) -> Score:
    card = model.card
    if value is None:
        return Score(model=card.name, revision=card.revision, value=None, failure=CRASHED)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if isinstance(value, str | bytes) or not math.isfinite(number):
        return Score(model=card.name, revision=card.revision, value=None, failure=NOT_A_NUMBER)
    return Score(model=card.name, revision=card.revision, value=number)

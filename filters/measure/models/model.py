"""Say what every model is: its card, how it scores, and what it must answer to known inputs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from filters.measure.glimpse import Glimpse
from filters.models import ModelCard


class ModelNotReady(Exception):
    """A model is missing, altered, cannot be loaded, or does not answer as it did. The message says what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Golden:
    """What a model must say of one of the harmless pictures of `goldens.py`, within `tolerance`, at every load."""

    picture: str
    caption: str
    """Empty for a model that looks at no caption."""
    value: float
    tolerance: float = 0.01


class Model(Protocol):
    """A model in the memory of a worker process. At least two of its goldens differ by more than both tolerances."""

    @property
    def card(self) -> ModelCard: ...

    @property
    def side_px(self) -> int:
        """Return how long the shorter side of a glimpse should be; smaller pictures come as they are."""
        ...

    @property
    def goldens(self) -> Sequence[Golden]: ...


class PictureModel(Model, Protocol):
    """It looks at pictures alone, such as a safety classifier."""

    def score(self, glimpses: Sequence[Glimpse]) -> Sequence[float]:
        """Return one number for each, in the unit of the card."""
        ...


class FitModel(Model, Protocol):
    """It looks at a picture and a caption, and says how well they go together."""

    def score(self, pairs: Sequence[tuple[Glimpse, str]]) -> Sequence[float]:
        """Return one number for each, in the unit of the card; more is better."""
        ...

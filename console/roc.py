"""Measure how well scores tell pairs that fit from pairs that do not, and which threshold to choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]

_DIGITS: Final = 4
_SLACK: Final = 1e-9
"""A share that was to be reached may be off by so much: 0.95 is no number of the binary system."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a threshold does: the shares of fitting pairs that are kept and of others that are dropped, each 0 to 1."""

    threshold: float
    kept: float
    dropped: float


class Roc:
    """Scores with labels, sorted once; `weights` say how often each pair counts, so that a resample costs no sorting.

    `scores` are finite and `fits` says of each whether its caption fits, both of shape (n,); at least one pair of each
    kind. A pair is kept if its score is at least the threshold. Raises `ValueError` if one kind is missing.
    """

    def __init__(self, scores: Sequence[float], fits: Sequence[bool]) -> None:
        values, labels = np.asarray(scores, dtype=np.float64), np.asarray(fits, dtype=bool)
        if not labels.any() or labels.all():
            raise ValueError("there must be pairs of both kinds")
        self.order = np.argsort(-values, kind="stable")
        self._fits = labels[self.order]
        ordered = values[self.order]
        self._ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
        """The last of each run of equal scores: only between such runs can a threshold lie."""
        self.thresholds: Numbers = ordered[self._ends]

    def shares(self, weights: Numbers | None = None) -> tuple[Numbers, Numbers]:
        """Return for each of `thresholds`, from high to low, the shares of true and of wrong pairs that it keeps.

        `weights` are in the order of the scores as given. A kind whose weights are all nought has shares of nan.
        """
        each = np.ones(len(self.order)) if weights is None else weights[self.order]
        true, wrong = np.cumsum(each * self._fits), np.cumsum(each * ~self._fits)
        with np.errstate(invalid="ignore"):
            return true[self._ends] / true[-1], wrong[self._ends] / wrong[-1]

    def at(self, threshold: float, weights: Numbers | None = None) -> Answer:
        """Return what any threshold does."""
        true, wrong = self.shares(weights)
        last = int(np.searchsorted(-self.thresholds, -threshold, side="right")) - 1
        if last < 0:
            return Answer(threshold=threshold, kept=0.0, dropped=1.0)
        return Answer(threshold=threshold, kept=float(true[last]), dropped=float(1 - wrong[last]))


def area(true: Numbers, wrong: Numbers) -> float:
    """Return the area under the curve: how likely a fitting pair scores above another one, ties counting half.

    The statistic of Mann and Whitney (1947), as the area of Hanley and McNeil (1982).
    """
    heights, widths = np.append(0.0, true), np.diff(np.append(0.0, wrong))
    return float(np.sum(widths * (heights[1:] + heights[:-1]) / 2))


def keeping(share: float, roc: Roc, weights: Numbers | None = None) -> float:
    """Return the highest threshold that keeps at least this share of the fitting pairs."""
    true, _ = roc.shares(weights)
    return float(roc.thresholds[int(np.argmax(true >= share - _SLACK))])


def most_balanced(roc: Roc, weights: Numbers | None = None) -> float:
    """Return the threshold with the best balanced accuracy (kept + dropped) / 2; of equal ones that which keeps more.

    Its distance from chance is the index of Youden (1950).
    """
    true, wrong = roc.shares(weights)
    gain = true - wrong
    return float(roc.thresholds[int(np.flatnonzero(gain >= gain.max() - _SLACK)[-1])])


def rounded_down(threshold: float) -> float:
    """Return it with four digits, and never higher: what it was to keep, it keeps."""
    if threshold == 0:
        return 0.0
    places = _DIGITS - 1 - int(np.floor(np.log10(abs(threshold))))
    low = round(threshold, places)
    return low if low <= threshold else round(low - 10.0**-places, places)

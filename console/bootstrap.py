"""Say how far figures would lie from each other if other pairs had been labelled: the bootstrap of Efron (1979)."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from console.roc import Answer, Numbers, Roc, area

RESAMPLES: Final = 1000
_SEED: Final = 20_250_101
"""The same pairs give the same intervals, wherever and whenever they are measured."""
_LARGEST: Final = 20_000_000
"""Pairs times resamples: with more pairs there are fewer resamples, but at least `_FEWEST`."""
_FEWEST: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """Where a figure lies in 95 % of the resamples."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """What a way to choose a threshold comes to: its intervals, and what it does to pairs it was not chosen on.

    `unseen` is the mean over the pairs that each resample leaves out; None if no resample left out both kinds.
    """

    threshold: Interval
    kept: Interval
    dropped: Interval
    unseen: Answer | None


def resampled(groups: Sequence[Hashable]) -> Iterator[Numbers]:
    """Yield weights of shape (n,): whole groups are drawn, so that pairs of one picture stay together."""
    _, group_of = np.unique(np.asarray(groups), return_inverse=True)
    number = int(group_of.max()) + 1
    random = np.random.default_rng(_SEED)
    for _ in range(max(_FEWEST, min(RESAMPLES, _LARGEST // len(group_of)))):
        drawn = np.bincount(random.integers(0, number, number), minlength=number)
        yield drawn[group_of].astype(np.float64)


def area_interval(roc: Roc, groups: Sequence[Hashable]) -> Interval:
    curves = (roc.shares(weights) for weights in resampled(groups))
    return interval([area(*each) for each in curves])


def spread_of(choose: Callable[[Roc, Numbers], float], roc: Roc, groups: Sequence[Hashable]) -> Spread:
    """Choose on each resample anew, and look at what it does there and to what was left out."""
    seen, unseen = [], []
    for weights in resampled(groups):
        if not _has_both(roc, weights):
            continue
        threshold = choose(roc, weights)
        seen.append(roc.at(threshold, weights))
        if _has_both(roc, out := (weights == 0).astype(np.float64)):
            unseen.append(roc.at(threshold, out))
    return Spread(
        threshold=interval([each.threshold for each in seen]),
        kept=interval([each.kept for each in seen]),
        dropped=interval([each.dropped for each in seen]),
        unseen=_mean(unseen),
    )


def interval(values: Sequence[float]) -> Interval:
    """Return the percentile interval; what is no number, of a resample with one kind only, is left out."""
    finite = np.asarray(values)[np.isfinite(values)]
    low, high = np.quantile(finite, [0.025, 0.975])
    return Interval(low=float(low), high=float(high))


def _has_both(roc: Roc, weights: Numbers) -> bool:
    true, wrong = roc.shares(weights)
    return bool(np.isfinite(true[-1]) and np.isfinite(wrong[-1]))


def _mean(answers: Sequence[Answer]) -> Answer | None:
    if not answers:
        return None
    threshold, kept, dropped = np.mean([(each.threshold, each.kept, each.dropped) for each in answers], axis=0)
    return Answer(threshold=float(threshold), kept=float(kept), dropped=float(dropped))

"""Say what the canaries of a run prove: the recall of each edit, and how much the run can have missed at most."""

import math
from dataclasses import dataclass
from typing import Final

from crawler.edit_names import EDITS
from storage.canary_results import CanaryResult

_Z: Final = 1.959963984540054
"""Of the normal distribution: 95 % lie within so many standard deviations, 2.5 % below."""
_TAIL: Final = 0.025
"""What is left out at one end. Recall and count are each wrong that seldom, so both hold in 95 % of cases."""
_MOST: Final = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Recall:
    """What was found of one edit. `low` and `high` are Wilson's interval of 95 %.

    `missed_at_most`: if all listed pictures that came by were altered in this way, the run has missed no more than so
    many of them, with a confidence of 95 %; None: nothing is known.
    """

    edit: str
    means: str
    injected: int
    found: int
    recall: float
    low: float
    high: float
    missed_at_most: int | None


def recall_of(result: CanaryResult, matches: int) -> Recall:
    """`matches` is how many pictures the run took for known material."""
    low, high = wilson(result.found, result.injected)
    return Recall(
        edit=result.edit,
        means=EDITS.get(result.edit, ""),
        injected=result.injected,
        found=result.found,
        recall=result.found / result.injected if result.injected else 0.0,
        low=low,
        high=high,
        missed_at_most=missed_at_most(matches, low),
    )


def wilson(found: int, of: int) -> tuple[float, float]:
    """Return the interval that a share lies in with a confidence of 95 % (Wilson, 1927); all of it where of is 0."""
    if of == 0:
        return 0.0, 1.0
    share, z2 = found / of, _Z * _Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    reach = _Z / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return (0.0 if found == 0 else max(0.0, middle - reach)), (1.0 if found == of else min(1.0, middle + reach))


def missed_at_most(matches: int, recall: float) -> int | None:
    """Return the greatest number of missed pictures that is not too unlikely, if each is found with this chance.

    Of m + u pictures at most m would be found with a chance of 2.5 % or less for every greater u: the upper bound of
    Clopper and Pearson. None for a recall of next to nothing, with which any number can have been missed.
    """
    if not 0 < recall < 1:
        return None if recall <= 0 else 0
    low, high = 0, 1
    while _at_most(matches, matches + high, recall) > _TAIL:
        low, high = high, high * 2
        if high > _MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _at_most(matches, matches + middle, recall) > _TAIL else (low, middle)
    return low


def _at_most(found: int, of: int, chance: float) -> float:
    """Return how likely it is to find no more than so many."""
    first, other = math.log(chance), math.log1p(-chance)
    return sum(math.exp(_log_ways(of, k) + k * first + (of - k) * other) for k in range(found + 1))


def _log_ways(of: int, chosen: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)

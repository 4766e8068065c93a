"""Put together what is stored of a picture and what of its pair, and read the scores in it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from filters.facts import Facts, Score


def facts_with_fit(facts: Mapping[str, Any], fit: Iterable[Any] | None) -> Facts:
    """Return the facts of a pair: those of its picture, and how well its caption fits; None: no model was asked."""
    found = msgspec.convert(facts, Facts)
    return found if fit is None else replace(found, fit=msgspec.convert(fit, tuple[Score, ...]))


def values_of(scores: Iterable[Score] | None) -> dict[str, float]:
    """Return by model the numbers that there are, in the order they were asked for."""
    return {each.model: each.value for each in scores or () if each.value is not None}


def merged(before: Iterable[Score] | None, now: Iterable[Score]) -> tuple[Score, ...]:
    """Return what models say now, and after it what others said before that were not asked now."""
    asked = tuple(now)
    names = {each.model for each in asked}
    return (*asked, *(each for each in before or () if each.model not in names))

"""Collect the names of fields in what a program is told."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

FREE = frozenset({"reasons", "others", "thresholds", "not_measured", "suggested"})
"""Fields whose own fields are names of languages, models and filters."""


def names_in(told: Any, left_out: Collection[str] = ()) -> Iterator[str]:
    if isinstance(told, Mapping):
        for name, value in told.items():
            if name not in left_out:
                yield name
                yield from () if name in FREE and isinstance(value, Mapping) else names_in(value)
    elif isinstance(told, list):
        for each in told:
            yield from names_in(each)


def without_a_word(told: Any, left_out: Collection[str] = ()) -> set[str]:
    """Return the fields that docs/calibration.md does not name."""
    page = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text()
    return {name for name in names_in(told, left_out) if f"`{name}`" not in page.partition("## For programs")[2]}

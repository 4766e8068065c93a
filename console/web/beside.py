"""Say in what two runs differ: what decided, and what became of their candidates."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from storage.runs import RunSummary


class Differs(NamedTuple):
    """`name` in the one and in the other run; None where it is not in one."""

    name: str
    one: Any
    other: Any


class Beside(NamedTuple):
    settings: list[Differs]
    same_settings: int
    revisions: list[Differs]
    same_revisions: int
    counts: list[Differs]
    """All of them, in per cent of the candidates of each run, those that differ most first; kept is the first."""


def beside(one: RunSummary, other: RunSummary) -> Beside:
    settings, revisions = differing(one.settings, other.settings), differing(one.revisions, other.revisions)
    return Beside(
        settings=settings,
        same_settings=len(one.settings.keys() | other.settings.keys()) - len(settings),
        revisions=revisions,
        same_revisions=len(one.revisions.keys() | other.revisions.keys()) - len(revisions),
        counts=_counts(one, other),
    )


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[Differs]:
    """Return by name what is not the same in both."""
    names = sorted(one.keys() | other.keys())
    both = (Differs(name, one.get(name), other.get(name)) for name in names)
    return [each for each in both if each.one != each.other or (each.name in one) != (each.name in other)]


def _counts(one: RunSummary, other: RunSummary) -> list[Differs]:
    shares, others = _shares(one), _shares(other)
    reasons = [Differs(name, shares.get(name, 0.0), others.get(name, 0.0)) for name in shares.keys() | others.keys()]
    return sorted(reasons, key=lambda each: (each.name != "kept", -abs(each.one - each.other), each.name))


def _shares(run: RunSummary) -> dict[str, float]:
    counts = {"kept": run.stored, **run.refused, **run.unsure, **run.failed}
    return {name: 100 * count / run.candidates for name, count in counts.items()} if run.candidates else {}

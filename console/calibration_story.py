"""Tell what labelled pairs say of each threshold, how sure that is, and what to type."""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import click

from console.bootstrap import Interval
from console.calibration import (
    FEWEST_OF_A_KIND,
    FEWEST_PAIRS,
    FEWEST_PICTURES,
    Calibration,
    Suggestion,
    distinct,
    settings_of,
)
from console.labelled import LeftOut
from console.output import table
from console.printable import printable

_MOST_NAMED: Final = 20
TOO_FEW: Final = (
    f"too few: {FEWEST_PAIRS} pairs are needed, {FEWEST_OF_A_KIND} of each kind, of {FEWEST_PICTURES} pictures"
)
HELD_ONLY: Final = (
    "Pairs that are held have passed the thresholds of their time: of what those refused nothing is here, "
    "so lower thresholds cannot be judged by them."
)

AREA_COLUMNS: Final[Mapping[str, Callable[[Calibration], object]]] = {
    "language": lambda c: c.language or "all",
    "fit": lambda c: c.fitting,
    "do not": lambda c: c.others,
    "ROC AUC": lambda c: TOO_FEW if c.trial is None else f"{c.trial.area:.3f}",
    "95 % interval": lambda c: None if c.trial is None else shown(c.trial.interval, ".3f"),
}
ANSWER_COLUMNS: Final[Mapping[str, Callable[[tuple[Calibration, Suggestion]], object]]] = {
    "language": lambda s: s[0].language or "all",
    "rule": lambda s: s[1].rule,
    "threshold": lambda s: f"{s[1].answer.threshold:.4g}",
    "95 % interval": lambda s: None if s[1].spread is None else shown(s[1].spread.threshold, ".4g"),
    "keeps of those that fit": lambda s: f"{s[1].answer.kept:.1%}",
    "drops of the others": lambda s: f"{s[1].answer.dropped:.1%}",
    "interval of that": lambda s: None if s[1].spread is None else shown(s[1].spread.dropped, ".1%"),
    "on unseen pairs": lambda s: _unseen(s[1]),
}
UNSEEN: Final = (
    "Intervals are of 95 %, from a bootstrap that draws whole pictures; 'unseen' is what a threshold chosen on each "
    "draw does to the pairs left out of it."
)


def lines(calibrations: Sequence[Calibration], left_out: Sequence[LeftOut], *, held: bool) -> Iterator[str]:
    """Yield the lines for people."""
    for model in dict.fromkeys(each.model for each in calibrations):
        of_model = [each for each in calibrations if each.model == model]
        yield click.style(f"how well {printable(model)} tells captions that fit", bold=True)
        yield from (f"  {line}" for line in table(of_model, AREA_COLUMNS))
        yield ""
        if suggested := answers(of_model):
            yield from (*(f"  {line}" for line in table(suggested, ANSWER_COLUMNS)), "")
    yield UNSEEN
    if held:
        yield HELD_ONLY
    yield from _left_out(left_out)


def answers(calibrations: Sequence[Calibration]) -> list[tuple[Calibration, Suggestion]]:
    """Return what there is to choose from; a language that all pairs are in is told once."""
    tried = ((each, each.trial) for each in distinct(calibrations) if each.trial is not None)
    return [(each, suggestion) for each, trial in tried for suggestion in trial.suggestions]


def next_step(calibrations: Sequence[Calibration], in_force: Mapping[str, float]) -> str | None:
    """Return what sets the suggested thresholds and leaves those of other models as they are; None without any."""
    suggested = settings_of(calibrations)
    if not suggested:
        return None
    numbers = ",".join(f"{name}={value:.15g}" for name, value in {**in_force, **suggested}.items())
    return shlex.join(["altsieve", "crawl", "-s", f"CONSISTENCY_MIN={numbers}", "https://example.org/"])


def shown(interval: Interval, form: str) -> str:
    return f"{interval.low:{form}} to {interval.high:{form}}"


def _unseen(suggestion: Suggestion) -> str | None:
    if suggestion.spread is None or suggestion.spread.unseen is None:
        return None
    return f"keeps {suggestion.spread.unseen.kept:.1%}, drops {suggestion.spread.unseen.dropped:.1%}"


def _left_out(left_out: Sequence[LeftOut]) -> Iterator[str]:
    if not left_out:
        return
    yield from ("", click.style(f"left out: {len(left_out)}", bold=True))
    yield from (f"  row {each.row}{_file(each)}: {printable(each.why)}" for each in left_out[:_MOST_NAMED])
    if len(left_out) > _MOST_NAMED:
        yield f"  and {len(left_out) - _MOST_NAMED} more; --json names all"


def _file(left_out: LeftOut) -> str:
    return "" if left_out.picture is None else f" ({printable(left_out.picture)})"

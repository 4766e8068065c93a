"""Tell what a look through a run found: scores, other thresholds, languages, top-level domains, shadows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

import click

from console.output import table
from console.printable import printable
from console.recall import wilson
from console.run_survey import RunSurvey
from storage.histogram import Bin
from storage.keep_shares import KeepShare
from storage.picture_sizes import PictureSize
from storage.score_survey import NOT_STORED, STORED, Keeps, Scores, WhatIf
from storage.shadow_shares import ShadowShare

Row = TypeVar("Row")
MOST_ROWS: Final = 20
FEW: Final = 30
"""Of fewer a share is told with its interval, and said to rest on few."""
_COARSE_BINS: Final = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """A bin of scores, and what a threshold at its lower edge would have made of the candidates that were scored."""

    bin: Bin
    passing: int
    """Would pass this model."""
    stored: int
    """Of those that were stored, would still be."""


SIZE_COLUMNS: Final[Mapping[str, Callable[[PictureSize], object]]] = {
    "shorter side, px": lambda s: f"{s.low_px}-{s.high_px - 1}",
    "pairs": lambda s: s.pairs,
    "megabytes": lambda s: f"{s.size_bytes / 1e6:.1f}",
}


def lines(found: RunSurvey) -> Iterator[str]:
    """Yield the lines for people."""
    for each in found.scores:
        yield from _scores(each, found.candidates)
    for what_if in found.others:
        yield from ("", *what_if_lines(what_if, found.never_reached(what_if.threshold.model)))
    yield from _titled("kept by language of the caption", found.by_language, share_columns("language"))
    yield from _titled("kept by top-level domain of the page", found.by_top_level, share_columns("domain"))
    yield from _titled("kept by size of the picture", found.sizes, SIZE_COLUMNS)
    yield from _titled(SHADOW_TITLE, found.shadows, SHADOW_COLUMNS)


def edges(scores: Scores, most: int) -> tuple[Edge, ...]:
    """Return the bins with what their lower edges would keep; counts are exact, because no bin is cut."""
    bins = list(scores.histogram.bins(most))
    above = [sum((each.counts for each in bins[at:]), start=type(bins[0].counts)()) for at in range(len(bins))]
    whole = above[0] if above else {}
    below = scores.keeps is Keeps.BELOW
    return tuple(
        Edge(
            bin=each,
            passing=sum(whole.values()) - sum(rest.values()) if below else sum(rest.values()),
            stored=whole.get(STORED, 0) - rest[STORED] if below else rest[STORED],
        )
        for each, rest in zip(bins, above, strict=True)
    )


def edge_columns(keeps: Keeps) -> Mapping[str, Callable[[Edge], object]]:
    return {
        "from": lambda e: f"{e.bin.low:.4g}",
        "to": lambda e: f"{e.bin.high:.4g}",
        "stored": lambda e: e.bin.counts[STORED],
        "not stored": lambda e: e.bin.counts[NOT_STORED],
        f"pass if {keeps} 'from'": lambda e: e.passing,
        "of these stored": lambda e: e.stored,
    }


def what_if_lines(what_if: WhatIf, never_reached: int) -> Iterator[str]:
    threshold = what_if.threshold
    name = printable(threshold.name)
    if what_if.keeps is None:
        yield f"{name}: no score of this model is in the run, so nothing can be said of {threshold.value:g}"
        return
    yield f"with {name} {what_if.keeps} {threshold.value:g}, of {what_if.scored} that it scored:"
    yield f"  {what_if.kept} that were stored would still be, {what_if.lost} would not"
    yield f"  {what_if.let_through} that it stopped would have gone on to models and filters that never saw them"
    yield f"  {what_if.stopped} it would have stopped all the same, {what_if.elsewhere} something else stopped"
    yield f"  {never_reached} of the run's candidates were decided without a score of it: it says nothing of those"


def share_columns(kind: str) -> Mapping[str, Callable[[KeepShare], object]]:
    return {
        kind: lambda s: s.kind,
        "judged": lambda s: s.judged,
        "kept": lambda s: s.kept,
        "share": lambda s: f"{s.share:.1%}" + (" (few)" if s.judged < FEW else ""),
        "95 % interval": lambda s: interval_of(s.kept, s.judged),
        "most for": lambda s: s.most_for,
    }


SHADOW_TITLE: Final = (
    "of a sample of ordinary refusals: what no other filter would have stopped, of those that could be asked"
)
SHADOW_COLUMNS: Final[Mapping[str, Callable[[ShadowShare], object]]] = {
    "filter": lambda s: s.filter,
    "reason": lambda s: s.reason,
    "in all": lambda s: s.refused,
    "sampled": lambda s: s.sampled,
    "alone": lambda s: s.alone,
    "share": lambda s: f"{s.share:.0%}",
    "95 % interval": lambda s: interval_of(s.alone, s.sampled),
    "others that would have stopped them": lambda s: s.others,
}


def interval_of(found: int, of: int) -> str:
    """Return Wilson's interval of a share."""
    low, high = wilson(found, of)
    return f"{low:.1%} to {high:.1%}"


def _scores(scores: Scores, candidates: int) -> Iterator[str]:
    yield ""
    said = ", ".join(f"{name} {value:g}" for name, value in sorted(scores.thresholds.items()))
    yield click.style(f"scores of {printable(scores.model)} ({scores.filter})", bold=True)
    yield f"  {scores.scored} scored, {candidates - scores.scored} decided without; keeps {scores.keeps} {said or '-'}"
    yield from (f"  {line}" for line in table(edges(scores, _COARSE_BINS), edge_columns(scores.keeps)))


def _titled(title: str, rows: Sequence[Row], columns: Mapping[str, Callable[[Row], object]]) -> Iterator[str]:
    if not rows:
        return
    yield from ("", click.style(title, bold=True))
    yield from (f"  {line}" for line in table(_first(rows), columns))
    if len(rows) > MOST_ROWS:
        yield f"  and {len(rows) - MOST_ROWS} more; --json shows all"


def _first(rows: Sequence[Row]) -> Iterable[Row]:
    return islice(rows, MOST_ROWS)

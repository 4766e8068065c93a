"""Show a report on a run as a page: numbers and hosts, and no caption, address or picture."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from console.charts import Chart, bars, levels
from console.html_page import figure, heading, html_table, listed, page, paragraph
from console.output import moment
from console.reasons import meaning
from console.run_survey import RunSurvey
from console.survey_story import (
    SHADOW_COLUMNS,
    SHADOW_TITLE,
    SIZE_COLUMNS,
    edge_columns,
    edges,
    interval_of,
    share_columns,
    what_if_lines,
)
from storage.host_shares import HostShare
from storage.picture_sizes import PictureSize
from storage.runs import RunSummary
from storage.score_survey import NOT_STORED, STORED, Scores

Row = TypeVar("Row")
_BINS: Final = 64
_MOST_ROWS: Final = 100
_MOST_MARKS: Final = 6


def report_page(run: RunSummary, found: RunSurvey, hosts: Sequence[HostShare]) -> str:
    return page(f"Run {run.run_id}", _parts(run, found, hosts))


def _parts(run: RunSummary, found: RunSurvey, hosts: Sequence[HostShare]) -> Iterator[str]:
    yield paragraph(f"Started {moment(run.started_at)}; {run.state.value}. {run.pages} pages read.")
    says = f"Of {run.candidates:,} candidates {run.stored:,} were stored."
    picture = levels("What became of the candidates", says, _endings(run))
    yield figure(picture, says)
    yield html_table("By reason", _funnel(run), _FUNNEL)
    yield from (part for scores in found.scores for part in _scores(scores, found.candidates))
    if found.others:
        yield heading("Other thresholds")
    for what_if in found.others:
        first, *rest = what_if_lines(what_if, found.never_reached(what_if.threshold.model))
        yield paragraph(first) + listed(rest)
    yield heading("For whom it keeps least")
    yield paragraph(
        "Failed fetches, repetitions and blocked hosts are left out; unsure counts as not kept. "
        "Intervals are Wilson's, of 95 %."
    )
    yield from _table("Kept by language of the caption", found.by_language, share_columns("language"))
    yield from _table("Kept by top-level domain of the page", found.by_top_level, share_columns("domain"))
    yield from _table("Kept by host of the picture", hosts, _HOSTS)
    yield from _sizes(found.sizes)
    if found.shadows:
        yield heading("Shadows")
        yield from _table(SHADOW_TITLE.capitalize(), found.shadows, SHADOW_COLUMNS)


_HOSTS: Final[Mapping[str, Callable[[HostShare], object]]] = {
    "host": lambda h: h.host,
    "candidates": lambda h: h.candidates,
    "judged": lambda h: h.judged + h.unsure,
    "kept": lambda h: h.stored,
    "share": lambda h: f"{h.kept_share:.1%}" if h.judged + h.unsure else None,
    "95 % interval": lambda h: interval_of(h.stored, h.judged + h.unsure),
    "most for": lambda h: h.most_for,
}
_Ending = tuple[str, str, int]
_FUNNEL: Final[Mapping[str, Callable[[_Ending], object]]] = {
    "ending": lambda e: e[0],
    "reason": lambda e: e[1],
    "candidates": lambda e: f"{e[2]:,}",
    "what it means": lambda e: meaning(e[1]) if e[1] else "",
}


def _endings(run: RunSummary) -> dict[str, int]:
    """Return the funnel: what came in, what left it on the way, and what is left."""
    left = {"refused": run.refused, "unsure": run.unsure, "failed": run.failed}
    return {
        "candidates": run.candidates,
        **{name: sum(counts.values()) for name, counts in left.items()},
        "stored": run.stored,
    }


def _sizes(sizes: Sequence[PictureSize]) -> Iterator[str]:
    if not sizes:
        return
    yield heading("Sizes of what is held")
    pairs = sum(each.pairs for each in sizes)
    says = f"{pairs:,} pairs with {sum(each.size_bytes for each in sizes) / 1e6:,.1f} MB, by the shorter side."
    counts = {f"{each.low_px}-{each.high_px - 1} px": each.pairs for each in sizes}
    picture = levels("Pairs by the shorter side of their picture", says, counts)
    yield figure(picture, says, html_table("Exact counts", sizes, SIZE_COLUMNS))


def _funnel(run: RunSummary) -> Iterator[_Ending]:
    yield "decided", "", run.candidates
    yield "stored", "", run.stored
    for ending, counts in (("refused", run.refused), ("unsure", run.unsure), ("failed", run.failed)):
        for reason, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
            yield ending, reason, count


def _scores(scores: Scores, candidates: int) -> Iterator[str]:
    yield heading(f"Scores of {scores.model}")
    yield paragraph(
        f"{scores.scored:,} candidates have a score; {candidates - scores.scored:,} were decided without one. "
        f"The filter {scores.filter} lets a pair go on with a score {scores.keeps} its threshold."
    )
    said = sorted(scores.thresholds.items())
    if len(said) > _MOST_MARKS:
        yield paragraph(f"Thresholds: {', '.join(f'{name} {value:g}' for name, value in said)}.")
    found = edges(scores, _BINS)
    stored = sum(each.bin.counts[STORED] for each in found)
    says = f"Of {scores.scored:,} scores {stored:,} are of pairs that were stored."
    chart = Chart(
        title=f"Scores of {scores.model}", says=says, across="score", up="candidates", marks=dict(said[:_MOST_MARKS])
    )
    bins = [(each.bin.low, each.bin.high, [each.bin.counts[STORED], each.bin.counts[NOT_STORED]]) for each in found]
    numbers = html_table("Exact counts; each threshold in the first column", found, edge_columns(scores.keeps))
    yield figure(bars(chart, bins, [STORED, NOT_STORED]), says, numbers)


def _table(caption: str, rows: Sequence[Row], columns: Mapping[str, Callable[[Row], object]]) -> Iterator[str]:
    if len(rows) > _MOST_ROWS:
        caption = f"{caption}, the {_MOST_ROWS} largest of {len(rows):,}; --json has all"
    if rows:
        yield html_table(caption, rows[:_MOST_ROWS], columns)

"""Tell what became of a run: what was kept, what was not and why, and what to type next."""

from collections.abc import Iterator

import click

from console.output import moment
from console.printable import printable
from console.progress import duration, total
from console.reasons import meaning
from crawler.events import Counts
from storage.runs import RunState, RunSummary


def lines(run: RunSummary) -> Iterator[str]:
    """Yield the lines for people."""
    yield click.style(f"run {run.run_id} {_state(run)}", bold=True)
    yield f"  pages read  {run.pages}" + _pages_left(run)
    yield f"  pairs       {run.candidates} decided"
    yield f"  kept        {run.stored}" + (
        " (provisional: checked against no production list)" if run.provisional else ""
    )
    for outcome, counts in (("refused", run.refused), ("unsure", run.unsure), ("failed", run.failed)):
        yield from _by_reason(outcome, counts)


def next_steps(run: RunSummary) -> Iterator[str]:
    """Yield the commands that a person is likely to want now."""
    if run.state in (RunState.STOPPED, RunState.BROKE_OFF):
        yield f"  altsieve crawl --resume {run.run_id}"
    if run.stored:
        yield f"  altsieve pairs --run {run.run_id}"
    if run.refused or run.unsure or run.failed:
        yield f"  altsieve refusals --run {run.run_id}"
    if run.failed or run.unsure:
        yield f"  altsieve crawl --retry {run.run_id}"


def _pages_left(run: RunSummary) -> str:
    left = ((run.pages_failed, "could not be read"), (run.pages_pending, "not reached"))
    parts = [f"{count} {what}" for count, what in left if count]
    return f" ({', '.join(parts)})" if parts else ""


def _state(run: RunSummary) -> str:
    state = {"broke-off": "broke off"}.get(run.state, run.state)
    if run.finished_at is None:
        return f"{state}, started at {moment(run.started_at)}"
    return f"{state} after {duration((run.finished_at - run.started_at).total_seconds())}"


def _by_reason(outcome: str, counts: Counts) -> Iterator[str]:
    yield f"  {outcome:<11} {total(counts)}"
    width = max(map(len, counts), default=0)
    for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {count:>11}  {printable(reason):<{width}}  {meaning(reason)}".rstrip()

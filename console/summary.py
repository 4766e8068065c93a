"""Tell what became of a run: what was kept, what was not and why, and what to type next."""

import shlex
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import click

from console.output import moment
from console.printable import printable
from console.progress import duration, total
from console.reasons import meaning
from crawler.events import Counts
from filters.lineup import MATCH_REASONS
from storage.retries import OUR_OWN_DOING
from storage.runs import RunState, RunSummary


def lines(run: RunSummary, unread: Counts) -> Iterator[str]:
    """Yield the lines for people; `unread` counts the pages that could not be read, by reason."""
    yield click.style(f"run {run.run_id} {_state(run)}", bold=True)
    yield f"  pages read  {run.pages}" + (f" ({run.pages_pending} not reached)" if run.pages_pending else "")
    if unread:
        yield from _by_reason("not read", unread)
    yield f"  pairs       {run.candidates} decided"
    yield f"  kept        {run.stored}" + _provisional(run)
    for outcome, counts in (("refused", run.refused), ("unsure", run.unsure), ("failed", run.failed)):
        yield from _by_reason(outcome, counts)


def resumption(run_id: str, assignments: Mapping[str, str]) -> str:
    """Return the command that goes on with a run: only under the settings that it was started with."""
    given = (part for name, value in assignments.items() for part in ("-s", f"{name}={value}"))
    return shlex.join(("altsieve", "crawl", "--resume", run_id, *given))


def next_steps(run: RunSummary, assignments: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """Yield what a person is likely to type now; `assignments` are what `-s` gave, where it is known."""
    commands = (
        (run.state in (RunState.STOPPED, RunState.BROKE_OFF), resumption(run.run_id, assignments)),
        (run.stored > 0, f"altsieve pairs --run {run.run_id}"),
        (run.candidates > run.stored, f"altsieve refusals --run {run.run_id}"),
        (run.pages_failed > 0, f"altsieve audit run {run.run_id}"),
        (not MATCH_REASONS.isdisjoint(run.refused), "altsieve incidents list"),
        (bool(run.arguments.get("canaries")), f"altsieve report {run.run_id}"),
        (run.state is RunState.FINISHED and _can_be_retried(run), f"altsieve crawl --retry {run.run_id}"),
    )
    wanted = [command for likely, command in commands if likely]
    if wanted:
        yield from ("", "next:", *(f"  {each}" for each in wanted))


def _can_be_retried(run: RunSummary) -> bool:
    return bool(run.failed or run.pages_failed or run.unsure.keys() & set(OUR_OWN_DOING))


def _provisional(run: RunSummary) -> str:
    return " (provisional: checked against no production list)" if run.provisional else ""


def _state(run: RunSummary) -> str:
    state = {RunState.BROKE_OFF: "broke off"}.get(run.state, run.state.value)
    if run.finished_at is None:
        return f"{state}, started at {moment(run.started_at)}"
    return f"{state} after {duration((run.finished_at - run.started_at).total_seconds())}"


def _by_reason(outcome: str, counts: Counts) -> Iterator[str]:
    yield f"  {outcome:<11} {total(counts)}"
    width = max(map(len, counts), default=0)
    for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {count:>11}  {printable(reason):<{width}}  {meaning(reason)}".rstrip()

"""Show the runs with their counts."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import click

from console.command import Noun, at_work
from console.openlineage import events_of
from console.progress import total
from console.run_settings import launched
from console.summary import lines, next_steps
from console.workplace import Workplace
from storage.runs import RunSummary
from storage.unread_pages import unread_pages

_COLUMNS: Final[Mapping[str, Callable[[RunSummary], object]]] = {
    "run": lambda r: r.run_id,
    "state": lambda r: r.state,
    "started": lambda r: r.started_at,
    "pages": lambda r: r.pages,
    "pairs": lambda r: r.candidates,
    "kept": lambda r: r.stored,
    "refused": lambda r: total(r.refused),
    "unsure": lambda r: total(r.unsure),
    "failed": lambda r: total(r.failed),
}


@click.group(cls=Noun, invoke_without_command=True, examples=["altsieve runs", "altsieve runs show RUN --json"])
@at_work
@click.pass_context
def runs(ctx: click.Context, workplace: Workplace) -> None:
    """Show the runs, the newest first, or one of them."""
    if ctx.invoked_subcommand is None:
        empty = "no run yet; altsieve crawl https://example.org/ begins one"
        workplace.output.rows(workplace.runs.list(), _COLUMNS, empty=empty)


@runs.command(
    examples=[
        "altsieve runs show 01990f2e-7a53-7c1a-9f0e-2b6d5e8c4a10",
        "altsieve runs show 01990f2e-7a53-7c1a-9f0e-2b6d5e8c4a10 --as openlineage",
    ]
)
@click.argument("run")
@click.option("--as", "form", type=click.Choice(["openlineage"]), help="Write OpenLineage events, one a line, instead.")
@at_work
def show(workplace: Workplace, run: str, form: str | None) -> None:
    """Show what became of a run, with its settings."""
    summary = workplace.runs.show(run)
    if form == "openlineage":
        for each in events_of(summary, workplace.database.name, now=datetime.now(UTC)):
            workplace.output.record(each, [json.dumps(each)])
        return
    unread = unread_pages(workplace.database, run)
    workplace.output.record(summary, [*lines(summary, unread), *launched(summary), *next_steps(summary)])

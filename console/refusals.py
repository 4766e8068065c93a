"""Show what was not kept, and why."""

from collections.abc import Callable, Mapping
from typing import Final

import click

from console.command import Verb, at_work
from console.workplace import Workplace
from storage.sightings import Refusal, list_refusals

_COLUMNS: Final[Mapping[str, Callable[[Refusal], object]]] = {
    "reason": lambda r: r.reason,
    "outcome": lambda r: r.outcome,
    "picture": lambda r: r.image_url,
    "page": lambda r: r.page_url,
    "sighting": lambda r: r.sighting_id,
    "evidence": lambda r: r.evidence,
}


@click.command(cls=Verb, examples=["altsieve refusals --reason image.too-small", "altsieve refusals --unsure --json"])
@click.option("--run", metavar="RUN", help="Only those of this run.")
@click.option("--reason", metavar="R", help="Only those with this reason code.")
@click.option("--unsure", is_flag=True, help="Only those where nobody could look, or that were too close to call.")
@at_work
def refusals(workplace: Workplace, run: str | None, reason: str | None, unsure: bool) -> None:
    """Show what was refused, unsure or failed, and why. What each reason means: docs/filters.md.

    A match with known material is a line with an event id and a day, and with nothing that describes place or picture.
    """
    workplace.require_run(run)
    rows = list_refusals(workplace.database, run=run, reason=reason, unsure=unsure)
    workplace.output.rows(rows, _COLUMNS, empty="nothing")

"""Show the clean pairs."""

from collections.abc import Callable, Mapping
from typing import Final

import click

from console.command import Verb, at_work
from console.workplace import Workplace
from storage.pairs import KeptPair, list_pairs

_COLUMNS: Final[Mapping[str, Callable[[KeptPair], object]]] = {
    "pair": lambda p: p.pair_id,
    "state": lambda p: p.state,
    "picture": lambda p: f"{p.format} {p.width_px}x{p.height_px}",
    "text": lambda p: p.alt_text,
    "page": lambda p: p.page_url,
}


@click.command(cls=Verb, examples=["altsieve pairs --host example.org", "altsieve pairs --json > pairs.jsonl"])
@click.option("--run", metavar="RUN", help="Only those that this run found first.")
@click.option("--host", metavar="H", help="Only those with page or picture on this host.")
@click.option("--withdrawn", is_flag=True, help="Those that were withdrawn instead.")
@at_work
def pairs(workplace: Workplace, run: str | None, host: str | None, withdrawn: bool) -> None:
    """Show the clean pairs. --json gives each with its picture, where it came from and where it is kept."""
    workplace.require_run(run)
    rows = list_pairs(workplace.database, run=run, host=host, withdrawn=withdrawn, objects=workplace.objects)
    workplace.output.rows(rows, _COLUMNS, empty="no pairs")

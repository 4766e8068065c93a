"""Show the clean pairs."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Final

import click

from console.command import Verb, at_work
from console.workplace import Workplace
from storage.pairs import KeptPair, list_pairs
from storage.withdrawn_pairs import WithdrawnPair, list_withdrawn

_COLUMNS: Final[Mapping[str, Callable[[KeptPair], object]]] = {
    "pair": lambda p: p.pair_id,
    "state": lambda p: p.state,
    "picture": lambda p: f"{p.format} {p.width_px}x{p.height_px}",
    "text": lambda p: p.alt_text,
    "page": lambda p: p.page_url,
}


_WITHDRAWN_COLUMNS: Final[Mapping[str, Callable[[WithdrawnPair], object]]] = {
    "pair": lambda p: p.pair_id,
    "withdrawn": lambda p: p.at,
    "by": lambda p: p.by,
    "why": lambda p: p.why,
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
    if withdrawn:
        gone = list_withdrawn(workplace.database, run=run, host=host)
        workplace.output.rows(gone, _WITHDRAWN_COLUMNS, _withdrawn_fields, empty="no pairs")
        return
    rows = list_pairs(workplace.database, run=run, host=host, objects=workplace.objects)
    workplace.output.rows(rows, _COLUMNS, empty="no pairs")


def _withdrawn_fields(pair: WithdrawnPair) -> Mapping[str, object]:
    """Give the fields of a pair, null but for what is left, and those of its withdrawal."""
    left = {name: getattr(pair, name) for name in ("pair_id", "run_id", "page_url", "image_url", "image_sha256")}
    said = {"by": pair.by, "why": pair.why, "at": pair.at, "reason": pair.reason}
    return dict.fromkeys(each.name for each in fields(KeptPair)) | left | {"state": "withdrawn", "withdrawn": said}

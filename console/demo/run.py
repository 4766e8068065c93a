"""Serve the demo web, crawl it with the altsieve command, and compare each outcome with what was planted."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import click

from console.demo.cases import CASES
from console.demo.command import Failed, Line, ask, show
from console.demo.lists import import_lists
from console.demo.outcomes import Row, compare
from console.demo.repeated import MOST_PICTURES
from console.demo.server import NoPort, serving
from console.exit_code import ExitCode
from console.output import table

SETTINGS: Final = {
    "ALLOW_NETWORKS": "127.0.0.0/8",  # the demo is served on this machine
    "FETCH_TIMEOUT_S": "5",  # one picture comes a byte at a time: the demo is not to wait a minute for it
    "RETRY_TIMES": "0",  # nor to ask again where it is planted that nothing comes
    "INCIDENT_HOST_LIMIT": "0",  # one host has more planted matches than a run would put up with
    "LANGUAGES_WANTED": "en,de,fr",  # so that one text can be in another language
    "CONSISTENCY_MIN": "label-consistency=-1.2",  # the scenes are drawn, and the classifier knows photographs
    "CONSISTENCY_UNMEASURED": "allow",  # the default model reads English only
    "MAX_PICTURES_PER_CAPTION": str(MOST_PICTURES),
}


def main() -> int:
    """Run the demo; 1 if a planted case has not its reason."""
    try:
        return _demo()
    except (Failed, NoPort) as problem:
        click.echo(f"the demo broke off: {problem}", err=True)
        return ExitCode.BROKE_OFF
    except KeyboardInterrupt:
        return ExitCode.BROKE_OFF


def crawl_settings() -> Sequence[str]:
    """Return the settings of the demo as arguments."""
    return [part for name, value in SETTINGS.items() for part in ("-s", f"{name}={value}")]


def _demo() -> int:
    show("db", "upgrade")
    with tempfile.TemporaryDirectory(prefix="altsieve-demo-") as folder:
        import_lists(Path(folder))
    with serving() as (site, _):
        click.echo(f"\n{site.prepare()} pictures were made; crawling the demo site: {' '.join(site.seeds)}\n")
        show("crawl", *site.seeds, *crawl_settings())
    run = ask("runs")[0]
    held, refused = ask("pairs"), ask("refusals", "--run", run["run_id"])
    rows = list(compare(CASES, held, refused))
    _tell(rows)
    _say_what_next(held)
    return ExitCode.DONE if _adds_up(run) and all(each.as_planted for each in rows) else ExitCode.FOUND


def _tell(rows: Sequence[Row]) -> None:
    click.echo()
    columns = {
        "": lambda row: "as planted" if row.as_planted else "NOT AS PLANTED",
        "picture": lambda row: row.picture,
        "outcome": lambda row: row.outcome,
        "reason": lambda row: row.reason,
        "planted": lambda row: row.planted,
    }
    for line in table(rows, columns):
        click.echo(line)
    wrong = sum(not row.as_planted for row in rows)
    click.echo(f"\n{len(rows)} planted cases, {len(rows) - wrong} as planted" + (f", {wrong} NOT" if wrong else ""))


def _adds_up(run: Line) -> bool:
    parts = run["stored"] + sum(sum(run[each].values()) for each in ("refused", "unsure", "failed"))
    if run["candidates"] != parts:
        click.echo(f"the counts do not add up: {run['candidates']} candidates, {parts} outcomes", err=True)
    return bool(run["candidates"] == parts)


def _say_what_next(held: Iterable[Line]) -> None:
    pair = next(iter(held), {"pair_id": "ID"})["pair_id"]
    click.echo("\nnext:")
    for command, does in (
        ("pairs --json", "what was kept"),
        ("refusals --json", "what was not, and why"),
        (f"audit pair {pair}", "where one pair came from, and every verdict on it"),
        ("verify", "nothing was changed, lost or left over"),
        ("crawl https://...", "a crawl of your own; what it needs, it says"),
    ):
        click.echo(f"  .venv/bin/altsieve {command:<44}  {does}")

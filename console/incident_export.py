"""Write an incident for an authority, as JSON or as the XML of the CyberTipline; nothing is sent."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from console.command import Verb, at_work, by_option
from console.exit_code import Found, WrongUsage
from console.incident_keys import key_option, required, write_new
from console.workplace import Workplace
from storage.cybertipline import Reporter, file_details, report
from storage.incident_acts import Act
from storage.incident_records import SUSPECT

_ID = "3f0c7a52-9a86-4d0e-8a5e-0c4f6a3f1b77"


@click.command(
    cls=Verb,
    examples=[
        f"altsieve incidents export {_ID} --format json",
        f"altsieve incidents export {_ID} --format cybertipline --to report.xml",
    ],
)
@click.argument("id_", metavar="ID")
@click.option("--format", "layout", type=click.Choice(["json", "cybertipline"]), required=True, help="How to write it.")
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="A new file, for its owner only.")
@click.option("--reporter", metavar="NAME", help="Who will submit the report; who answers for it if left out.")
@click.option("--email", metavar="ADDRESS", default="", help="Where the reporter can be reached.")
@click.option("--report-id", metavar="N", help="Write the fileDetails of this report instead, with --file-id.")
@click.option("--file-id", metavar="ID", help="As the CyberTipline gave it.")
@key_option
@click.option("--why", metavar="TEXT", default="to report it", help="The reason; it is kept.")
@by_option
@at_work
def export(
    workplace: Workplace,
    /,
    id_: str,
    layout: str,
    file: Path | None,
    private_key: str | None,
    why: str,
    by: str,
    **asked: Any,
) -> None:
    """Write an incident for an authority; nothing is sent.

    That it is exported is recorded first. CyberTipline XML is for a person to submit: it says that nobody viewed the
    picture. A suspect, for which no list vouches, is not to be reported and is written as JSON only.
    """
    if (asked["report_id"] is None) is not (asked["file_id"] is None):
        raise WrongUsage("give --report-id and --file-id together")
    if file is not None and file.exists():
        raise WrongUsage(f"{file} is there already")
    if layout == "cybertipline" and workplace.incidents.show(id_)[0].reason == SUSPECT:
        raise Found(f"incident {id_} is a suspect, for which no list vouches: it is not to be reported")
    details = {"format": layout}
    key = required(private_key)
    (record,) = workplace.incidents.open([id_], key, Act.EXPORTED, by=by, why=why, details=details)
    if layout == "json":
        _deliver(workplace, id_, layout, _as_json(workplace, id_, record), file)
    else:
        _deliver(workplace, id_, layout, _as_xml(record, by, asked), file)


def _as_json(workplace: Workplace, id_: str, record: Mapping[str, Any]) -> bytes:
    summary, acts = workplace.incidents.show(id_)
    whole = msgspec.to_builtins({"incident": summary, "acts": acts, "record": record})
    return json.dumps(whole, indent=2).encode() + b"\n"


def _as_xml(record: Mapping[str, Any], by: str, asked: Mapping[str, Any]) -> bytes:
    if asked["report_id"] is not None:
        return file_details(record, report_id=asked["report_id"], file_id=asked["file_id"])
    first, _, last = (asked["reporter"] or by).strip().rpartition(" ")
    return report(record, Reporter(first_name=first, last_name=last, email=asked["email"]))


def _deliver(workplace: Workplace, id_: str, layout: str, written: bytes, file: Path | None) -> None:
    if file is not None:
        write_new(file, written)
        said = {"event_id": id_, "format": layout, "file": str(file)}
        workplace.output.record(said, [f"{file} holds incident {id_}; nothing was sent"])
    elif workplace.output.as_json:
        workplace.output.record({"event_id": id_, "format": layout, "document": written.decode()}, [])
    else:
        click.echo(written, nl=False)

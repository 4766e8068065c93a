"""Write an incident for an authority, as JSON, as XML of the CyberTipline, or still sealed; nothing is sent."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ParamSpec

import click
import msgspec

from console.command import Verb, at_work, by_option, list_file
from console.exit_code import Found, WrongUsage
from console.incident_keys import key_option, required, write_new
from console.incident_package import packed, unpacked
from console.workplace import Workplace
from storage.cybertipline import Reporter, file_details, report
from storage.incident_acts import Act
from storage.incident_records import NOT_REPORTED

_ID = "3f0c7a52-9a86-4d0e-8a5e-0c4f6a3f1b77"
P = ParamSpec("P")


def _document_options(function: Callable[P, None]) -> Callable[P, None]:
    """Add what a document needs to know, and where it goes."""
    new_file = click.Path(dir_okay=False, path_type=Path)
    for option in (
        click.option("--file-id", metavar="ID", help="As the CyberTipline gave it."),
        click.option("--report-id", metavar="N", help="Write the fileDetails of this report instead, with --file-id."),
        click.option("--email", metavar="ADDRESS", default="", help="Where the reporter can be reached."),
        click.option("--reporter", metavar="NAME", help="Who will submit the report; who answers for it if left out."),
        click.option("--to", type=new_file, help="A new file, for its owner only."),
    ):
        function = option(function)
    return function


@click.command(
    cls=Verb,
    examples=[
        f"altsieve incidents export {_ID} --format json",
        f"altsieve incidents export {_ID} --format cybertipline --to report.xml",
        f"altsieve incidents export {_ID} --format sealed --to incident.sealed",
    ],
)
@click.argument("id_", metavar="ID")
@click.option(
    "--format", "layout", type=click.Choice(["json", "cybertipline", "sealed"]), required=True, help="As what."
)
@_document_options
@key_option
@click.option("--why", metavar="TEXT", default="to report it", help="The reason; it is kept.")
@by_option
@at_work
def export(
    workplace: Workplace,
    /,
    id_: str,
    layout: str,
    to: Path | None,
    private_key: str | None,
    why: str,
    by: str,
    **asked: Any,
) -> None:
    """Write an incident for an authority; nothing is sent.

    That it is exported is recorded first. CyberTipline XML is for a person to submit: it says that nobody viewed the
    picture. A suspect, for which no list vouches, is not to be reported and is written as JSON only.
    As sealed it can be carried to the machine where the private key is; altsieve incidents unseal opens it there.
    """
    _require_sense(to, asked)
    incidents = workplace.incidents
    if layout == "sealed":
        written = packed(incidents.take(id_, by=by, why=why))
    else:
        _require_reportable(id_, incidents.show(id_)[0].reason, layout)
        details = {"format": layout}
        key = required(private_key)
        (record,) = incidents.open([id_], key, Act.EXPORTED, by=by, why=why, details=details)
        summary, acts = incidents.show(id_)
        written = _written(layout, {"incident": summary, "acts": acts, "record": record}, asked | {"by": by})
    _deliver(workplace, id_, layout, written, to)


@click.command(cls=Verb, examples=["altsieve incidents unseal incident.sealed --format cybertipline --to report.xml"])
@list_file
@click.option("--format", "layout", type=click.Choice(["json", "cybertipline"]), required=True, help="As what.")
@_document_options
@key_option
@by_option
@at_work
def unseal(
    workplace: Workplace, /, file: Path, layout: str, to: Path | None, private_key: str | None, **asked: Any
) -> None:
    """Open a sealed incident where the private key is.

    It needs no database. That it was taken is recorded where it was exported; record there what you did with it.
    """
    _require_sense(to, asked)
    record = unpacked(file.read_bytes(), required(private_key))
    _require_reportable(record["event_id"], record["verdict"]["reason"], layout)
    _deliver(workplace, record["event_id"], layout, _written(layout, {"record": record}, asked), to)


def _require_sense(file: Path | None, asked: Mapping[str, Any]) -> None:
    if (asked["report_id"] is None) is not (asked["file_id"] is None):
        raise WrongUsage("give --report-id and --file-id together")
    if file is not None and file.exists():
        raise WrongUsage(f"{file} is there already")


def _require_reportable(id_: str, reason: str, layout: str) -> None:
    if layout == "cybertipline" and reason in NOT_REPORTED:
        raise Found(f"incident {id_} is a suspicion, for which no list vouches: it is not to be reported")


def _written(layout: str, whole: Mapping[str, Any], asked: Mapping[str, Any]) -> bytes:
    record = whole["record"]
    if layout == "json":
        return json.dumps(msgspec.to_builtins(whole), indent=2).encode() + b"\n"
    if asked["report_id"] is not None:
        return file_details(record, report_id=asked["report_id"], file_id=asked["file_id"])
    first, _, last = (asked["reporter"] or asked["by"]).strip().rpartition(" ")
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

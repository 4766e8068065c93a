"""Work on records of matches with known material: list, open, follow up, purge. No command shows a picture."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click

from console.command import Noun, at_work, by_option, why_option
from console.exit_code import ExitCode, WrongUsage
from console.incident_export import export, unseal
from console.incident_hosts import HOST_COLUMNS, hosts_of
from console.incident_keys import key_option, required, write_new
from console.incident_story import act_lines, record_lines, summary_lines
from console.workplace import Workplace
from storage.database import Left
from storage.incident_acts import Act
from storage.incident_store import IncidentSummary
from storage.incidents import new_key_pair

_COLUMNS: Final[Mapping[str, Callable[[IncidentSummary], object]]] = {
    "incident": lambda each: each.event_id,
    "day": lambda each: each.day,
    "reason": lambda each: each.reason,
    "state": lambda each: f"{each.state}{', held' if each.held else ''}{', purged' if each.purged else ''}",
    "due": lambda each: f"{each.due}, overdue" if each.overdue else each.due,
    "reports": lambda each: ", ".join(each.report_ids),
    "sealed to": lambda each: each.key_id,
}
_LEFT: Final = {
    Left.LOG: ["the database's log still holds the keys while a crawl or a reader is at work; purge again after it"],
    Left.FILES: [
        "the files of the database still hold the keys; when nobody reads them, have their owner type:",
        "psql -c 'VACUUM FULL incidents.incident_key' -c 'VACUUM FULL incidents.incident'",
    ],
    Left.SERVER_LOG: ["the server's write-ahead log holds the keys until it is overwritten"],
}
_ID: Final = "3f0c7a52-9a86-4d0e-8a5e-0c4f6a3f1b77"


@click.group(cls=Noun, examples=["altsieve incidents list", f"altsieve incidents show {_ID}"])
def incidents() -> None:
    """Sealed records of matches with known material.

    What they hold opens only with the safety officer's private key, which is never on a crawling machine. Nothing is
    ever submitted by itself.
    """


@incidents.command("list", examples=["altsieve incidents list", "altsieve incidents list --overdue"])
@click.option("--overdue", is_flag=True, help="Only those that should have been exported by now.")
@at_work
def list_(workplace: Workplace, overdue: bool) -> None:
    """Show how the incidents stand. Nothing is opened."""
    found = (each for each in workplace.incidents.list() if each.overdue or not overdue)
    workplace.output.rows(found, _COLUMNS, empty="no incident is overdue" if overdue else "no incident")


@incidents.command(examples=[f"altsieve incidents show {_ID}"])
@click.argument("id_", metavar="ID")
@key_option
@click.option("--why", metavar="TEXT", default="to read it", help="The reason; it is kept.")
@by_option
@at_work
def show(workplace: Workplace, id_: str, private_key: str | None, why: str, by: str) -> None:
    """Show how an incident stands and, with the key, what it holds.

    That it is read is recorded first. Without the key its state and what was done with it are shown.
    """
    record = None
    if private_key is not None:
        (record,) = workplace.incidents.open([id_], private_key, Act.READ, by=by, why=why, details={})
    summary, acts = workplace.incidents.show(id_)
    lines = [*summary_lines(summary), *act_lines(acts), *record_lines(record)]
    workplace.output.record({"incident": summary, "acts": acts, "record": record}, lines)


incidents.add_command(export)
incidents.add_command(unseal)


@incidents.command(examples=[f"altsieve incidents submitted {_ID} --report-id 4564654 --why 'sent by hand'"])
@click.argument("id_", metavar="ID")
@click.option("--report-id", metavar="N", required=True, help="The number that the authority gave the report.")
@why_option
@by_option
@at_work
def submitted(workplace: Workplace, id_: str, report_id: str, why: str, by: str) -> None:
    """Record that a person has submitted a report."""
    workplace.incidents.record(id_, Act.SUBMITTED, by=by, why=why, details={"report_id": report_id})
    _say(workplace, id_)


@incidents.command(examples=[f"altsieve incidents close {_ID} --why 'the authority has taken over'"])
@click.argument("id_", metavar="ID")
@why_option
@by_option
@at_work
def close(workplace: Workplace, id_: str, why: str, by: str) -> None:
    """Record that nothing more is to be done with an incident."""
    workplace.incidents.record(id_, Act.CLOSED, by=by, why=why)
    _say(workplace, id_)


@incidents.command(examples=[f"altsieve incidents hold {_ID} --why 'preservation request 2026-114'"])
@click.argument("id_", metavar="ID")
@click.option("--off", is_flag=True, help="Lift the hold.")
@why_option
@by_option
@at_work
def hold(workplace: Workplace, id_: str, off: bool, why: str, by: str) -> None:
    """Put an incident under legal hold: it cannot be purged."""
    workplace.incidents.record(id_, Act.RELEASED if off else Act.HELD, by=by, why=why)
    _say(workplace, id_)


@incidents.command(
    examples=[
        "altsieve incidents purge --expired --why 'kept for a year'",
        f"altsieve incidents purge --id {_ID} --why 'order of the court'",
    ]
)
@click.option("--id", "id_", metavar="ID", help="This one, whatever its age.")
@click.option(
    "--expired", is_flag=True, help="All kept for INCIDENT_RETENTION_DAYS; none held or still to be reported."
)
@why_option
@by_option
@at_work
def purge(workplace: Workplace, id_: str | None, expired: bool, why: str, by: str) -> None:
    """Destroy the keys of incidents, so that nobody can open them.

    That there was a match, its day and what was done with it stay in the records. Backups hold the keys until they
    are gone as well.
    """
    if expired is (id_ is not None):
        raise WrongUsage("give either --id ID or --expired")
    retention_days = workplace.configuration.whole("INCIDENT_RETENTION_DAYS")
    wanted = workplace.incidents.expired(retention_days) if id_ is None else [id_]
    done = workplace.incidents.purge(wanted, by=by, why=why)
    lines = [f"{len(done.event_ids)} purged", *_LEFT.get(done.left, [])]
    workplace.output.record(done, lines)
    if done.left in (Left.LOG, Left.FILES):
        raise SystemExit(ExitCode.FOUND)


@incidents.command(examples=["altsieve incidents hosts --why 'weekly look'"])
@key_option
@click.option("--why", metavar="TEXT", default="to see the hosts", help="The reason; it is kept.")
@by_option
@at_work
def hosts(workplace: Workplace, private_key: str | None, why: str, by: str) -> None:
    """Show the hosts of all incidents, and which to block.

    That each incident is read is recorded first. Proposed are hosts with INCIDENT_HOST_LIMIT incidents or more; to
    block one, type: altsieve blocklist add HOST --why TEXT
    """
    opened = [each.event_id for each in workplace.incidents.list() if each.key_id is not None and not each.purged]
    key = required(private_key)
    records = workplace.incidents.open(opened, key, Act.READ, by=by, why=why, details={"for": "hosts"})
    limit = workplace.configuration.whole("INCIDENT_HOST_LIMIT")
    workplace.output.rows(hosts_of(records, limit), HOST_COLUMNS, empty="no incident")


@incidents.command(examples=["altsieve incidents keygen officer.key"])
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@at_work
def keygen(workplace: Workplace, file: Path) -> None:
    """Make a key pair, on the safety officer's machine.

    FILE is to hold the private key, for its owner only; without it no incident can be opened. The public key is shown:
    it is for crawling machines.
    """
    private, public = new_key_pair()
    write_new(file, f"{private}\n".encode())
    lines = [
        f"{file} holds the private key: keep it, and a copy, away from crawling machines",
        f"on crawling machines type: export ALTSIEVE_INCIDENT_PUBLIC_KEY={public}",
    ]
    workplace.output.record({"file": str(file), "public_key": public}, lines)


def _say(workplace: Workplace, id_: str) -> None:
    summary, _ = workplace.incidents.show(id_)
    workplace.output.record(summary, summary_lines(summary))

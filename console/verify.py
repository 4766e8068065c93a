"""Check the ledger, the checkpoints, the database and the objects against one another."""

import click

from console.command import Verb, at_work
from console.exit_code import ExitCode
from console.printable import printable
from console.workplace import Workplace
from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.verify import verify as findings


@click.command(cls=Verb, examples=["altsieve verify", "altsieve verify --json"])
@at_work
def verify(workplace: Workplace) -> None:
    """Check that nothing was changed, cut off, lost or left over.

    Exit code 1 if something was.
    Ledger against signed checkpoints, database against ledger, database against objects in both directions.
    """
    checkpoints = Checkpoints(workplace.database.folder / CHECKPOINTS_FILE, workplace.keys)
    found = 0
    for found, each in enumerate(findings(workplace.database, workplace.objects, checkpoints), start=1):  # noqa: B007 - the last one is the count
        workplace.output.record(each, [f"{each.code}: {printable(each.subject)}: {printable(each.text)}"])
    if found:
        raise SystemExit(ExitCode.FOUND)
    workplace.output.text("nothing found wrong: ledger, checkpoints, database and objects agree")

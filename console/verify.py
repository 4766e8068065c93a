"""Check the ledger, the checkpoints, the database and the objects against one another."""

import sys
import time
from collections.abc import Iterator

import click

from console.command import Verb, at_work
from console.exit_code import ExitCode, WrongUsage
from console.printable import printable
from console.workplace import Workplace
from storage.checkpoints import Checkpoints
from storage.finding import Finding
from storage.repair import Repaired, repair
from storage.verify import verify as findings
from storage.verify_bytes import Progress, check_bytes, findings_before

_EVERY_S = 5.0


@click.command(
    cls=Verb,
    examples=[
        "altsieve verify",
        "altsieve verify --repair",
        "altsieve verify --deep --resume",
        "altsieve verify --json",
    ],
)
@click.option("--repair", "mend", is_flag=True, help="First clear away what crashes left.")
@click.option("--deep", is_flag=True, help="Read every object back, too.")
@click.option("--resume", is_flag=True, help="With --deep: go on where one was cut off.")
@at_work
def verify(workplace: Workplace, mend: bool, deep: bool, resume: bool) -> None:
    """Check that nothing was changed, cut off, lost or left over.

    Exit code 1 if something was.
    Ledger against signed checkpoints, database against ledger, database against the list of objects in both
    directions; with --deep each object is read and its digest compared. With --repair objects are deleted first that a
    run meant to store and did not, or that nothing names: it is not for a store that two databases share.
    """
    if resume and not deep:
        raise WrongUsage("--resume goes on with --deep: type both")
    checkpoints = workplace.checkpoints
    if mend:
        _tell(workplace, repair(workplace.database, workplace.objects, checkpoints))
    before = findings_before(workplace.database) if resume else 0
    found = 0
    for each in _findings(workplace, checkpoints, deep=deep, resume=resume):
        found += 1
        workplace.output.record(each, [f"{each.code}: {printable(each.subject)}: {printable(each.text)}"])
    if found + before:
        raise SystemExit(ExitCode.FOUND)
    read = ", and every object has its own bytes" if deep else ""
    workplace.output.text(f"nothing found wrong: ledger, checkpoints, database and objects agree{read}")


def _findings(workplace: Workplace, checkpoints: Checkpoints, *, deep: bool, resume: bool) -> Iterator[Finding]:
    said = set()
    for each in findings(workplace.database, workplace.objects, checkpoints):
        said.add(each)
        yield each
    if deep:
        told = _Telling(workplace.output.as_json).told
        for each in check_bytes(workplace.database, workplace.objects, resume=resume, told=told):
            if each not in said:  # the list of objects showed it already
                yield each


def _tell(workplace: Workplace, done: Repaired) -> None:
    workplace.output.text(
        f"repaired: {done.given_up} objects given up that runs meant to store, {done.deleted} deleted that were given "
        f"up or withdrawn, {done.orphans} deleted that nothing names, {done.unfinished} found half-way"
    )
    if done.foreign:
        workplace.output.text(f"left alone: {done.foreign} that are not named as objects are")


class _Telling:
    """Say on standard error every few seconds how many objects were read."""

    def __init__(self, as_json: bool) -> None:
        self._silent = as_json or not sys.stderr.isatty()
        self._next_s = time.monotonic() + _EVERY_S

    def told(self, progress: Progress) -> None:
        if self._silent or time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + _EVERY_S
        click.echo(f"read {progress.pictures} of {progress.of} objects", err=True)

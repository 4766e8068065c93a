"""Keep the lists of domains that nothing is taken from."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from console.command import Noun, at_work, by_option, list_file, why_option
from console.exit_code import ExitCode
from console.list_revision import REVISION_COLUMNS, imported, revision_lines
from console.output import cell
from console.printable import printable
from console.workplace import Workplace
from storage.blocked_hosts import Tested
from storage.blocklists import Changed
from storage.host_formats import HostFormat

_format = click.Choice([each.value for each in HostFormat])
_hosts = click.argument("hosts", nargs=-1, required=True, metavar="HOST...")


@click.group(cls=Noun, examples=['altsieve blocklist add example.org --why "asked us to stay away"'])
def blocklist() -> None:
    """Domains that nothing is taken from. An entry stands for all its subdomains too."""


@blocklist.command(examples=['altsieve blocklist add example.org ads.example.com --why "asked us to stay away"'])
@_hosts
@why_option
@by_option
@at_work
def add(workplace: Workplace, hosts: tuple[str, ...], why: str, by: str) -> None:
    """Block hosts and their subdomains.

    It counts from now on, also in a crawl that is running.
    """
    _tell(workplace, workplace.blocklists.add(hosts, why=why, by=by))


@blocklist.command(examples=['altsieve blocklist remove example.org --why "they agreed in writing"'])
@_hosts
@why_option
@by_option
@at_work
def remove(workplace: Workplace, hosts: tuple[str, ...], why: str, by: str) -> None:
    """Take back what was added or allowed by hand.

    It counts from the next run.
    """
    changed = workplace.blocklists.remove(hosts, why=why, by=by)
    _tell(workplace, changed)
    if not all(each.changed for each in changed.hosts):
        raise SystemExit(ExitCode.FOUND)


@blocklist.command(examples=['altsieve blocklist allow example.org --why "listed by mistake, checked by hand"'])
@_hosts
@why_option
@by_option
@at_work
def allow(workplace: Workplace, hosts: tuple[str, ...], why: str, by: str) -> None:
    """Let hosts through although a list names them.

    It counts from the next run, and for every list.
    """
    _tell(workplace, workplace.blocklists.allow(hosts, why=why, by=by))


@blocklist.command("import", examples=["altsieve blocklist import domains.txt --name adult"])
@list_file
@click.option("--name", required=True, metavar="LIST", help="The list that is to hold what the file holds.")
@click.option("--format", "layout", type=_format, help="Recognised if left out.")
@click.option("--why", metavar="TEXT", help="The reason; it is kept. The name of the file if left out.")
@by_option
@at_work
def import_(workplace: Workplace, file: Path, name: str, layout: str | None, why: str | None, by: str) -> None:
    """Make a list hold exactly what a file holds.

    The file holds plain domains, one a line, or is a hosts file.
    """
    revision = workplace.blocklists.import_file(file, name, by=by, why=why or f"import of {file.name}", format=layout)
    imported(workplace.output, revision)


@blocklist.command("list", examples=["altsieve blocklist list", "altsieve blocklist list --json"])
@at_work
def list_(workplace: Workplace) -> None:
    """Show the lists, with who changed each last, when and why."""
    empty = "no blocklist yet; altsieve blocklist add HOST --why TEXT begins one"
    workplace.output.rows(workplace.blocklists.list(), REVISION_COLUMNS, empty=empty)


@blocklist.command(examples=["altsieve blocklist test https://www.example.org/a.jpg"])
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@at_work
def test(workplace: Workplace, urls: tuple[str, ...]) -> None:
    """Say which addresses a crawl that starts now would refuse.

    Exit code 1 if any.
    """
    tested = workplace.blocklists.test(urls)
    workplace.output.items((_answer(each) for each in tested), _answer_line)
    if not all(each.host and not each.blocked for each in tested):
        raise SystemExit(ExitCode.FOUND)


def _tell(workplace: Workplace, changed: Changed) -> None:
    workplace.output.record(changed, _changed_lines(changed))


def _changed_lines(changed: Changed) -> Iterator[str]:
    for each in changed.hosts:
        yield f"{printable(each.host)} {each.note}"
    if changed.revision is not None:
        yield from revision_lines(changed.revision)


def _answer(tested: Tested) -> dict[str, object]:
    entry = tested.entry
    return {
        "url": tested.asked,
        "host": tested.host,
        "blocked": None if tested.host is None else tested.blocked,
        "entry": entry and entry.host,
        "list": entry and f"{entry.list}@{entry.number}",
        "why": entry and entry.why,
        "allowed": tested.allowed,
    }


def _answer_line(answer: dict[str, object]) -> Iterable[str]:
    url = cell(answer["url"])
    if answer["host"] is None:
        yield f"{url}: no host can be read from it, so it is never taken"
    elif answer["blocked"]:
        yield f"{url}: blocked by {answer['list']}, which names {answer['entry']} ({cell(answer['why'])})"
    elif answer["allowed"]:
        yield f"{url}: not blocked; {answer['allowed']} was allowed by hand"
    else:
        yield f"{url}: not blocked"

"""Keep the lists of what nothing is taken from."""

from pathlib import Path
from typing import Any

import click
import msgspec

from console.blocklist_lines import answer, answer_line, changed_lines, impact_lines
from console.command import Noun, at_work, by_option, why_option
from console.exit_code import ExitCode, WrongUsage
from console.list_revision import FILE_COLUMNS, imported, revision_lines
from console.printable import printable
from console.workplace import Workplace
from storage.host_changes import Changed
from storage.host_formats import HostFormat, Matches
from storage.impact import impact_of

_hosts = click.argument("hosts", nargs=-1, required=True, metavar="HOST...")
_file = click.argument("file", type=click.Path(exists=True, path_type=Path), metavar="FILE")
_format = click.option(
    "--format", "layout", type=click.Choice([each.value for each in HostFormat]), help="Recognised if left out."
)
_matches = click.option(
    "--matches",
    type=click.Choice([each.value for each in Matches]),
    help="What a bare host of the file covers; what its format says if left out.",
)


@click.group(cls=Noun, examples=['altsieve blocklist add example.org --why "asked us to stay away"'])
def blocklist() -> None:
    """What nothing is taken from: hosts, networks, addresses, URLs.

    \b
    example.org               the host and all its subdomains
    =example.org              this host alone
    .example.org              its subdomains alone
    192.0.2.7  192.0.2.0/24   an address, a network
    example.org/path?query    one URL, over http or https
    example.org/path*         every URL that begins so, on subdomains too
    sha256:<64 hex digits>    what has this digest, spelt as Safe Browsing spells it
    """


@blocklist.command(
    examples=[
        'altsieve blocklist add example.org ads.example.com --why "asked us to stay away"',
        'altsieve blocklist add =example.org 192.0.2.0/24 "example.net/private/*" --why "asked us to stay away"',
    ]
)
@_hosts
@click.option("--force", is_flag=True, help="Block even all hosts below a public suffix such as co.uk.")
@why_option
@by_option
@at_work
def add(workplace: Workplace, hosts: tuple[str, ...], force: bool, why: str, by: str) -> None:
    """Block hosts with their subdomains, addresses, networks or URLs.

    It counts from now on, also in a crawl that is running.
    """
    _tell(workplace, workplace.blocklists.add(hosts, why=why, by=by, force=force))


@blocklist.command(
    examples=[
        'altsieve blocklist remove example.org --why "they agreed in writing"',
        'altsieve blocklist remove --list adult --why "replaced by another list"',
    ]
)
@click.argument("hosts", nargs=-1, metavar="[HOST]...")
@click.option("--list", "name", metavar="LIST", help="Take off a whole list instead, whichever it is.")
@why_option
@by_option
@at_work
def remove(workplace: Workplace, hosts: tuple[str, ...], name: str | None, why: str, by: str) -> None:
    """Take back what was added or allowed by hand, or a whole list.

    It counts from the next run. What the list was can still be shown in trails.
    """
    if bool(hosts) == bool(name):
        raise WrongUsage("name hosts, or a list with --list LIST")
    if name:
        _take_off(workplace, name, why, by)
        return
    changed = workplace.blocklists.remove(hosts, why=why, by=by)
    _tell(workplace, changed)
    if not all(each.changed for each in changed.hosts):
        raise SystemExit(ExitCode.FOUND)


@blocklist.command(examples=['altsieve blocklist restore starter --why "wanted after all"'])
@click.argument("name", metavar="LIST")
@why_option
@by_option
@at_work
def restore(workplace: Workplace, name: str, why: str, by: str) -> None:
    """Make a list hold again what it held before its last change.

    So a list that was taken off comes back, and an import that was a mistake goes.
    """
    revision = workplace.blocklists.restore(name, why=why, by=by)
    workplace.output.record(revision, revision_lines(revision))


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


@blocklist.command(
    "import",
    examples=[
        "altsieve blocklist import domains.txt --name adult --licence CC-BY-SA-4.0 --source https://example.org/lists",
        "altsieve blocklist import ut1 --name ut1-adult",
        "altsieve blocklist import easylist.txt --name easylist --format adblock",
    ],
)
@_file
@click.option("--name", required=True, metavar="LIST", help="The list that is to hold what the file holds.")
@_format
@_matches
@click.option("--licence", metavar="TEXT", help="The licence of the list; it is kept.")
@click.option("--source", metavar="TEXT", help="Where the list comes from; it is kept. The file if left out.")
@click.option("--force", is_flag=True, help="Import a list that has shrunk much, and public suffixes on it.")
@click.option("--why", metavar="TEXT", help="The reason; it is kept. The name of the file if left out.")
@by_option
@at_work
def import_(
    workplace: Workplace,
    file: Path,
    name: str,
    layout: str | None,
    matches: str | None,
    licence: str | None,
    source: str | None,
    force: bool,
    why: str | None,
    by: str,
) -> None:
    """Make a list hold exactly what a file holds.

    The file is in one of the formats named below, or is a directory: one category of UT1. An import that would take
    more than BLOCKLIST_MAX_SHRINK of its entries off the list is refused: a download may have been cut.
    """
    revision = workplace.blocklists.import_file(
        file,
        name,
        by=by,
        why=why or f"import of {file.name}",
        format=layout,
        matches=matches,
        licence=licence,
        source=source,
        force=force,
        max_shrink=workplace.configuration.share("BLOCKLIST_MAX_SHRINK"),
    )
    imported(workplace.output, revision)


@blocklist.command(examples=["altsieve blocklist impact domains.txt", "altsieve blocklist impact domains.txt --json"])
@_file
@_format
@_matches
@click.option("--force", is_flag=True, help="Take public suffixes on the list as they stand there.")
@at_work
def impact(workplace: Workplace, file: Path, layout: str | None, matches: str | None, force: bool) -> None:
    """Say what a list would take out of what is held, by host.

    Nothing is imported. A pair goes if the list covers its page, its picture or a redirect to them, and nobody has
    allowed that by hand.
    """
    found = impact_of(workplace.database, file, format=layout, matches=matches, force=force)
    if workplace.output.as_json:
        workplace.output.items(found.hosts, lambda _: [])
    else:
        workplace.output.record(found, impact_lines(found))


@blocklist.command("list", examples=["altsieve blocklist list", "altsieve blocklist list --json"])
@at_work
def list_(workplace: Workplace) -> None:
    """Show the lists: who changed each last, when, why and from what."""
    empty = "no blocklist yet; altsieve blocklist add HOST --why TEXT begins one"
    workplace.output.rows(workplace.blocklists.list(), FILE_COLUMNS, empty=empty)


@blocklist.command(examples=["altsieve blocklist test https://www.example.org/a.jpg"])
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@at_work
def test(workplace: Workplace, urls: tuple[str, ...]) -> None:
    """Say which addresses a crawl that starts now would refuse.

    Exit code 1 if any.
    """
    tested = workplace.blocklists.test(urls)
    workplace.output.items((answer(each) for each in tested), answer_line)
    if not all(each.host and not each.blocked for each in tested):
        raise SystemExit(ExitCode.FOUND)


def _tell(workplace: Workplace, changed: Changed) -> None:
    workplace.output.record(changed, changed_lines(changed))


def _take_off(workplace: Workplace, name: str, why: str, by: str) -> None:
    revision = workplace.blocklists.remove_list(name, why=why, by=by)
    none = f"there is no blocklist {printable(name)} with entries"
    fields: dict[str, Any] = {"revision": revision and msgspec.to_builtins(revision), "hosts": []}
    workplace.output.record(fields, [none] if revision is None else revision_lines(revision))
    if revision is None:
        raise SystemExit(ExitCode.FOUND)

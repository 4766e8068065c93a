"""Keep the list of vetted sources, for crawls with --vetted-only."""

from collections.abc import Callable, Mapping
from typing import Final

import click

from console.command import Noun, at_work, by_option, why_option
from console.exit_code import Found
from console.list_revision import revision_lines
from console.workplace import Workplace
from storage.list_revisions import Revision
from storage.sources import Source

_COLUMNS: Final[Mapping[str, Callable[[Source], object]]] = {
    "host": lambda s: s.host,
    "licence": lambda s: s.licence,
    "why": lambda s: s.why,
}
_hosts = click.argument("hosts", nargs=-1, required=True, metavar="HOST...")


@click.group(
    cls=Noun,
    examples=["altsieve sources add images.museum.example --licence CC0-1.0 --why 'their open access policy of 2024'"],
)
def sources() -> None:
    """Hosts whose pictures a person has vetted. An entry stands for all its subdomains too."""


@sources.command(
    examples=["altsieve sources add images.museum.example --licence CC0-1.0 --why 'their open access policy of 2024'"]
)
@_hosts
@click.option(
    "--licence", required=True, metavar="L", help="Under which its pictures may be used: an SPDX id or a URL."
)
@why_option
@by_option
@at_work
def add(workplace: Workplace, hosts: tuple[str, ...], licence: str, why: str, by: str) -> None:
    """Vet hosts and their subdomains.

    It counts from the next run with --vetted-only.
    """
    if not licence.strip():
        raise click.BadParameter("name the licence", param_hint="--licence")
    _tell(workplace, workplace.sources.add(hosts, licence=licence.strip(), why=why, by=by), "nothing had to change")


@sources.command("list", examples=["altsieve sources list", "altsieve sources list --json"])
@at_work
def list_(workplace: Workplace) -> None:
    """Show the vetted hosts, with licence and reason."""
    empty = "no vetted source yet; altsieve sources add HOST --licence L --why TEXT begins the list"
    workplace.output.rows(workplace.sources.list(), _COLUMNS, empty=empty)


@sources.command(examples=["altsieve sources remove images.museum.example --why 'the agreement ended'"])
@_hosts
@why_option
@by_option
@at_work
def remove(workplace: Workplace, hosts: tuple[str, ...], why: str, by: str) -> None:
    """Vet hosts no longer.

    It counts from now on, also in a crawl that is running.
    """
    revision = workplace.sources.remove(hosts, why=why, by=by)
    if revision is None:
        raise Found("no such source; altsieve sources list shows them")
    _tell(workplace, revision, "")


def _tell(workplace: Workplace, revision: Revision | None, otherwise: str) -> None:
    workplace.output.record({"revision": revision}, [otherwise] if revision is None else revision_lines(revision))

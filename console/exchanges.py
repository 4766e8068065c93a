"""Connect lists of known material to exchanges, and fetch what has changed there."""

from collections.abc import Iterator
from dataclasses import dataclass

import click

from console.command import at_work, by_option, why_option
from console.exit_code import ExitCode, Found
from console.hashlist import hashlist
from console.list_revision import revision_lines
from console.printable import printable
from console.workplace import Workplace
from filters.matcher_address import service_url
from storage.errors import NotReady
from storage.exchanges import ExchangeKind, ExchangeTrouble, environment_prefix, open_exchange
from storage.list_locks import ListIsHeld
from storage.list_revisions import ListMismatch, Revision
from storage.list_updates import Connected

_kind = click.Choice([each.value for each in ExchangeKind])


def _address(ctx: click.Context, option: click.Parameter, given: str) -> str:
    try:
        return service_url(given)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came of fetching one list: its new revision, or why there is none."""

    list: str
    revision: Revision | None
    trouble: str | None
    exit_code: ExitCode = ExitCode.DONE


@hashlist.command(
    examples=[
        "altsieve hashlist connect ncmec --exchange ncmec --url https://lists.example/hashsharing --why 'since May'"
    ],
)
@click.argument("name", metavar="LIST")
@click.option("--exchange", "kind", type=_kind, required=True, help="How it is spoken to.")
@click.option(
    "--url", required=True, callback=_address, metavar="URL", help="Where it is; its credentials are never part of it."
)
@why_option
@by_option
@at_work
def connect(workplace: Workplace, name: str, kind: str, url: str, why: str, by: str) -> None:
    """Say from which exchange a list is fetched.

    Credentials come from the environment alone: ALTSIEVE_EXCHANGE_<LIST>_USER and _PASSWORD for ncmec, _TOKEN
    (subscription key) and _PASSWORD (function key) for stopncii.
    """
    revision = workplace.list_updates.connect(name, ExchangeKind(kind), url, why=why, by=by)
    next_step = f"credentials: {environment_prefix(name)}_...; then: altsieve hashlist fetch {printable(name)}"
    workplace.output.record(revision, [*revision_lines(revision), next_step])


@hashlist.command(examples=["altsieve hashlist fetch", "altsieve hashlist fetch ncmec --json"])
@click.argument("names", nargs=-1, metavar="[LIST]...")
@click.option("--all", "anew", is_flag=True, help="Everything there is, not what has changed since.")
@click.option("--force", is_flag=True, help="Even if it takes much off the list.")
@by_option
@at_work
def fetch(workplace: Workplace, names: tuple[str, ...], anew: bool, force: bool, by: str) -> None:
    """Fetch what has changed on the exchanges of lists.

    Of all that are connected, if none is named.

    A fetch that breaks off changes nothing: the last good revision goes on counting, until it is too old. Run it more
    often than the lists may be old. Exit code 1 if one could not be fetched, 3 if credentials are missing.
    """
    connected = {each.revision.list: each for each in workplace.list_updates.connected()}
    if unknown := [name for name in names if name not in connected]:
        raise Found(f"list {printable(unknown[0])} is connected to no exchange; altsieve hashlist connect does that")
    if not connected:
        raise Found("no list is connected to an exchange; altsieve hashlist connect does that")
    worst = ExitCode.DONE
    for each in [connected[name] for name in names or connected]:
        result = _fetched(workplace, each, anew=anew, force=force, by=by)
        workplace.output.record(
            {"list": result.list, "revision": result.revision, "trouble": result.trouble}, _lines(result)
        )
        worst = max(worst, result.exit_code)
    if worst is not ExitCode.DONE:
        raise SystemExit(worst)


def _fetched(workplace: Workplace, connected: Connected, *, anew: bool, force: bool, by: str) -> Fetched:
    """Return what came of one list, so that the others are fetched all the same."""
    name, updates = connected.revision.list, workplace.list_updates
    most = workplace.configuration.share("HASHLIST_MAX_SHRINK")
    try:
        exchange = open_exchange(name, connected.kind, connected.url)
        revision = updates.fetch(name, exchange, by=by, max_shrink=most, anew=anew, force=force)
    except NotReady as missing:
        updates.note_trouble(name, str(missing))
        return Fetched(list=name, revision=None, trouble=str(missing), exit_code=ExitCode.NOT_READY)
    except (ExchangeTrouble, ListMismatch, ListIsHeld) as trouble:
        return Fetched(list=name, revision=None, trouble=str(trouble), exit_code=ExitCode.FOUND)
    return Fetched(list=name, revision=revision, trouble=None)


def _lines(fetched: Fetched) -> Iterator[str]:
    if fetched.revision is None:
        yield printable(f"list {fetched.list} stays as it was: {fetched.trouble}")
        return
    yield from revision_lines(fetched.revision)
    for each in fetched.revision.rejections:
        yield printable(f"  {each.count} not taken: {each.reason}")

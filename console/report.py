"""Report on a run: what became of its candidates, host by host, what its canaries prove, which hosts to block."""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import click
import msgspec

from console.command import Verb, at_work
from console.output import table
from console.printable import printable
from console.recall_story import measured_recall
from console.summary import lines
from console.workplace import Workplace
from storage.host_shares import HostShare, host_shares
from storage.unread_pages import unread_pages

_MOST_HOSTS: Final = 30
_COLUMNS: Final[Mapping[str, Callable[[HostShare], object]]] = {
    "host of the picture": lambda h: h.host,
    "pairs": lambda h: h.candidates,
    "kept": lambda h: h.stored,
    "refused": lambda h: h.refused,
    "share": lambda h: f"{h.share:.0%}" if h.judged else None,
    "most for": lambda h: h.most_for,
}


@click.command(cls=Verb, examples=["altsieve report 01990f2e-7a53-7c1a-9f0e-2b6d5e8c4a10"])
@click.argument("run")
@at_work
def report(workplace: Workplace, run: str) -> None:
    """Report on a run, host by host.

    Suggests hosts that hardly anything is kept from, with the command that blocks them; nothing is changed.
    Of a run with canaries it says what share of known pictures was found, by edit, and what that proves.
    """
    summary = workplace.runs.show(run)
    hosts = host_shares(workplace.database, run)
    fields = {
        **msgspec.to_builtins(summary),
        "hosts": [{**msgspec.to_builtins(each), "share": each.share, "suggested": each.suggested} for each in hosts],
    }
    recall, proven = measured_recall(workplace, summary)
    text = lines(summary, unread_pages(workplace.database, run))
    workplace.output.record(fields | recall, [*text, *_by_host(hosts), *_suggestions(hosts), *proven])


def _by_host(hosts: Sequence[HostShare]) -> Iterator[str]:
    if not hosts:
        return
    yield ""
    yield from (f"  {line}" for line in table(hosts[:_MOST_HOSTS], _COLUMNS))
    if len(hosts) > _MOST_HOSTS:
        yield f"  and {len(hosts) - _MOST_HOSTS} more hosts; --json shows all"


def _suggestions(hosts: Sequence[HostShare]) -> Iterator[str]:
    suggested = [each for each in hosts if each.suggested]
    if suggested:
        yield from ("", "hardly anything is kept from these; to ask them for nothing any more:")
    for each in suggested:
        why = f"{each.refused} of {each.judged} pictures refused, most for {each.most_for}"
        yield f"  altsieve blocklist add {shlex.quote(printable(each.host))} --why {shlex.quote(why)}"

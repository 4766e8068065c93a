"""Report on a run: what became of its candidates, by host and language, what models said, what its canaries prove."""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import click
import msgspec

from console import survey_story
from console.command import Verb, at_work
from console.html_page import html_option, save
from console.output import table
from console.printable import printable
from console.recall_story import measured_recall
from console.report_page import report_page
from console.run_survey import read_threshold, survey
from console.summary import lines
from console.workplace import Workplace
from storage.host_shares import HostShare, host_shares
from storage.score_survey import OtherThreshold
from storage.unread_pages import unread_pages

_MOST_HOSTS: Final = 30
_COLUMNS: Final[Mapping[str, Callable[[HostShare], object]]] = {
    "host of the picture": lambda h: h.host,
    "pairs": lambda h: h.candidates,
    "kept": lambda h: h.stored,
    "refused": lambda h: h.refused,
    "share refused": lambda h: f"{h.share:.0%}" if h.judged else None,
    "most for": lambda h: h.most_for,
}


@click.command(
    cls=Verb,
    examples=[
        "altsieve report 01990f2e-7a53-7c1a-9f0e-2b6d5e8c4a10",
        "altsieve report 01990f2e-7a53-7c1a-9f0e-2b6d5e8c4a10 --threshold opennsfw=0.1 --html report.html",
    ],
)
@click.argument("run")
@click.option(
    "--threshold",
    "others",
    multiple=True,
    metavar="MODEL=X",
    callback=read_threshold,
    help="What this threshold would have kept; also MODEL/LANGUAGE=X.",
)
@html_option
@at_work
def report(workplace: Workplace, run: str, others: tuple[OtherThreshold, ...], html_file: Path | None) -> None:
    """Report on a run: hosts, languages, sizes, scores.

    Tells what its models scored, what other thresholds would have kept, and of which languages, hosts and top-level
    domains least is kept. Suggests hosts that hardly anything is kept from, with the command that blocks them; nothing
    is changed. Of a run with canaries it says what share of known pictures was found, by edit, and what that proves.
    """
    summary = workplace.runs.show(run)
    hosts = host_shares(workplace.database, run)
    found = survey(workplace.database, summary, others)
    fields = {
        **msgspec.to_builtins(summary),
        "hosts": [{**msgspec.to_builtins(each), "share": each.share, "suggested": each.suggested} for each in hosts],
        **found.fields(),
    }
    recall, proven = measured_recall(workplace, summary)
    if html_file is not None:
        save(html_file, report_page(summary, found, hosts))
    text = lines(summary, unread_pages(workplace.database, run))
    told = [*text, *_by_host(hosts), *_suggestions(hosts), *survey_story.lines(found), *proven]
    workplace.output.record(fields | recall, told)


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

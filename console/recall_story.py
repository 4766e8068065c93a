"""Tell what a run's canaries prove: recall by edit, what the lists held, and what that bounds for the run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import click
import msgspec

from console.output import table
from console.printable import printable
from console.recall import Recall, recall_of
from console.workplace import Workplace
from crawler.edit_names import EDITS
from filters.lineup import MATCH_REASONS
from storage.canary_results import canary_results
from storage.list_coverage import ListCoverage, list_coverage
from storage.runs import RunSummary

_COLUMNS: Final[Mapping[str, Callable[[Recall], object]]] = {
    "edit": lambda r: r.edit,
    "found": lambda r: f"{r.found} of {r.injected}",
    "recall": lambda r: f"{r.recall:.0%}",
    "95 % sure": lambda r: f"{r.low:.1%} to {r.high:.1%}",
    "missed at most": lambda r: "unknown" if r.missed_at_most is None else r.missed_at_most,
    "": lambda r: r.means,
}


def measured_recall(workplace: Workplace, summary: RunSummary) -> tuple[dict[str, Any], list[str]]:
    """Return the fields for programs and the lines for people; empty ones for a run without canaries."""
    results = canary_results(workplace.database, summary.run_id)
    if not results:
        return {"canaries": [], "lists": []}, []
    matches = sum(count for reason, count in summary.refused.items() if reason in MATCH_REASONS)
    order = list(EDITS)
    known_first = sorted(results, key=lambda each: order.index(each.edit) if each.edit in EDITS else len(order))
    recalls = [recall_of(each, matches) for each in known_first]
    lists = list_coverage(workplace.database, summary.run_id)
    fields = {"canaries": msgspec.to_builtins(recalls), "lists": msgspec.to_builtins(lists)}
    return fields, [*_recall_lines(recalls, matches), *_list_lines(lists)]


def _recall_lines(recalls: Sequence[Recall], matches: int) -> Iterator[str]:
    most = max(each.injected for each in recalls)
    yield ""
    yield click.style(f"canaries: {most} harmless pictures declared known, shown to the run in each edit", bold=True)
    yield from (f"  {line}" for line in table(recalls, _COLUMNS))
    yield f"  The run took {matches} for known material. If all listed pictures that came by were altered in one of"
    yield "  these ways, it missed no more than is said there, at 95 % confidence; what is on no list is not told."


def _list_lines(lists: Sequence[ListCoverage]) -> Iterator[str]:
    if not lists:
        return
    yield ""
    yield click.style("lists of known material when the run began", bold=True)
    for each in lists:
        types = ", ".join(f"{kind} {count}" for kind, count in each.by_type.items()) or "none"
        hashes = "1 hash" if each.entries == 1 else f"{each.entries} hashes"
        yield f"  {printable(each.list)}: {hashes} ({types})"
        for other, count in each.shared.items():
            yield f"    {count} of them ({_share(count, each.entries)}) are on {printable(other)} too"


def _share(count: int, of: int) -> str:
    return f"{count / of:.0%}" if of else "0%"

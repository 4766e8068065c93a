"""Tell of a revision of a list: what it holds, what changed, and which lines of a file could not be read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from console.output import Output, cell
from console.printable import printable
from storage.list_lines import Rejection
from storage.list_revisions import Revision

REVISION_COLUMNS: Final[dict[str, Callable[[Revision], object]]] = {
    "list": lambda r: r.label,
    "origin": lambda r: r.origin,
    "entries": lambda r: r.entries,
    "changed": lambda r: r.at,
    "by": lambda r: r.by,
    "why": lambda r: r.why,
}


FILE_COLUMNS: Final[Mapping[str, Callable[[Revision], object]]] = REVISION_COLUMNS | {
    "licence": lambda r: r.licence,
    "source": lambda r: r.source,
}
"""With where a list came from."""


def revision_lines(revision: Revision) -> Iterator[str]:
    change = f"{revision.added} added, {revision.removed} removed"
    yield f"list {revision.label} holds {_entries(revision.entries)} ({change})"


def imported(output: Output, revision: Revision) -> None:
    """Write what an import did, with the lines that it could not read."""
    output.record(revision, [*revision_lines(revision), *rejection_lines(revision.rejections)])


def rejection_lines(rejections: Iterable[Rejection]) -> Iterator[str]:
    for each in rejections:
        lines = ", ".join(map(str, each.lines))
        more = " and further" if each.count > len(each.lines) else ""
        yield printable(f"  {each.count} not taken: {cell(each.reason)}, line {lines}{more}")


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"

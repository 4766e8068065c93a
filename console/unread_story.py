"""Tell why a page was not read, for a reader who does not know the program."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from console.output import cell, moment
from console.printable import printable
from console.reasons import meaning
from storage.trail_parts import UnreadPage

IN_BRIEF: Final[Mapping[str, Callable[[UnreadPage], object]]] = {
    "page not read": lambda p: p.url,
    "reason": lambda p: p.reason,
    "evidence": lambda p: p.evidence or None,
}
"""One line of a page, where there are many."""


def story(page: UnreadPage) -> Iterator[str]:
    yield f"page {printable(page.url)} was not read by run {page.run_id}"
    yield "  a seed of the run" if page.found_on is None else f"  linked from {printable(page.found_on)}"
    yield f"  {_standing(page)}"
    if page.evidence:
        yield f"  evidence: {cell(page.evidence)}"
    if page.evidence.get("document"):
        yield f"    kept; type: altsieve audit document {printable(str(page.evidence['document']))}"


def _standing(page: UnreadPage) -> str:
    tried = (
        "not tried yet" if not page.attempts else "tried once" if page.attempts == 1 else f"tried {page.attempts} times"
    )
    if page.state == "failed":
        return f"{tried}, then given up: {cell(page.reason)}, {meaning(page.reason or '')}".rstrip(", ")
    if page.state == "leased":
        return f"{tried}; it was being read when the run was last heard of"
    return f"{tried}; " + (
        "it waits for its turn" if page.next_try_at is None else f"not before {moment(page.next_try_at)}"
    )

"""Say what each reason code means, in the words of the filter or the step that gives it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import filters.lineup
import filters.page_incident  # noqa: F401  loaded, so that its reasons are known
from filters.reason import Reason


@dataclass(frozen=True, kw_only=True)
class ReasonOfAStep:
    """A reason code that no filter gives, but a step before or after them."""

    outcome: str
    meaning: str


OF_STEPS: Final[Mapping[str, ReasonOfAStep]] = {
    "fetch.failed": ReasonOfAStep(outcome="failed", meaning="the server, or the way to it, gave no picture"),
    "fetch.too-large": ReasonOfAStep(outcome="failed", meaning="the answer was larger than the limit"),
    "fetch.too-slow": ReasonOfAStep(outcome="failed", meaning="the answer took longer than the limit"),
    "network.private": ReasonOfAStep(outcome="failed", meaning="the address leads into a private network"),
    "network.scheme": ReasonOfAStep(outcome="failed", meaning="the address is none of the web"),
    "withdrawn.tombstone": ReasonOfAStep(outcome="refused", meaning="it was withdrawn and must not come back"),
}
PAGES: Final[Mapping[str, str]] = {
    "page.crashed": "reading the page ended the worker that read it",
    "page.not-html": "the answer is no HTML page",
    "page.off-site": "a redirect led away from the hosts of the seeds",
    "page.too-slow": "reading the page took longer than the limit",
}
"""Why a page was not read, beside the codes above: no pair was found on it, so none is counted."""


def of_filters() -> Iterator[Reason]:
    """Yield every reason that a filter gives."""
    return _all_of(Reason)


def meaning(reason: str) -> str:
    """Return what a reason code means; nothing for one that was added by somebody else."""
    return _MEANINGS.get(reason, "")


def _all_of(kind: type[Reason]) -> Iterator[Reason]:
    for each in kind.__subclasses__():
        yield from each
        yield from _all_of(each)


_MEANINGS: Final[Mapping[str, str]] = {
    **PAGES,
    **{code: each.meaning for code, each in OF_STEPS.items()},
    **{each.value: each.meaning for each in of_filters()},
}

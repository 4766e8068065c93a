"""Say what each reason code means, in the words of the filter or the step that gives it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final

from filters.reason import Reason


@dataclass(frozen=True, kw_only=True)
class ReasonOfAStep:
    """A reason code that no filter gives, but a step before or after them."""

    outcome: str
    meaning: str


OF_STEPS: Final[Mapping[str, ReasonOfAStep]] = {
    "fetch.failed": ReasonOfAStep(outcome="failed", meaning="the server, or the way to it, gave no usable answer"),
    "fetch.host-given-up": ReasonOfAStep(
        outcome="failed", meaning="the host had answered nothing for so long that the run asked it no more"
    ),
    "fetch.host-waits": ReasonOfAStep(
        outcome="failed", meaning="the host wanted to be left alone for longer than anybody waits"
    ),
    "fetch.too-large": ReasonOfAStep(outcome="failed", meaning="the answer was larger than the limit"),
    "fetch.too-slow": ReasonOfAStep(outcome="failed", meaning="the answer took longer than the limit"),
}
OF_PAGES: Final[Mapping[str, str]] = {
    "page.too-large": "the page is larger than is read",
    "page.too-many-attributes": "a tag has more attributes than are read",
    "page.too-deep": "its elements are nested deeper than is read",
    "page.too-many-images": "it has more pictures than are read",
    "page.too-many-links": "it has more links than are read",
    "page.unreadable": "it cannot be parsed as HTML",
}
PAGES: Final[Mapping[str, str]] = {
    "page.crashed": "reading the page ended the worker that read it",
    "page.not-html": "the answer is no HTML page",
    "page.off-site": "a redirect led away from the hosts of the seeds",
    "page.too-slow": "reading the page took longer than the limit",
}
"""Why a page was not read, beside the codes above: no pair was found on it, so none is counted."""


_WITH_REASONS: Final = ("filters.lineup", "filters.network_gate", "filters.page_incident")


def of_filters() -> Iterator[Reason]:
    """Yield every reason that a filter gives."""
    for module in _WITH_REASONS:  # only now: they load numpy, which most commands do without
        import_module(module)
    return _all_of(Reason)


def meaning(reason: str) -> str:
    """Return what a reason code means; nothing for one that was added by somebody else."""
    return _meanings().get(reason, "")


def known_reasons() -> frozenset[str]:
    """Return every reason code of our own."""
    return frozenset(_meanings())


def _all_of(kind: type[Reason]) -> Iterator[Reason]:
    for each in kind.__subclasses__():
        yield from each
        yield from _all_of(each)


@cache
def _meanings() -> Mapping[str, str]:
    of_steps = {code: each.meaning for code, each in OF_STEPS.items()}
    return {**OF_PAGES, **PAGES, **of_steps, **{each.value: each.meaning for each in of_filters()}}

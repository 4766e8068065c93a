"""Say what each reason code means, in the words of the filter or the step that gives it."""

from collections.abc import Iterator, Mapping
from typing import Final

import filters.lineup

import filters.page_incident  # noqa: F401  loaded, so that its reasons are known
from filters.decision import CrashReason
from filters.reason import Reason

_OF_NO_FILTER: Final[Mapping[str, str]] = {
    CrashReason.CRASHED: "a filter crashed, so nobody looked: a defect in the program",
    "withdrawn.tombstone": "it was withdrawn earlier and must not come back",
}


def meaning(reason: str) -> str:
    """Return what a reason code means; nothing for one that was added by somebody else."""
    return _MEANINGS.get(reason, "")


def meanings() -> Mapping[str, str]:
    return _MEANINGS


def _all_reasons(kind: type[Reason]) -> Iterator[Reason]:
    for each in kind.__subclasses__():
        yield from each
        yield from _all_reasons(each)


_MEANINGS: Final = {**_OF_NO_FILTER, **{each.value: each.meaning for each in _all_reasons(Reason)}}

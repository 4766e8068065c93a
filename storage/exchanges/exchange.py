"""Say what every exchange does: hand out what has changed, and a checkpoint once nothing of it is missing."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from storage.errors import StorageError
from storage.hash_formats.updates import Update
from storage.list_lines import BadList
from storage.services import ServiceTrouble

Checkpoint: TypeAlias = Mapping[str, Any]
"""Whatever an exchange needs to go on from; only that exchange understands it."""

Rest: TypeAlias = Callable[[float], None]
Page = TypeVar("Page")

PAGE_TIMEOUT_S: Final = 60.0
PAUSES_S: Final = (1.0, 5.0, 20.0)
"""Before each further try of a page: a page that breaks off once comes whole the next time, or never."""


class ExchangeKind(StrEnum):
    """The exchanges that are spoken to."""

    NCMEC = "ncmec"
    STOPNCII = "stopncii"


class ExchangeTrouble(StorageError):
    """An exchange could not be read to its end; what is known of its list stays as it was. Holds no word of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Some updates. The last one of a fetch has a checkpoint, and no other: then all that there is has been handed out.

    Updates come in no order; of two with one key the newer counts.
    """

    updates: tuple[Update, ...]
    checkpoint: Checkpoint | None = None


class Exchange(Protocol):
    """`fetch` raises `ExchangeTrouble` rather than leaving anything out."""

    kind: ExchangeKind

    def fetch(self, checkpoint: Checkpoint | None) -> Iterator[Batch]:
        """Yield what has changed since the checkpoint, or all there is without one."""


def fetched_page(ask: Callable[[], bytes], read: Callable[[bytes], Page], rest: Rest = time.sleep) -> Page:
    """Return one page, asked for again if it does not come whole; a page is never left out."""
    for pause_s in (*PAUSES_S, None):
        try:
            return read(ask())
        except ServiceTrouble as trouble:
            words, hopeless = _WORDS.get(trouble.code, f"it answered {trouble.code}"), trouble.code in _HOPELESS
        except BadList:
            words, hopeless = "a page of it cannot be read", False
        if pause_s is None or hopeless:
            break
        rest(pause_s)
    raise ExchangeTrouble(f"the exchange could not be read to its end: {words}")


_WORDS: Final[Mapping[str, str]] = {
    "timeout": "it did not answer in time",
    "unreachable": "it could not be reached",
    "too-large": "a page of it is too large",
    "status-401": "it does not accept the credentials",
    "status-403": "it does not accept the credentials",
}
_HOPELESS: Final = frozenset({"status-400", "status-401", "status-403", "status-404"})

"""Hold all lists of known material at one revision, and say what may be concluded from them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from filters.indexes.known_list import KnownList


class ListState(StrEnum):
    """Whether the lists of known material can be relied on; only READY is."""

    READY = "ready"
    MISSING = "missing"
    STALE = "stale"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownMaterial:
    """All lists of known material at one revision, and what may be concluded from them.

    `revision` is the digest of the set of lists. `production` is true when a fresh one of a real source that holds
    perceptual hashes is among them; `only_digests` when there is a fresh one, but none that does.
    `networks` are the CIDRs within which synthetic lists count; `provisional` lets a run go on without a real list.
    `fresh_until` is when that one becomes stale, None if there is none.
    `problem` says what to type next when `ready` is not READY or no production list is there.
    """

    lists: tuple[KnownList, ...]
    revision: str
    ready: ListState
    production: bool
    networks: tuple[str, ...]
    provisional: bool
    problem: str | None
    fresh_until: datetime | None = None
    only_digests: bool = False
    planted: KnownList | None = None
    """Harmless pictures that a run is shown to see what it misses: they match wherever they come from, and that is all
    they do. They make no list ready, and no verdict names them but that of a match."""

    @property
    def count(self) -> int:
        """How many entries can match."""
        return sum(map(len, self.lists))

    @property
    def is_whole(self) -> bool:
        """Say whether nobody has written to a mapped index since it was opened."""
        return all(each.is_whole for each in self.lists)

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        """Lists without an entry are lists all the same."""
        return True

    def __repr__(self) -> str:
        return f"<KnownMaterial {self.revision[:12]} {self.ready} {self.count} hashes>"

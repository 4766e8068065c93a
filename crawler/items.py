"""Name what passes from one pipeline step to the next."""

from dataclasses import dataclass

from crawler.pictures import Picture
from filters.candidate import Candidate
from filters.decision import CleanPair
from filters.facts import Fetched


@dataclass(frozen=True, kw_only=True, slots=True)
class Downloaded:
    """A candidate whose picture has arrived, now or for another candidate before."""

    candidate: Candidate
    fetched: Fetched
    picture: Picture

    def __repr__(self) -> str:
        return f"<Downloaded {self.candidate!r}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clean:
    """A clean pair on its way to storage, and the bytes to be stored; None if they are in the object store already."""

    pair: CleanPair
    body: bytes | None

    def __repr__(self) -> str:
        return f"<Clean {self.pair.candidate!r}>"


def candidate_of(item: object) -> Candidate | None:
    """Return the candidate that an item is about, whichever step it has reached."""
    if isinstance(item, Candidate):
        return item
    if isinstance(item, Downloaded):
        return item.candidate
    return item.pair.candidate if isinstance(item, Clean) else None

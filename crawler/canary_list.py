"""Declare canary pictures known, by the list that ships."""

from filters.indexes.known_list import KnownList
from storage.synthetic_list import synthetic_entries

CANARY_LIST = "canary"


def canary_list(pictures: int) -> KnownList:
    """Return the list of the first so many pictures. Their hashes were measured once: a drift since then is seen."""
    entries = [entry for of_picture in synthetic_entries()[:pictures] for entry in of_picture]
    return KnownList.of(name=CANARY_LIST, number=1, entries=entries)

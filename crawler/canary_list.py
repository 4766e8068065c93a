"""Declare canary pictures known, by the list that ships."""

from filters.indexes.known_list import KnownList
from storage.errors import NotReady
from storage.synthetic_list import SYNTHETIC_PICTURES, synthetic_entries

CANARY_LIST = "canary"


def canary_list(pictures: int) -> KnownList:
    """Return the list of the first so many pictures. Their hashes were measured once: a drift since then is seen.

    Raise `NotReady` for more than there are.
    """
    if not 0 < pictures <= SYNTHETIC_PICTURES:
        raise NotReady(f"between 1 and {SYNTHETIC_PICTURES} canaries can be shown to a run, not {pictures}")
    entries = [entry for of_picture in synthetic_entries()[:pictures] for entry in of_picture]
    return KnownList.of(name=CANARY_LIST, number=1, entries=entries)

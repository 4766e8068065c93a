"""Declare canary pictures known, by the list that ships, and tell whether one was found."""

from typing import Final

from filters.decision import Decision
from filters.indexes.known_list import KnownList
from filters.lineup import MATCH_REASONS
from storage.errors import NotReady
from storage.synthetic_list import SYNTHETIC_PICTURES, synthetic_entries

CANARY_LIST: Final = "?canary"
"""No list that is imported can have this name."""
_HOST: Final = "canary.invalid"
"""A name that never leads anywhere (RFC 6761)."""


def canary_list(pictures: int) -> KnownList:
    """Return the list of the first so many pictures. Their hashes were measured once: a drift since then is seen.

    Raise `NotReady` for more than there are.
    """
    if not 0 < pictures <= SYNTHETIC_PICTURES:
        raise NotReady(f"between 1 and {SYNTHETIC_PICTURES} canaries can be shown to a run, not {pictures}")
    entries = [entry for of_picture in synthetic_entries()[:pictures] for entry in of_picture]
    return KnownList.of(name=CANARY_LIST, number=1, entries=entries)


def canary_url(number: int, edit: str) -> str:
    """Return the address at which a picture is to be had in an edit, for `crawler.canary_web` alone."""
    return f"http://{_HOST}/{edit}/{number}"


def is_found(decision: Decision) -> bool:
    """Say whether a canary was taken for what it is declared to be, by its own list."""
    decisive = decision.decisive
    if decisive is None or decisive.reason not in MATCH_REASONS:
        return False
    return str(decisive.evidence.get("list")).partition("@")[0] == CANARY_LIST

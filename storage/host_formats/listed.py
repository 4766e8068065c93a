"""Say what one line of a list covers, in the grammar of the index, or why it is not taken."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Final, Literal, NamedTuple, TypeAlias

from filters.indexes.entries import Mode, entry_of_host
from filters.indexes.host_names import NotAHost, is_address, normalise_host
from storage.list_lines import Rejected, RejectReason
from storage.public_suffix import is_registry_suffix

Action: TypeAlias = Literal["block", "except"]
BLOCK: Final = "block"
EXCEPT: Final = "except"

SINKS: Final = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 - of a block entry
"""Addresses that a name is sent to so that it leads nowhere."""

_PLAIN_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.[a-z][a-z0-9_]{0,62}")
_NEVER_IN_A_HOST = re.compile(r"[\x00-\x20/@?\\%*,;|^<>()\"'`{}=\x7f]")


class Matches(StrEnum):
    """What a bare host of a list covers: itself and its subdomains, itself alone, or its subdomains alone."""

    SUFFIX = "suffix"
    EXACT = "exact"
    SUBDOMAINS = "subdomains"


class ListLine(NamedTuple):
    """One entry: `covers` as `filters.indexes.entries` writes it; `except` lifts entries of the same list."""

    covers: str
    action: Action = BLOCK


Item: TypeAlias = ListLine | Rejected
Line: TypeAlias = tuple[int, str] | Rejected
Reader: TypeAlias = "Callable[[Reading, int, str], Iterator[Item]]"
"""Reads one line of a format in which each line stands for itself."""


_MODES: Final = {each: Mode(each.value) for each in Matches}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What the operator declared of a list: what its bare hosts cover, and that it may hold public suffixes."""

    matches: Matches | None = None
    force: bool = False

    def host(self, line: int, word: str, says: Matches = Matches.SUFFIX, action: Action = BLOCK) -> Item:
        """Return the entry for a host that the format reads as `says`; a declaration never widens an exception."""
        matches = says if self.matches is None or action == EXCEPT else self.matches
        host = self._host(word)
        if isinstance(host, RejectReason):
            return Rejected(line=line, reason=host)
        if not is_address(host):
            if matches is not Matches.EXACT and not self.force and is_registry_suffix(host):
                return Rejected(line=line, reason=RejectReason.PUBLIC_SUFFIX)
            return ListLine(covers=entry_of_host(host, _MODES[matches]), action=action)
        if matches is Matches.SUBDOMAINS:  # an address has none
            return Rejected(line=line, reason=RejectReason.NOT_A_HOST)
        return ListLine(covers=host, action=action)

    def _host(self, word: str) -> str | RejectReason:
        host = listed_host(word)
        if host is RejectReason.SINGLE_LABEL and is_registry_suffix(name := normalise_host(word)):
            return name
        return host


def listed_host(word: str) -> str | RejectReason:
    """Return the host that a word of a list stands for, or why it stands for none."""
    lowered = word.lower()
    if _PLAIN_NAME.fullmatch(lowered) and "xn--" not in lowered and len(lowered) <= 253:
        return lowered  # what normalise_host would return, without asking the parser: most lines of most lists
    if _NEVER_IN_A_HOST.search(word) or (":" in word and not is_ip(word)):
        return RejectReason.NOT_A_HOST
    try:
        host = normalise_host(word)
    except NotAHost:
        return RejectReason.NOT_A_HOST
    if is_address(host):
        return host if is_ip(word) else RejectReason.NOT_A_HOST  # 2130706433 in a list is a slip, not 127.0.0.1
    return host if "." in host else RejectReason.SINGLE_LABEL


def is_ip(word: str) -> bool:
    """Say whether a word is an address in its usual spelling."""
    try:
        ip_address(word)
    except ValueError:
        return False
    return True

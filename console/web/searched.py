"""Find out what was typed into the search field: an id, a digest, a host or an address."""

import re
from typing import Final

from console.web.addresses import asked, of
from filters.indexes.hosts import NotAHost, normalise_host

_KINDS: Final = (
    (re.compile(r"[0-9a-fA-F]{32}"), "pairs"),
    (re.compile(r"[0-9a-fA-F]{64}"), "images"),
    (re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "runs"),
)


def place_of(typed: str, reasons: frozenset[str]) -> str | None:
    """Return the address of the view that shows it; None if it can be nothing of all that."""
    words = typed.strip()
    for pattern, view in _KINDS:
        if pattern.fullmatch(words):
            return of(view, words.lower())
    if words in reasons:
        return asked("refusals", reason=words)
    if "://" in words:
        return asked("urls", url=words)
    try:
        return of("hosts", normalise_host(words))
    except NotAHost:
        return None

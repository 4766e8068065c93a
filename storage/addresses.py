"""Spell an address in the ways in which it may have been stored."""

import contextlib
from urllib.parse import urldefrag

import can_ada

from storage.recordable import recordable_url


def spellings(url: str) -> set[str]:
    """Return it as typed, and as a browser writes it."""
    typed = url.strip()
    plain = recordable_url(typed if typed[:5].lower() == "data:" else urldefrag(typed).url)
    with contextlib.suppress(ValueError, TypeError):
        return {plain, str(can_ada.parse(plain).href)}
    return {plain}

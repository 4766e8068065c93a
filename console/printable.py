"""Show text from the web on a terminal without letting it control the terminal."""

import unicodedata
from typing import Final

_CONTROLLING: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, invisible marks that turn the direction of writing, half characters, line and paragraph ends."""


def printable(text: str) -> str:
    """Return `text` with what a terminal obeys instead of showing it written as an escape: `\\x1b`, `\\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(each) if unicodedata.category(each) in _CONTROLLING else each for each in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")

"""Tell whether a free text, such as a comment, names a file of somebody's, a position or a device."""

import re
from typing import Final

from filters.facts import Private
from filters.measure.private_metadata.edits import Block

_PATH: Final = re.compile(rb"(?i)\b[a-z]:\\|\\\\[\w.-]+\\|/(?:home|users|volumes|mnt|media|var|tmp)/|\bfile:")
_POSITION: Final = re.compile(rb"(?i)\b(?:gps|latitude|longitude)")
_SERIAL: Final = re.compile(rb"(?i)serial\W{0,3}(?:n(?:o|r|umber)\b|#|\d)")


def private_text(text: bytes) -> Private | None:
    """Return what it names; None of one that stays. More than these words is not looked for."""
    if _POSITION.search(text):
        return Private.GPS
    if _SERIAL.search(text):
        return Private.SERIAL
    return Private.HISTORY if _PATH.search(text) else None


def blank_text(block: Block) -> None:
    """Write spaces over the whole text if anything private stands in it."""
    what = private_text(block.data)
    if what is not None:
        block.fill(0, len(block), what, filler=b" ")

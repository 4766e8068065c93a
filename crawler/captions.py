"""Clean what a page says about a picture; the wording stays as it is."""

import re
import unicodedata
from typing import Final

MAX_TEXT_CHARACTERS: Final = 10_000
MAX_TITLE_CHARACTERS: Final = 1000

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""Controls that are no white space, and lone surrogates, which no database takes."""


def cap(text: str) -> str:
    """Cut a text as found in the page to what is kept of it, without what no database takes."""
    return _CONTROLS.sub("", text[:MAX_TEXT_CHARACTERS])


def clean_text(raw: str) -> str:
    """Remove controls, collapse white space, and compose characters (NFC).

    >>> clean_text(" A red\\tfox \\x00\\n in  the snow ")
    'A red fox in the snow'
    """
    return unicodedata.normalize("NFC", " ".join(cap(raw).split()))

"""Read the data-mining word of IPTC and PLUS that stands in a picture's XMP."""

import re
from typing import Final

from filters.signals.signal import Protocol, Saying, Says

VOCABULARY: Final = (
    "DMI-UNSPECIFIED",
    "DMI-ALLOWED",
    "DMI-PROHIBITED-AIMLTRAINING",
    "DMI-PROHIBITED-GENAIMLTRAINING",
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
    "DMI-PROHIBITED",
    "DMI-PROHIBITED-SEECONSTRAINT",
    "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR",
    "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR",
)
"""All words of the standard of 2023."""
_NO: Final = "PROHIBITED"
_YES: Final = "DMI-ALLOWED"
_NO_ENCODED: Final = tuple(("\0" * zeros).join(_NO).encode() for zeros in (0, 1, 3))
"""In UTF-8, -16 and -32; of the last two in either order of their bytes."""
_MOST_VALUE_CHARACTERS: Final = 200
_IN_FRONT: Final = re.compile(r".*[/#]", re.DOTALL)


def read_data_mining(value: str, constraints: str, found_in: str) -> Saying:
    """Return what `plus:DataMining` says: every PROHIBITED denies, whatever it excepts, and ALLOWED allows.

    The word may stand behind the address of the vocabulary. `constraints` are those of `plus:OtherConstraints`: only
    a person can read them, so they are recorded. A word that is not in the vocabulary says nothing unless it prohibits.
    """
    word = _IN_FRONT.sub("", value.strip().rstrip("/#")).upper()
    raw = value.strip()[:_MOST_VALUE_CHARACTERS]
    if constraints:
        raw = f"{raw}; constraints: {constraints}".removeprefix("; ")
    return Saying(protocol=Protocol.PLUS, says=_says(word), found_in=found_in, raw=raw)


def _says(word: str) -> Says:
    if word.startswith(_NO) or f"DMI-{_NO}" in word:
        return Says.DENY
    return Says.ALLOW if word == _YES else Says.UNKNOWN


def prohibits(unread: bytes) -> bool:
    """Tell whether the words of a no stand in bytes that could not be read as XMP, in any of its encodings."""
    return any(each in unread for each in _NO_ENCODED)

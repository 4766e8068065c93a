"""Take the owner, the time to live and the class off a DNS record."""

import re
from dataclasses import dataclass

_TTL = re.compile(r"\d+(?:[smhdw]\d+)*[smhdw]?", re.IGNORECASE)
_CLASSES = frozenset({"IN", "CH", "HS"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """A record without its owner: `data` holds the words after the type."""

    type: str
    data: tuple[str, ...]


def read_record(words: list[str]) -> Record | None:
    """Return the record that follows an owner; None if the words hold no type."""
    at = 0
    while at < len(words) and at < 2 and (words[at].upper() in _CLASSES or _TTL.fullmatch(words[at])):
        at += 1
    if at == len(words):
        return None
    return Record(type=words[at].upper(), data=tuple(words[at + 1 :]))

"""Say which hash a line or record of a list stands for, or why it stands for none."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from filters.indexes.known import HEX_DIGITS, NotAHash, degenerate, normalise_hash
from storage.hash_formats.innocent import is_innocent
from storage.list_lines import Rejected, RejectReason

_HEX = frozenset("0123456789abcdef")
_LONGEST_LABEL: Final = 100

TYPE_NAMES: Final[Mapping[str, str]] = {**{each: each for each in HEX_DIGITS}, "video_md5": "md5"}
"""What a file calls a type, and what we call it. ThreatExchange's `video_md5` is an MD5 of a file's bytes like any
other: it matches a picture only if the very same file is served as one."""


class Category(StrEnum):
    """ThreatExchange's four categories. All but POSITIVE_CLASS (known to be good) block."""

    NEGATIVE_CLASS = "NEGATIVE_CLASS"
    INVESTIGATION_SEED = "INVESTIGATION_SEED"
    POSITIVE_CLASS = "POSITIVE_CLASS"
    DISPUTED = "DISPUTED"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedHash:
    """One hash as a list holds it: `value` is lower-case hex. Its `repr` never shows the value.

    `source_entry` is the source's own name for the entry, `severity` its label as `scheme:label`, both without blanks.
    """

    type: str
    value: str
    category: str = Category.NEGATIVE_CLASS
    source_entry: str = ""
    severity: str = ""

    def __repr__(self) -> str:
        return f"<ListedHash {self.type} {self.category}>"


Item: TypeAlias = ListedHash | Rejected
Told: TypeAlias = tuple[int, ListedHash | RejectReason]
"""What a reader yields: the number of a line or record, and what stands there."""


def type_of(name: str) -> str | None:
    """Return our name of a type that a file names as `SHA-1`, `sha1` or `SHA1`; None for one that is not read."""
    return TYPE_NAMES.get(name.strip().lower().replace("-", ""))


def listed_hash(
    type_name: str,
    value: str,
    category: str = Category.NEGATIVE_CLASS,
    *,
    source_entry: str = "",
    severity: str = "",
) -> ListedHash | RejectReason:
    """Return the hash that a row of a list stands for, or why it stands for none. The type is given, never guessed."""
    known = type_of(type_name)
    if known is None:
        return RejectReason.UNKNOWN_TYPE
    if category not in Category.__members__:
        return RejectReason.UNKNOWN_CATEGORY
    try:
        normal = normalise_hash(known, value)
    except NotAHash:
        return RejectReason.WRONG_LENGTH if _HEX.issuperset(value.strip().lower()) else RejectReason.NOT_HEX
    if degenerate(known, normal) is not None:
        return RejectReason.DEGENERATE
    if is_innocent(known, normal):
        return RejectReason.INNOCENT
    return ListedHash(type=known, value=normal, category=category, source_entry=source_entry, severity=severity)


def label(text: str) -> str:
    """Return a source's own label as it is kept: printable ASCII without blanks, and of bounded length.

    A key of an entry is a line of words, so a label must not be able to hold a blank or an end of line.
    """
    words = "_".join(text.split()).encode("ascii", "backslashreplace").decode()
    plain = "".join(each if each.isprintable() else "_" for each in words)
    if len(plain) <= _LONGEST_LABEL:
        return plain
    return f"{plain[:60]}~{hashlib.sha256(text.encode('utf-8', 'backslashreplace')).hexdigest()[:32]}"


def severity_of(scheme: str, text: str) -> str:
    """Return `scheme:label`; labels of different schemes are never compared or mapped."""
    return ":".join(filter(None, (label(scheme), label(text)))) if text.strip() else ""

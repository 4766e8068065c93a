"""Read hashes of known material from bare hex files and from ThreatExchange CSV files."""

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final, TypeAlias

from filters.indexes.known import HEX_DIGITS, NotAHash, degenerate, normalise_hash
from storage.list_lines import BadList, Rejected, RejectReason, read_lines

_COLUMNS: Final = ("signal_type", "signal_str", "category")
_HEX = frozenset("0123456789abcdef")

TYPE_NAMES: Final[Mapping[str, str]] = {**{each: each for each in HEX_DIGITS}, "video_md5": "md5"}
"""What a file calls a type, and what we call it. ThreatExchange's `video_md5` is an MD5 of a file's bytes like any
other: it matches a picture only if the very same file is served as one."""


class Category(StrEnum):
    """ThreatExchange's four categories. All but POSITIVE_CLASS (known to be good) block."""

    NEGATIVE_CLASS = "NEGATIVE_CLASS"
    INVESTIGATION_SEED = "INVESTIGATION_SEED"
    POSITIVE_CLASS = "POSITIVE_CLASS"
    DISPUTED = "DISPUTED"


class HashFormat(StrEnum):
    """Formats of hash lists; the value is what `--format` takes."""

    HEX = "hex"
    THREATEXCHANGE_CSV = "threatexchange-csv"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedHash:
    """One hash as a list holds it: `value` is lower-case hex. Its `repr` never shows the value."""

    type: str
    value: str
    category: str = Category.NEGATIVE_CLASS
    source_entry: str = ""
    severity: str = ""

    def __repr__(self) -> str:
        return f"<ListedHash {self.type} {self.category}>"


Line: TypeAlias = tuple[int, str] | Rejected


def read_hashes(
    source: BinaryIO, *, type_name: str | None = None, layout: HashFormat | None = None
) -> Iterator[ListedHash | Rejected]:
    """Yield each hash normalised, and each line that is none, or one that would match innocent files, as `Rejected`.

    `layout` None recognises a ThreatExchange CSV file by its header. A bare hex file says nothing of its type, so
    `type_name` must; for a CSV file it selects the rows of that type, and the others are rejected.
    """
    if type_name is not None and type_name not in TYPE_NAMES:
        raise BadList(f"unknown hash type: --type is one of {', '.join(HEX_DIGITS)}")
    lines = read_lines(source)
    first = next(lines, None)
    if first is None:
        raise BadList("the file has no entry in it; nothing was imported")
    layout = layout or (HashFormat.THREATEXCHANGE_CSV if _columns(first) else HashFormat.HEX)
    if layout is HashFormat.THREATEXCHANGE_CSV:
        return _read_csv(first, lines, type_name and TYPE_NAMES[type_name])
    return _read_hex(itertools.chain((first,), lines), type_name)


def recognise(source: BinaryIO) -> HashFormat:
    """Say which format a file is in, by its first line."""
    first = next(read_lines(source), None)
    return HashFormat.THREATEXCHANGE_CSV if first is not None and _columns(first) else HashFormat.HEX


def listed_hash(type_name: str, value: str, category: str = Category.NEGATIVE_CLASS) -> ListedHash | RejectReason:
    """Return the hash that a row of a list stands for, or why it stands for none. The type is given, never guessed."""
    known = TYPE_NAMES.get(type_name.strip().lower())
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
    return ListedHash(type=known, value=normal, category=category)


def _read_hex(lines: Iterable[Line], type_name: str | None) -> Iterator[ListedHash | Rejected]:
    if type_name is None:
        raise BadList(f"a list of bare hashes does not say their type: give --type {'|'.join(HEX_DIGITS)}")
    return _hex_rows(lines, type_name)


def _hex_rows(lines: Iterable[Line], type_name: str) -> Iterator[ListedHash | Rejected]:
    for line in lines:
        if isinstance(line, Rejected):
            yield line
        elif text := line[1].partition("#")[0].strip():
            yield _or_rejected(line[0], listed_hash(type_name, text))


def _read_csv(first: Line, lines: Iterable[Line], only: str | None) -> Iterator[ListedHash | Rejected]:
    columns = _columns(first)
    if columns is None:
        raise BadList("the first line of a ThreatExchange CSV file is signal_type,signal_str,collab,category,tags")
    return _csv_rows(lines, columns, only)


def _csv_rows(
    lines: Iterable[Line], columns: tuple[int, int, int], only: str | None
) -> Iterator[ListedHash | Rejected]:
    for line in lines:
        if isinstance(line, Rejected):
            yield line
        elif line[1].strip():
            yield _or_rejected(line[0], _csv_row(line[1], columns, only))


def _csv_row(text: str, columns: tuple[int, int, int], only: str | None) -> ListedHash | RejectReason:
    cells = _cells(text)
    if len(cells) <= max(columns):
        return RejectReason.BROKEN_ROW
    type_name, value, category = (cells[each] for each in columns)
    entry = listed_hash(type_name, value, category.strip().upper())
    if only is not None and isinstance(entry, ListedHash) and entry.type != only:
        return RejectReason.OTHER_TYPE
    return entry


def _columns(header: Line) -> tuple[int, int, int] | None:
    """Return where type, value and category stand; further columns may come and go."""
    if isinstance(header, Rejected):
        return None
    names = [each.strip().lower() for each in _cells(header[1])]
    if not set(_COLUMNS) <= set(names):
        return None
    signal_type, signal_str, category = (names.index(each) for each in _COLUMNS)
    return signal_type, signal_str, category


def _cells(text: str) -> list[str]:
    """Return the cells of one line, or none. No record spans lines, so a stray quote costs one row, not the file."""
    try:
        return next(csv.reader((text,), strict=True), [])
    except csv.Error:
        return []


def _or_rejected(number: int, entry: ListedHash | RejectReason) -> ListedHash | Rejected:
    return Rejected(line=number, reason=entry) if isinstance(entry, RejectReason) else entry

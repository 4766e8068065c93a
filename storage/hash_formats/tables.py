"""Read tables of hashes: ThreatExchange's CSV, and any other whose columns the operator names."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from filters.indexes.known import HEX_DIGITS
from storage.hash_formats.listed import Category, ListedHash, Told, label, listed_hash, severity_of, type_of
from storage.hash_formats.plain import Line
from storage.list_lines import BadList, Rejected, RejectReason

_THREATEXCHANGE: Final = {"type": "signal_type", "hash": "signal_str", "category": "category"}
_FIELDS: Final = ("type", "hash", "category", "severity", "id")
_DELIMITERS: Final = ",;\t|"


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """Which column holds which field: `type`, `hash`, `category`, `severity`, `id`, or a type whose hashes it holds."""

    names: Mapping[str, str]

    @classmethod
    def read(cls, text: str) -> "Columns":
        """Read `type=Kind,hash=Value,severity=Grade,id=Ref`, or `md5=MD5,sha1=SHA1,id=Ref`."""
        names = {}
        for each in text.split(","):
            field, equals, column = (part.strip() for part in each.partition("="))
            if not equals or not column or field in names or (field not in _FIELDS and field not in HEX_DIGITS):
                raise BadList(f"--columns is FIELD=COLUMN,... with the fields {', '.join((*_FIELDS, *HEX_DIGITS))}")
            names[field] = column
        if "hash" not in names and not HEX_DIGITS.keys() & names.keys():
            raise BadList("--columns names no column that holds hashes: hash=COLUMN, or md5=COLUMN and so on")
        return cls(names=names)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Layout:
    """Where each field stands in a row, and what holds for all rows."""

    at: Mapping[str, int]
    delimiter: str
    type_name: str | None
    scheme: str

    def cell(self, cells: list[str], field: str) -> str:
        return cells[self.at[field]].strip() if field in self.at else ""


def is_threatexchange(header: Line) -> bool:
    return not isinstance(header, Rejected) and _placed(_cells(header[1], ","), _THREATEXCHANGE) is not None


def read_threatexchange(header: Line, rows: Iterable[Line]) -> Iterator[Told]:
    at = None if isinstance(header, Rejected) else _placed(_cells(header[1], ","), _THREATEXCHANGE)
    if at is None:
        raise BadList("the first line of a ThreatExchange CSV file is signal_type,signal_str,collab,category,tags")
    return _rows(rows, _Layout(at=at, delimiter=",", type_name=None, scheme=""))


def read_table(
    header: Line, rows: Iterable[Line], columns: Columns, *, type_name: str | None, scheme: str
) -> Iterator[Told]:
    """Yield what the named columns hold; `type_name` is the type of a column `hash` if no column says it."""
    if {"type", "hash"} & columns.names.keys() == {"hash"} and type_name is None:
        raise BadList(f"no column says the type of a hash: give type=COLUMN in --columns, or --type {_TYPES}")
    text = "" if isinstance(header, Rejected) else header[1]
    delimiter = max(_DELIMITERS, key=lambda each: len(_cells(text, each)))
    at = _placed(_cells(text, delimiter), columns.names)
    if at is None:
        raise BadList("the first line does not name every column that --columns names, or names one twice")
    return _rows(rows, _Layout(at=at, delimiter=delimiter, type_name=type_name, scheme=scheme))


_TYPES: Final = "|".join(HEX_DIGITS)


def _rows(rows: Iterable[Line], layout: _Layout) -> Iterator[Told]:
    for row in rows:
        if isinstance(row, Rejected):
            yield row.line, row.reason
        elif row[1].strip():
            for each in _entries(row[1], layout):
                yield row[0], each


def _entries(text: str, layout: _Layout) -> Iterator[ListedHash | RejectReason]:
    cells = _cells(text, layout.delimiter)
    if len(cells) <= max(layout.at.values()):
        yield RejectReason.BROKEN_ROW
        return
    category = _category(cells, layout)
    named = {"source_entry": label(layout.cell(cells, "id"))}
    named["severity"] = severity_of(layout.scheme, layout.cell(cells, "severity"))
    found = list(_values(cells, layout))
    if not found:
        yield RejectReason.WRONG_LENGTH
    for type_name, value in found:
        yield listed_hash(type_name, value, category, **named)


def _category(cells: list[str], layout: _Layout) -> str:
    """A column that is named but empty says nothing that could be relied on."""
    return layout.cell(cells, "category").upper() if "category" in layout.at else Category.NEGATIVE_CLASS


def _values(cells: list[str], layout: _Layout) -> Iterator[tuple[str, str]]:
    if "hash" in layout.at:
        told = layout.cell(cells, "type") if "type" in layout.at else layout.type_name or ""
        yield told, layout.cell(cells, "hash")
    for field in layout.at:
        if type_of(field) is not None and (value := layout.cell(cells, field)):
            yield field, value


def _placed(header: list[str], names: Mapping[str, str]) -> dict[str, int] | None:
    """Return where each named column stands; further columns may come and go. None unless each is there once."""
    spelt = [each.strip().lower() for each in header]
    if any(spelt.count(name.lower()) != 1 for name in names.values()):
        return None
    return {field: spelt.index(name.lower()) for field, name in names.items()}


def _cells(text: str, delimiter: str) -> list[str]:
    """Return the cells of one line, or none. No record spans lines, so a stray quote costs one row, not the file."""
    try:
        return next(csv.reader((text,), strict=True, delimiter=delimiter), [])
    except csv.Error:
        return []

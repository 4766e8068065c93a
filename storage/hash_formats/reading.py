"""Read a list of hashes of known material, whatever format it is in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from filters.indexes.known import HEX_DIGITS
from storage.hash_formats.format import HashFormat
from storage.hash_formats.listed import TYPE_NAMES, Item, Told
from storage.hash_formats.ncmec import read_ncmec
from storage.hash_formats.plain import read_hex, read_local_file
from storage.hash_formats.recognition import recognise
from storage.hash_formats.stopncii import read_stopncii
from storage.hash_formats.tables import Columns, read_table, read_threatexchange
from storage.hash_formats.vics import SCHEME, read_vics
from storage.list_lines import BadList, Rejected, RejectReason, read_lines


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What the operator declared of a file: the type of its hashes, its columns, whose severity labels it has."""

    type_name: str | None = None
    columns: Columns | None = None
    severity_scheme: str = ""


def read_hashes(
    source: BinaryIO,
    *,
    type_name: str | None = None,
    layout: HashFormat | None = None,
    columns: Columns | None = None,
    severity_scheme: str = "",
) -> Iterator[Item]:
    """Yield each hash normalised, and each line or record that is none, or one that would match innocent files.

    `layout` None recognises the format; a table other than ThreatExchange's is read by its `columns`. A bare hex file
    says nothing of its type, so `type_name` must; in a format that says it, `type_name` selects the entries of that
    type, and the others are rejected. Memory holds a line or a record, whatever the file is.
    """
    if type_name is not None and type_name not in TYPE_NAMES:
        raise BadList(f"unknown hash type: --type is one of {', '.join(HEX_DIGITS)}")
    _require_any(source)
    layout = layout_of(source, layout, columns)
    reading = Reading(type_name=type_name, columns=columns, severity_scheme=severity_scheme)
    only = None if type_name is None or layout in _TYPE_IS_GIVEN else TYPE_NAMES[type_name]
    return _items(_READERS[layout](source, reading), only)


def layout_of(source: BinaryIO, named: HashFormat | None, columns: Columns | None) -> HashFormat:
    """Say which format a file is to be read in."""
    if columns is None:
        return named or recognise(source)
    if named not in (None, HashFormat.CSV):
        raise BadList(f"--columns belongs to --format {HashFormat.CSV}, not to {named}")
    return HashFormat.CSV


def _require_any(source: BinaryIO) -> None:
    begin = source.tell()
    if not source.read(1):
        raise BadList("the file has no entry in it; nothing was imported")
    source.seek(begin)


_TYPE_IS_GIVEN: Final = frozenset({HashFormat.HEX, HashFormat.CSV})


def _hex(source: BinaryIO, reading: Reading) -> Iterator[Told]:
    return read_hex(read_lines(source), reading.type_name)


def _local_file(source: BinaryIO, reading: Reading) -> Iterator[Told]:
    return read_local_file(read_lines(source))


def _threatexchange(source: BinaryIO, reading: Reading) -> Iterator[Told]:
    lines = read_lines(source)
    return read_threatexchange(next(lines, _NO_LINE), lines)


def _table(source: BinaryIO, reading: Reading) -> Iterator[Told]:
    if reading.columns is None:
        raise BadList("say which column holds what: --columns type=COLUMN,hash=COLUMN,severity=COLUMN,id=COLUMN")
    lines = read_lines(source)
    first = next(lines, _NO_LINE)
    scheme = reading.severity_scheme
    return read_table(first, lines, reading.columns, type_name=reading.type_name, scheme=scheme)


def _vics(source: BinaryIO, reading: Reading) -> Iterator[Told]:
    return read_vics(source, reading.severity_scheme or SCHEME)


def _ncmec(source: BinaryIO, reading: Reading) -> Iterator[Told]:
    return read_ncmec(source)


def _stopncii(source: BinaryIO, reading: Reading) -> Iterator[Told]:
    return read_stopncii(source)


_NO_LINE: Final = Rejected(line=1, reason=RejectReason.BROKEN_ROW)
_READERS: Final[dict[HashFormat, Callable[[BinaryIO, Reading], Iterator[Told]]]] = {
    HashFormat.HEX: _hex,
    HashFormat.LOCAL_FILE: _local_file,
    HashFormat.THREATEXCHANGE_CSV: _threatexchange,
    HashFormat.CSV: _table,
    HashFormat.VICS: _vics,
    HashFormat.NCMEC: _ncmec,
    HashFormat.STOPNCII: _stopncii,
}


def _items(told: Iterator[Told], only: str | None) -> Iterator[Item]:
    for number, each in told:
        if isinstance(each, RejectReason):
            yield Rejected(line=number, reason=each)
        elif only is not None and each.type != only:
            yield Rejected(line=number, reason=RejectReason.OTHER_TYPE)
        else:
            yield each

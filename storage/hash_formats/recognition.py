"""Recognise the format of a list of hashes by its beginning."""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from storage.hash_formats.format import HashFormat
from storage.hash_formats.listed import type_of
from storage.hash_formats.tables import is_threatexchange
from storage.list_lines import BadList, Rejected, read_lines, without_mark

_LOOKED_AT_BYTES: Final = 65_536
_LOOKED_AT_LINES: Final = 20


def recognise(source: BinaryIO) -> HashFormat:
    """Say which format a file is in, and leave it where it was. A table is never guessed but ThreatExchange's."""
    begin = source.tell()
    try:
        first = without_mark(source.read(_LOOKED_AT_BYTES)).lstrip()
        if first.startswith(b"<"):
            return HashFormat.NCMEC
        if first.startswith(b"{"):
            return _of_json(first)
        source.seek(begin)
        return _of_lines(source)
    finally:
        source.seek(begin)


def _of_json(first: bytes) -> HashFormat:
    if re.search(rb'"hashRecords"\s*:', first):
        return HashFormat.STOPNCII
    if re.search(rb'"value"\s*:\s*\[', first):
        return HashFormat.VICS
    raise BadList("the JSON is of no format that is read: name it with --format")


def _of_lines(source: BinaryIO) -> HashFormat:
    told = _told(source)
    first = next(told, None)
    if first is not None and is_threatexchange((1, first)):
        return HashFormat.THREATEXCHANGE_CSV
    words = () if first is None else first.split()
    return HashFormat.LOCAL_FILE if len(words) == 2 and type_of(words[0]) is not None else HashFormat.HEX


def _told(source: BinaryIO) -> Iterator[str]:
    for line, _ in zip(read_lines(source), range(_LOOKED_AT_LINES), strict=False):
        if not isinstance(line, Rejected) and (text := line[1].partition("#")[0].strip()):
            yield text

"""Read JSON record by record, so that memory holds one record of a file of any length."""

from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import ijson  # type: ignore[import-untyped] # it ships no types

from storage.hash_formats.bounded import Bounded
from storage.list_lines import BadList, without_mark

_LONGEST_MARK: Final = 3


def json_records(source: BinaryIO, prefix: str) -> Iterator[dict[str, Any] | None]:
    """Yield each record at an ijson prefix, None for one that is no object; raise `BadList` if the JSON breaks off."""
    begin_after_mark(source)
    bounded = Bounded(source)
    try:
        for each in ijson.items(bounded, prefix):
            bounded.record_ended()
            yield each if isinstance(each, dict) else None
    except (ijson.JSONError, UnicodeDecodeError, RecursionError, ValueError):
        raise broken_json() from None  # a parser's message quotes the file


def json_events(source: BinaryIO) -> Iterator[tuple[str, str]]:
    """Yield (prefix, event) of a file, without its values."""
    begin_after_mark(source)
    try:
        for prefix, event, _ in ijson.parse(Bounded(source)):
            yield prefix, event
    except (ijson.JSONError, UnicodeDecodeError, RecursionError, ValueError):
        raise broken_json() from None  # a parser's message quotes the file


def begin_after_mark(source: BinaryIO) -> None:
    begin = source.tell()
    first = source.read(_LONGEST_MARK)
    source.seek(begin + len(first) - len(without_mark(first)))


def broken_json() -> BadList:
    return BadList("the JSON breaks off or is broken; nothing was imported")


def words_of(record: dict[str, Any], name: str) -> str:
    """Return a field as text, however it was written; empty for null and for what is no word or number."""
    value = record.get(name)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""

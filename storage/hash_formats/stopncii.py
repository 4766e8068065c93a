"""Read StopNCII's hash records as JSON: pages of its exchange, and files of it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

from storage.hash_formats.json_source import broken_json, json_records, words_of
from storage.hash_formats.listed import Told, listed_hash
from storage.hash_formats.updates import Update
from storage.list_lines import BadList, RejectReason

_TYPES: Final[Mapping[str, str]] = {"ImagePDQ": "pdq", "VideoMD5": "video_md5"}
_GONE: Final = frozenset({"Withdrawn", "Deleted"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One answer of the exchange. `next_token` leads to the rest, for a while; None on the last page.

    `next_set` is where the coming fetch begins, once all pages were read. `announced` is how many it says it has.
    """

    updates: tuple[Update, ...]
    next_token: str | None
    next_set: int
    announced: int | None


def read_page(source: bytes) -> Page:
    """Return a page; raise `BadList` if any part of it cannot be read, for skipping it would lose it for good."""
    page = _object(source)
    records, more, next_set = page.get("hashRecords"), page.get("hasMoreRecords"), page.get("nextSetTimestamp")
    token = words_of(page, "nextPageToken") or None
    if not isinstance(records, list) or not isinstance(more, bool) or type(next_set) is not int:
        raise BadList("a page of the exchange has no hashRecords, hasMoreRecords or nextSetTimestamp")
    if more and token is None:
        raise BadList("a page of the exchange says that there are more, but not where")
    count = page.get("count")
    return Page(
        updates=tuple(map(_whole, records)),
        next_token=token if more else None,
        next_set=next_set,
        announced=count if type(count) is int else None,
    )


def read_stopncii(source: BinaryIO) -> Iterator[Told]:
    """Yield the hashes of a file that holds `hashRecords`, however long; what is withdrawn is `Rejected`."""
    for number, record in enumerate(json_records(source, "hashRecords.item"), start=1):
        update = None if record is None else _update(record)
        if update is None:
            yield number, RejectReason.BROKEN_ROW
        elif update.hashes is None:
            yield number, RejectReason.WITHDRAWN
        else:
            yield from ((number, found) for found in update.found)


def _object(source: bytes) -> dict[str, Any]:
    try:
        page = json.loads(source)
    except (ValueError, RecursionError):
        raise broken_json() from None
    if not isinstance(page, dict):
        raise broken_json()
    return page


def _whole(record: object) -> Update:
    update = _update(record) if isinstance(record, dict) else None
    if update is None:
        raise BadList("a record of the exchange cannot be read: it names no signalType or no hashValue")
    return update


def _update(record: dict[str, Any]) -> Update | None:
    """A status that is not known counts as listed. `caseNumbers` and feedback of others are not read."""
    signal, value = words_of(record, "signalType"), words_of(record, "hashValue")
    if not signal or not value:
        return None
    key, moment = _key(signal, value), _moment(record.get("lastModtimestamp"))
    if words_of(record, "hashStatus") in _GONE:
        return Update(key=key, hashes=None, at=moment)
    if signal not in _TYPES:
        return Update(key=key, hashes=(), rejected=(RejectReason.UNSUPPORTED_TYPE,), at=moment)
    return Update.of(key, [listed_hash(_TYPES[signal], value, source_entry=key)], moment)


def _key(signal: str, value: str) -> str:
    """A record is known by its type and hash; the key is shown where a hash must not be, so it holds a digest of it."""
    return f"{signal}/{hashlib.sha256(value.lower().encode('utf-8', 'backslashreplace')).hexdigest()[:32]}"


def _moment(seconds: object) -> datetime | None:
    if type(seconds) is not int:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None

"""Read the JSON of Project VIC and CAID: records of media, at the top or inside those of cases."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

from storage.hash_formats.json_source import json_events, json_records, words_of
from storage.hash_formats.listed import ListedHash, Told, label, listed_hash, severity_of
from storage.list_lines import BadList, RejectReason

SCHEME: Final = "vics"
_RECORDS: Final = "value.item"
_MEDIA: Final = "value.item.Media"
_IN_CASES: Final = f"{_MEDIA}.item"
_FIELDS: Final[Mapping[str, str]] = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "PDQ": "pdq"}


def read_vics(source: BinaryIO, scheme: str = SCHEME) -> Iterator[Told]:
    """Yield each record's hashes, however long the file is; what a category means differs by country, so all count.

    Such files hold harmless media too (NIST's whole NSRL is one): `scheme` and category are kept as the severity.
    """
    prefix = _prefix(source)
    for number, record in enumerate(json_records(source, prefix), start=1):
        if record is None:
            yield number, RejectReason.BROKEN_ROW
        else:
            yield from ((number, each) for each in _entries(record, scheme))


def _prefix(source: BinaryIO) -> str:
    begin = source.tell()
    try:
        for prefix, event in json_events(source):
            if (prefix, event) == (_MEDIA, "start_array"):  # it may be empty in the first case
                return _IN_CASES
            if (prefix, event) == (_RECORDS, "end_map"):
                return _RECORDS
    finally:
        source.seek(begin)
    raise BadList("the JSON has no records in `value`, as files of Project VIC and CAID have; nothing was imported")


def _entries(record: dict[str, Any], scheme: str) -> Iterator[ListedHash | RejectReason]:
    named = {"source_entry": label(words_of(record, "MediaID"))}
    named["severity"] = severity_of(scheme, words_of(record, "Category"))
    found = list(_values(record))
    if not found:
        yield RejectReason.BROKEN_ROW
    for type_name, value in found:
        yield RejectReason.UNSUPPORTED_TYPE if type_name is None else listed_hash(type_name, value, **named)


def _values(record: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
    for field, type_name in _FIELDS.items():
        if value := words_of(record, field):
            yield type_name, value
    if words_of(record, "PhotoDNA"):
        yield None, ""
    further = record.get("Hashes")
    for each in further if isinstance(further, list) else ():
        if isinstance(each, dict) and (value := words_of(each, "HashValue")):
            yield _FIELDS.get(words_of(each, "HashName").upper().replace("-", "")), value

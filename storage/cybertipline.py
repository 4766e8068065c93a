"""Write an opened incident as CyberTipline XML, elements in the order that its schema wants; nothing is ever sent."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree import ElementTree

from storage.canonical import canonical

INCIDENT_TYPE: Final = "Child Pornography (possession, manufacture, and distribution)"
NOT_VIEWED: Final = (
    "Automated match with a list of known material. No person has viewed the picture, and no copy is kept."
)
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reporter:
    """The person who will submit the report: a name, and where to answer."""

    first_name: str = ""
    last_name: str
    email: str = ""


def report(record: Mapping[str, Any], reporter: Reporter) -> bytes:
    """Return the body of `POST /submit`. An element out of order is answered with responseCode 4100."""
    picture = record["picture"]
    root = ElementTree.Element("report")
    summary = _under(root, "incidentSummary")
    _text(summary, "incidentType", INCIDENT_TYPE)
    _text(summary, "incidentDateTime", _instant(picture["fetched_at"]))
    page = _under(_under(root, "internetDetails"), "webPageIncident")
    for url in dict.fromkeys((picture["url"], picture["final_url"])):
        _text(page, "url", url)
    _text(page, "additionalInfo", "\n".join(_details(record)))
    _text(page, "thirdPartyHostedContent", "true")
    _reporter(root, reporter)
    _text(root, "additionalInfo", NOT_VIEWED)
    return _written(root)


def file_details(record: Mapping[str, Any], *, report_id: str, file_id: str) -> bytes:
    """Return the body of `POST /fileinfo` for a report that has been opened: digests, and that nobody viewed it."""
    digests = record["digests"]
    root = ElementTree.Element("fileDetails")
    _text(root, "reportId", report_id)
    _text(root, "fileId", file_id)
    _text(root, "locationOfFile", record["picture"]["final_url"])
    _text(root, "fileViewedByEsp", "false")
    _text(root, "exifViewedByEsp", "false")
    _text(root, "publiclyAvailable", "true")
    for name in ("md5", "sha1", "sha256"):
        _text(root, "originalFileHash", digests[name], hashType=name.upper())
    if address := record["picture"]["address"]:
        captured = _under(root, "ipCaptureEvent")
        _text(captured, "ipAddress", address)
        _text(captured, "eventName", "Other")
        _text(captured, "dateTime", _instant(record["picture"]["fetched_at"]))
    _text(root, "additionalInfo", "\n".join(_details(record)))
    return _written(root)


def _details(record: Mapping[str, Any]) -> Iterator[str]:
    """Say where from, when and what it was compared with: without that a report cannot be acted on."""
    picture, page, verdict, digests = record["picture"], record["page"], record["verdict"], record["digests"]
    yield f"Incident: {record['event_id']}"
    yield f"Picture: {picture['url']}"
    for hop in picture["hops"]:
        yield f"Answered: {hop['url']} status {hop['status']} from {hop['address']} at {hop['answered_at']}"
    yield from (f"Header: {name}: {value}" for name, value in picture["headers"])
    yield f"Requested: {picture['requested_at']}  Received: {picture['fetched_at']}"
    yield f"Page: {page['url']}  Read: {page['final_url']} from {page['address']} at {page['fetched_at']}"
    yield f"Page found on: {page['found_on'] or 'given as a seed'}"
    yield f"MD5: {digests['md5']}"
    yield f"SHA-1: {digests['sha1']}"
    yield f"SHA-256: {digests['sha256']}"
    yield f"Size: {digests['size_bytes']} bytes"
    for view in (record["measured"] or {}).get("views", ())[:1]:
        yield f"PDQ: {view['pdq']} quality {view['pdq_quality']}"
    yield f"Match: {verdict['reason']} by {verdict['filter']} {verdict['filter_version']}"
    yield f"Compared with: {verdict['revision']}"
    yield f"Evidence: {canonical(verdict['evidence']).decode()}"
    yield f"Software: Altsieve {record['crawler_version']}"
    yield from (f"Measured by: {name} {version}" for name, version in record["measured_by"].items())


def _reporter(root: ElementTree.Element, reporter: Reporter) -> None:
    person = _under(_under(root, "reporter"), "reportingPerson")
    for name, value in (
        ("firstName", reporter.first_name),
        ("lastName", reporter.last_name),
        ("email", reporter.email),
    ):
        if value:
            _text(person, name, value)


def _under(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, name)


def _text(parent: ElementTree.Element, name: str, value: str, **attributes: str) -> None:
    """What XML cannot hold is written as a question mark: it comes from a server."""
    ElementTree.SubElement(parent, name, attributes).text = _NO_XML.sub("?", value)


def _instant(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _written(root: ElementTree.Element) -> bytes:
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"

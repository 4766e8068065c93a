from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from storage.canonical import plain
from storage.cybertipline import Reporter, file_details, report
from storage.incident_records import IncidentRecords
from storage.keys import KeyRing
from tests.storage import samples

REPORTER = Reporter(first_name="Grace", last_name="Hopper", email="grace@office.example")
REPORT_ORDER = ["incidentSummary", "internetDetails", "reporter", "additionalInfo"]
FILE_ORDER = [
    "reportId",
    "fileId",
    "originalFileName",
    "locationOfFile",
    "fileViewedByEsp",
    "exifViewedByEsp",
    "publiclyAvailable",
    "fileRelevance",
    "fileAnnotations",
    "industryClassification",
    "originalFileHash",
    "ipCaptureEvent",
    "deviceId",
    "details",
    "additionalInfo",
]


@pytest.fixture
def record(tmp_path: Path) -> dict[str, Any]:
    records = IncidentRecords(keys=KeyRing.create(tmp_path), public_key=None, run_id="run-1")
    match = samples.match("page-1", 7)
    made: dict[str, Any] = plain(records.record("event-1", match, datetime(2026, 11, 23, 12, tzinfo=UTC)))
    return made


def read(xml: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(xml)  # noqa: S314 - our own


def names(parent: ElementTree.Element | None) -> list[str]:
    return [] if parent is None else [each.tag for each in parent]


def test_the_elements_of_a_report_are_in_the_order_of_its_schema(record: dict[str, Any]) -> None:
    root = read(report(record, REPORTER))
    assert root.tag == "report"
    assert names(root) == REPORT_ORDER
    assert names(root.find("incidentSummary")) == ["incidentType", "incidentDateTime"]
    page = root.find("internetDetails/webPageIncident")
    assert names(page) == ["url", "additionalInfo", "thirdPartyHostedContent"]
    assert names(root.find("reporter/reportingPerson")) == ["firstName", "lastName", "email"]


def test_a_report_says_where_when_and_by_which_digest(record: dict[str, Any]) -> None:
    root = read(report(record, REPORTER))
    assert root.findtext("incidentSummary/incidentDateTime") == "2026-11-23T12:00:00Z"
    assert root.findtext("internetDetails/webPageIncident/url") == "https://pictures.example/7.jpg"
    told = root.findtext("internetDetails/webPageIncident/additionalInfo") or ""
    digests = record["digests"]
    for each in ("https://pages.example/", "192.0.2.2", digests["md5"], digests["sha1"], digests["sha256"], "list@7"):
        assert each in told
    assert "caption" not in told


def test_a_report_says_that_nobody_viewed_the_picture_and_not_that_a_machine_made_it(record: dict[str, Any]) -> None:
    written = report(record, REPORTER)
    assert b"No person has viewed the picture" in written
    assert b"generativeAi" not in written


def test_the_elements_of_file_details_are_in_the_order_of_their_schema(record: dict[str, Any]) -> None:
    root = read(file_details(record, report_id="4711", file_id="f1"))
    found = names(root)
    assert root.tag == "fileDetails"
    assert found == sorted(found, key=FILE_ORDER.index)
    assert root.findtext("fileViewedByEsp") == "false"
    hashes = {each.get("hashType"): each.text for each in root.findall("originalFileHash")}
    assert hashes == {name.upper(): record["digests"][name] for name in ("md5", "sha1", "sha256")}


def test_what_a_server_sends_cannot_break_the_xml(record: dict[str, Any]) -> None:
    record["picture"]["url"] = "https://pictures.example/</url><x>\x00\x1b&.jpg"
    root = read(report(record, REPORTER))
    assert names(root) == REPORT_ORDER
    assert root.findtext("internetDetails/webPageIncident/url") == "https://pictures.example/</url><x>??&.jpg"

import json
from typing import Any

import pytest

from storage.hash_formats import HashFormat, ListedHash
from storage.hash_formats.stopncii import read_page
from storage.list_lines import BadList, RejectReason
from tests.storage.hash_formats.samples import PDQ, hashes, md5, read, reasons


def record(value: str = PDQ, signal: str = "ImagePDQ", status: str = "Active", **more: Any) -> dict[str, Any]:
    said = {"lastModtimestamp": 1_790_000_000, "signalType": signal, "hashValue": value, "hashStatus": status}
    return said | {"caseNumbers": {"case": "Active"}, "CSPFeedbacks": []} | more


def answer(*records: object, **more: Any) -> bytes:
    page = {"count": len(records), "nextPageToken": "", "nextSetTimestamp": 1_790_000_001, "hasMoreRecords": False}
    return json.dumps(page | {"hashRecords": records} | more).encode()


def test_pictures_and_whole_files_are_read_and_the_rest_is_counted() -> None:
    found = read(answer(record(PDQ.upper()), record(md5(), "VideoMD5"), record("x", "VideoTMK"), record("x", "URL")))
    assert [(each.type, each.value) for each in hashes(found)] == [("pdq", PDQ), ("md5", md5())]
    assert reasons(found) == ["unsupported-type", "unsupported-type"]


@pytest.mark.parametrize(
    ("status", "gone"),
    [("Active", False), ("Received", False), ("Unknown", False), ("", False), ("Withdrawn", True), ("Deleted", True)],
)
def test_only_what_is_withdrawn_or_deleted_is_gone(status: str, gone: bool) -> None:
    (update,) = read_page(answer(record(status=status))).updates
    assert (update.hashes is None) is gone
    assert reasons(read(answer(record(status=status)))) == (["withdrawn"] if gone else [])


def test_a_deletion_has_the_key_of_what_it_deletes_and_a_key_shows_no_hash() -> None:
    listed, gone, other = read_page(answer(record(), record(PDQ.upper(), status="Deleted"), record(PDQ[::-1]))).updates
    assert listed.key == gone.key != other.key
    assert PDQ not in listed.key
    assert listed.hashes is not None
    assert listed.hashes == (ListedHash(type="pdq", value=PDQ, source_entry=listed.key),)


@pytest.mark.parametrize("more", [{"caseNumbers": []}, {"caseNumbers": None}, {"CSPFeedbacks": None}, {"new": 1}])
def test_fields_that_are_not_read_may_be_anything(more: dict[str, Any]) -> None:
    assert len(hashes(read(answer(record(**more))))) == 1


def test_an_entry_that_would_match_innocent_pictures_is_rejected() -> None:
    (update,) = read_page(answer(record("0" * 64))).updates
    assert (update.hashes, update.rejected) == ((), (RejectReason.DEGENERATE,))


@pytest.mark.parametrize("broken", [None, 7, [], {}, {"signalType": "ImagePDQ"}, {"hashValue": PDQ}])
def test_a_record_that_cannot_be_read_is_counted_in_a_file_and_stops_a_page(broken: object) -> None:
    assert reasons(read(answer(record(), broken))) == ["broken-row"]
    with pytest.raises(BadList, match="cannot be read"):
        read_page(answer(record(), broken))


@pytest.mark.parametrize(
    ("said", "token"),
    [({}, None), ({"hasMoreRecords": True, "nextPageToken": "t"}, "t"), ({"nextPageToken": "t"}, None)],
)
def test_a_page_says_where_the_rest_is(said: dict[str, Any], token: str | None) -> None:
    page = read_page(answer(record(), **said))
    assert (page.next_token, page.next_set, page.announced) == (token, 1_790_000_001, 1)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"<html/>",
        answer(record())[:-5],
        answer(hasMoreRecords=True),
        answer(hasMoreRecords=None),
        answer(nextSetTimestamp=None),
        answer(nextSetTimestamp="1"),
        answer(hashRecords=None),
    ],
)
def test_what_is_no_whole_page_is_refused_without_a_word_of_it(raw: bytes) -> None:
    with pytest.raises(BadList) as refused:
        read_page(raw)
    assert PDQ not in str(refused.value)


def test_a_file_that_breaks_off_is_refused() -> None:
    with pytest.raises(BadList, match="breaks off"):
        read(answer(record())[:-5], layout=HashFormat.STOPNCII)

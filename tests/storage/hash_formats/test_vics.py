import json
from typing import Any

import pytest

from storage.hash_formats import HashFormat, ListedHash
from storage.list_lines import BadList
from tests.storage.hash_formats.samples import PDQ, hashes, md5, read, reasons, sha1

CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Media"


def media(number: object = 1, **more: Any) -> dict[str, Any]:
    said = {"MediaID": number, "Category": 2, "MD5": md5().upper(), "SHA1": sha1().upper(), "MediaSize": 2835}
    return said | {"DateUpdated": "2026-06-07T02:31:49.8300Z", "IsPrecategorized": True} | more


def file_of(*records: object) -> bytes:
    return json.dumps({"@odata.context": CONTEXT, "value": records}).encode()


def test_each_digest_of_a_record_is_read_with_its_id_and_category() -> None:
    named = {"source_entry": "1", "severity": "vics:2"}
    assert read(file_of(media())) == [
        ListedHash(type="md5", value=md5(), **named),
        ListedHash(type="sha1", value=sha1(), **named),
    ]


@pytest.mark.parametrize(("category", "severity"), [(0, "caid-uk:0"), ("3", "caid-uk:3"), (None, "")])
def test_a_category_is_kept_as_the_scheme_says_it(category: object, severity: str) -> None:
    found = hashes(read(file_of(media(Category=category)), scheme="caid-uk"))
    assert {each.severity for each in found} == {severity}


def test_further_hashes_of_a_record_are_read_and_photodna_is_counted() -> None:
    further = [
        {"HashName": name, "HashValue": value} for name, value in [("PhotoDNA", "x"), ("PDQ", PDQ), ("sha-1", sha1())]
    ]
    found = read(file_of({"MediaID": 7, "PhotoDNA": "x", "Hashes": [*further, None, {}]}))
    assert [each.type for each in hashes(found)] == ["pdq", "sha1"]
    assert reasons(found) == ["unsupported-type", "unsupported-type"]


def test_media_inside_cases_are_read() -> None:
    found = read(file_of({"CaseID": "c", "Media": [media(1), media(2)]}, {"CaseID": "d", "Media": [media(3)]}))
    assert [each.source_entry for each in hashes(found)] == ["1", "1", "2", "2", "3", "3"]


@pytest.mark.parametrize("broken", [None, 7, {}, {"MediaID": 1}, {"MD5": None}, {"MD5": ["x"]}])
def test_a_record_without_a_digest_is_counted(broken: object) -> None:
    assert reasons(read(file_of(media(), broken))) == ["broken-row"]


def test_a_byte_order_mark_is_no_part_of_the_file() -> None:
    assert len(hashes(read(b"\xef\xbb\xbf" + file_of(media())))) == 2


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (file_of(media())[:-9], "breaks off"),
        (file_of(media()).decode().encode("utf-16"), "UTF-16"),
        (b'{"value": []}', "no records"),
        (b'{"Media": []}', "no records"),
        (b"[1]", "no records"),
        (b"\xff\xff", "breaks off"),
    ],
)
def test_what_is_no_such_file_is_refused(raw: bytes, says: str) -> None:
    with pytest.raises(BadList, match=says) as refused:
        read(raw, layout=HashFormat.VICS)
    assert refused.value.__cause__ is None


def test_a_first_case_without_media_hides_no_other() -> None:
    found = read(file_of({"CaseID": "c", "Media": []}, {"CaseID": "d", "Media": [media(3)]}))
    assert [each.source_entry for each in hashes(found)] == ["3", "3"]

from datetime import UTC, datetime

import pytest

from storage.hash_formats import HashFormat, ListedHash
from storage.hash_formats.ncmec import Page, read_page
from storage.list_lines import BadList, RejectReason
from tests.storage.hash_formats.samples import PDQ, hashes, md5, read, reasons, sha1

NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2"
NEXT = "/v2/entries?from=2026-10-20T00%3A00%3A00.000Z&amp;to=2026-10-30T00%3A00%3A00.000Z&amp;start=2001&amp;size=1000"


def fingerprints(**values: str | None) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" if value else f"<{name}/>" for name, value in values.items())
    return f"<fingerprints>{inner}</fingerprints>"


def entry(
    id_: str = "image1", member: str = "42", at: str = "2026-10-24T15:00:00Z", kind: str = "image", more: str = ""
) -> str:
    who = f'<member id="{member}">Example Member</member>'
    return f"<{kind}>{who}<timestamp>{at}</timestamp><id>{id_}</id>{more}</{kind}>"


def answer(*entries: str, rest: str = "", group: str = "images", count: int | None = None) -> bytes:
    told = len(entries) if count is None else count
    inner = f'<{group} count="{told}" maxTimestamp="2026-10-24T15:10:00Z">{"".join(entries)}</{group}>{rest}'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<queryResult xmlns="{NAMESPACE}">{inner}</queryResult>'.encode()


FULL = entry(
    more="<classification>A1</classification>"
    + fingerprints(md5=md5().upper(), sha1=sha1(), pdna="AAAA", pdq=PDQ.upper())
    + "<feedback/>"
)


def test_all_fingerprints_of_a_picture_are_kept_with_who_listed_it_and_how_severe() -> None:
    named = {"source_entry": "42/image1", "severity": "ncmec:A1"}
    found = read(answer(FULL))
    assert hashes(found) == [
        ListedHash(type="md5", value=md5(), **named),
        ListedHash(type="sha1", value=sha1(), **named),
        ListedHash(type="pdq", value=PDQ, **named),
    ]
    assert reasons(found) == ["unsupported-type"]


def test_the_files_of_a_video_count_too() -> None:
    film = entry(kind="video", more=fingerprints(md5=md5(), tmk_pdqf=None))
    found = read(answer(film, group="videos"))
    assert [each.value for each in hashes(found)] == [md5()]


@pytest.mark.parametrize(
    ("gone_at", "left"),
    [("2026-10-24T15:00:00Z", 0), ("2026-10-25T00:00:00Z", 0), ("2026-10-23T00:00:00Z", 1), ("soon", 1)],
)
@pytest.mark.parametrize("first", ["entry", "deletion"])
def test_a_deletion_ends_an_entry_that_is_not_younger_wherever_it_stands(gone_at: str, left: int, first: str) -> None:
    pair = [entry(more=fingerprints(md5=md5())), entry(at=gone_at, kind="deletedImage")]
    other = entry("image1", "43", more=fingerprints(md5=md5("of another member")))
    found = read(answer(*(pair if first == "entry" else reversed(pair)), other))
    assert len(hashes(found)) == left + 1


@pytest.mark.parametrize(
    "broken",
    [
        entry(id_=""),
        entry(member=""),
        "<image/>",
        "<image><id>1</id></image>",
        entry(kind="picture", more=fingerprints(md5=md5())),
    ],
)
def test_an_entry_that_cannot_be_read_is_counted_in_a_file_and_stops_a_page(broken: str) -> None:
    whole = answer(FULL, broken)
    assert reasons(read(whole)) == ["unsupported-type", "broken-row"]
    with pytest.raises(BadList, match="cannot be read"):
        read_page(whole)


@pytest.mark.parametrize("more", ["", "<fingerprints/>", "<classification/>" + fingerprints(md5=None, sha1=None)])
def test_fields_that_are_empty_or_missing_break_nothing(more: str) -> None:
    (update,) = read_page(answer(entry(more=more))).updates
    assert (update.hashes, update.rejected) == ((), ())


def test_a_page_says_what_changed_what_is_gone_and_where_the_rest_is() -> None:
    gone = entry("image4", "43", "2026-10-24T15:10:00Z", "deletedImage")
    page = read_page(answer(FULL, gone, rest=f"<videos/><paging><next>{NEXT}</next></paging>"))
    assert [(each.key, each.hashes is None) for each in page.updates] == [("42/image1", False), ("43/image4", True)]
    assert page.updates[0].rejected == (RejectReason.UNSUPPORTED_TYPE,)
    assert page.updates[1].at == datetime(2026, 10, 24, 15, 10, tzinfo=UTC)
    assert page.next_url == NEXT.replace("&amp;", "&")
    assert (page.newest_at, page.announced) == (datetime(2026, 10, 24, 15, 10, tzinfo=UTC), 2)


def test_the_last_page_leads_nowhere() -> None:
    empty = f'<queryResult xmlns="{NAMESPACE}"/>'.encode()
    assert read_page(empty) == Page(updates=(), next_url=None, newest_at=None, announced=None)


@pytest.mark.parametrize(
    "raw",
    [
        answer(FULL)[:-20],
        b"<queryResult>",
        b"<html><body>Service unavailable</body></html>",
        b"not found",
        b"",
        answer(FULL).replace(b"Example Member", b"\xff"),
    ],
    ids=["cut off", "open", "page of a server", "no XML", "empty", "broken text"],
)
def test_what_is_no_whole_answer_is_refused_without_a_word_of_it(raw: bytes) -> None:
    with pytest.raises(BadList) as refused:
        read_page(raw)
    assert md5() not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("entity", [f'a "{md5()}"', 'a SYSTEM "file:///etc/hostname"'])
def test_entities_are_neither_expanded_nor_passed_over(entity: str) -> None:
    raw = answer(entry(more=fingerprints(md5="&a;", sha1=sha1())))
    with pytest.raises(BadList, match="document type"):
        read_page(raw.replace(b"?>", f"?><!DOCTYPE q [<!ENTITY {entity}>]>".encode(), 1))


@pytest.mark.parametrize("id_", ["a b", "a\n0 0", "x" * 500, "b\u00fccher"])
def test_an_id_is_kept_as_one_short_word_and_stays_its_own(id_: str) -> None:
    listed, gone = read_page(answer(entry(id_), entry(id_, kind="deletedImage"))).updates
    assert listed.key == gone.key
    assert listed.key.isascii()
    assert len(listed.key.split()) == 1
    assert len(listed.key) < 150


def test_long_ids_that_begin_alike_are_told_apart() -> None:
    keys = {each.key for each in read_page(answer(entry("x" * 500), entry("x" * 501))).updates}
    assert len(keys) == 2


def test_a_file_is_recognised() -> None:
    assert hashes(read(b"\xef\xbb\xbf" + answer(FULL))) == hashes(read(answer(FULL), layout=HashFormat.NCMEC))


@pytest.mark.parametrize("within", ["<!-- noted -->", "<?noted by us?>"])
def test_a_comment_cuts_no_id_and_no_hash_off(within: str) -> None:
    said = entry(id_=f"image{within}1", more=fingerprints(md5=f"{md5()[:9]}{within}{md5()[9:]}"))
    (update,) = read_page(answer(said)).updates
    assert update.hashes == (ListedHash(type="md5", value=md5(), source_entry="42/image1"),)

"""What a list would take out of what is held is told before it is imported, and nothing is written."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.blocklists import Blocklists
from storage.impact import Impact, impact_of
from storage.list_lines import BadList
from tests.storage.recorded_crawl import crawling
from tests.storage.records import Records, opened

A, B, C = "http://a.example/page", "http://b.example/page", "http://c.example/page"
IMAGE = "http://img.example/1"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as records:
        with crawling(records) as crawl:
            crawl.record(crawl.kept(A, IMAGE, body=b"one"))
            crawl.record(crawl.kept(B, "http://img.example/2", body=b"two"))
            crawl.record(crawl.kept(C, "http://cdn.example/3", body=b"three"))
        yield records


def impact(records: Records, *lines: str) -> Impact:
    path = records.db.folder / "list.txt"
    path.write_text("".join(f"{each}\n" for each in lines))
    return impact_of(records.db, path, format="domains")


def test_pairs_and_pictures_are_counted_by_host_and_entry(records: Records) -> None:
    before = records.epoch, records.acts
    found = impact(records, "img.example", "c.example", "elsewhere.example", "b*d")
    assert (found.list, found.entries, found.held, found.pairs, found.pictures) == ("list.txt (domains)", 3, 3, 3, 3)
    assert [(each.host, each.entry, each.where, each.pairs, each.pictures) for each in found.hosts] == [
        ("img.example", "img.example", ("image",), 2, 2),
        ("c.example", "c.example", ("page",), 1, 1),
    ]
    assert [each.count for each in found.rejections] == [1]
    assert (records.epoch, records.acts) == before
    assert Blocklists(records.db, records.ledger).list() == ()


def test_a_list_that_covers_nothing_that_is_held_has_no_impact(records: Records) -> None:
    found = impact(records, "elsewhere.example")
    assert (found.held, found.pairs, found.pictures, found.hosts) == (3, 0, 0, ())


def test_what_a_person_allowed_stays(records: Records) -> None:
    Blocklists(records.db, records.ledger).allow(["img.example"], why="x", by="ann")
    assert impact(records, "img.example", "c.example").pairs == 1


def test_what_is_blocked_already_is_told_too(records: Records) -> None:
    Blocklists(records.db, records.ledger).add(["img.example"], why="x", by="ann")
    assert impact(records, "img.example").pairs == 2


def test_a_file_that_is_no_list_has_no_impact_but_an_error(records: Records) -> None:
    with pytest.raises(BadList):
        impact(records, "<html>", "<p>")

"""Lists are counted as they were when a run began, and by different hashes."""

from pathlib import Path

import pytest

from storage.hash_lists import HashLists
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.list_coverage import ListCoverage, list_coverage
from tests.storage.one_crawl import crawling
from tests.storage.records import lay_down, open_database

ONE, OTHER, THIRD = ("1" * 31 + "2", "3" * 31 + "4", "5" * 31 + "6")


def import_md5(folder: Path, name: str, *values: str) -> None:
    file = folder / f"{name}.txt"
    file.write_text("".join(f"{each}\n" for each in values))
    db = open_database(folder)
    try:
        lists = HashLists(db, Ledger(db, KeyRing.load(folder)))
        lists.import_file(file, name, type="md5", synthetic=True, by="a test", why="a test", force=True)
    finally:
        db.close()


@pytest.fixture
def coverage(tmp_path: Path) -> tuple[ListCoverage, ...]:
    """Two lists that share an entry, of which one changes after the run began."""
    lay_down(tmp_path)
    import_md5(tmp_path, "large", ONE, OTHER)
    import_md5(tmp_path, "small", OTHER)
    with crawling(tmp_path) as crawl:
        import_md5(tmp_path, "large", ONE, OTHER, THIRD)
        run_id = crawl.run.run_id
        crawl.end()
    db = open_database(tmp_path)
    try:
        return list_coverage(db, run_id)
    finally:
        db.close()


def test_each_list_is_counted_as_the_run_found_it(coverage: tuple[ListCoverage, ...]) -> None:
    assert [(each.list, each.entries, each.by_type) for each in coverage] == [
        ("large@1", 2, {"md5": 2}),
        ("small@1", 1, {"md5": 1}),
    ]


def test_what_two_lists_share_is_counted_once(coverage: tuple[ListCoverage, ...]) -> None:
    assert [each.shared for each in coverage] == [{"small@1": 1}, {"large@1": 1}]

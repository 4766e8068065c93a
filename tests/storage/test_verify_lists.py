"""Whoever changes a list in the file of the database is found out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.blocklists import Blocklists
from storage.hash_lists import HashLists
from storage.sources import Sources
from storage.verify_lists import check_lists
from tests import past_rules
from tests.storage.records import Records, opened


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """A list of each kind, one of them with a history."""
    with opened(tmp_path) as records:
        blocklists = Blocklists(records.db, records.ledger)
        blocklists.add(["a.example", "b.example"], why="x", by="ann")
        blocklists.allow(["b.example"], why="x", by="ann")
        Sources(records.db, records.ledger).add(["museum.example"], licence="CC0-1.0", why="x", by="ann")
        HashLists(records.db, records.ledger).add("5e" * 16, "md5", "known", why="x", by="ann")
        yield records


def findings(records: Records) -> list[tuple[str, str]]:
    with records.db.read() as conn:
        return [(each.code, each.subject) for each in check_lists(conn)]


def test_lists_that_nobody_touched_have_no_findings(records: Records) -> None:
    blocklists = Blocklists(records.db, records.ledger)
    blocklists.remove_list("operator", why="x", by="ann")
    blocklists.restore("operator", why="x", by="ann")
    assert findings(records) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM host_entry WHERE host = 'a.example'", [("list.changed", "operator@2")]),
        ("UPDATE host_entry SET host = 'c.example' WHERE host = 'a.example'", [("list.changed", "operator@2")]),
        ("UPDATE host_entry SET action = 'allow'", [("list.changed", "operator@2")]),
        ("UPDATE host_entry SET until = 2", [("list.changed", "operator@2")]),
        ("UPDATE source_entry SET licence = 'CC-BY-4.0'", [("list.changed", "sources@1")]),
        ("DELETE FROM hash_entry", [("list.changed", "known@1")]),
        ("UPDATE list SET number = 1 WHERE name = 'operator'", [("list.missing", "operator@2")]),
        ("DELETE FROM revision WHERE list = 'known'", [("list.missing", "known@1")]),
        (
            "UPDATE revision SET digest = '00' WHERE list = 'operator'",
            [("list.differs", "operator@1"), ("list.differs", "operator@2"), ("list.changed", "operator@2")],
        ),
        (
            """
            CREATE TEMP TABLE made_up AS SELECT * FROM revision WHERE list = 'operator' AND number = 2;
            UPDATE made_up SET number = 3;
            INSERT INTO revision SELECT * FROM made_up;
            UPDATE list SET number = 3 WHERE name = 'operator'
            """,
            [("list.unrecorded", "operator@3")],
        ),
    ],
)
def test_a_list_that_was_changed_is_found(records: Records, statement: str, found: list[tuple[str, str]]) -> None:
    past_rules.change(records.db.folder, *statement.split(";"))
    assert findings(records) == found

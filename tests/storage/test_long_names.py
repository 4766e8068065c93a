"""What SQLite takes whatever its length, PostgreSQL takes too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from storage.blocklists import Blocklists
from storage.list_revisions import ListMismatch
from storage.tables import ledger_record, unindexed
from tests.storage.records import Records, opened


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as found:
        yield found


def test_a_list_may_have_the_longest_name_that_is_allowed(records: Records) -> None:
    blocklists, name = Blocklists(records.db, records.ledger), "a" * 80
    for number in range(1, 11):
        blocklists.add([f"bad{number}.example"], why="test", by="ada", list=name)
    with records.db.read() as conn:
        assert f"{name}@10" in conn.execute(select(ledger_record.c.subject)).scalars().all()
    with pytest.raises(ListMismatch, match="at most 80"):
        blocklists.add(["bad.example"], why="test", by="ada", list=name + "a")


@pytest.mark.only("postgresql", why="the numbers of SQLite have 64 bits anyway")
def test_the_numbers_of_what_is_not_indexed_do_not_run_out(records: Records) -> None:
    with records.db.write() as conn:
        conn.execute(text("SELECT setval('unindexed_number_seq', 2147483647)"))
        conn.execute(insert(unindexed).values(sha256="ab"))
        assert conn.execute(select(unindexed.c.number)).scalar_one() == 2**31

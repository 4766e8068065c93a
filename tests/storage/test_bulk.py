from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from storage.bulk import insert_all
from storage.bulk_load import CannotHold
from storage.tables import tombstone
from tests.combination import DATABASE
from tests.storage.records import opened

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def grave(number: int, **changed: object) -> dict[str, object]:
    said = {"id": f"{number:06}", "kind": "pair", "key": str(number), "why": "\u00e9\t\\N\n", "by": "ada", "at": NOON}
    return {**said, "bars": number % 2 == 0, "sha256": None, "near": {"views": [number, None]}, **changed}


@pytest.mark.parametrize("count", [0, 1, 3, 4, 250])
def test_many_rows_are_what_one_by_one_they_would_be(tmp_path: Path, count: int) -> None:
    with opened(tmp_path) as records:
        with records.db.write() as conn:
            insert_all(conn, tombstone, [grave(each) for each in range(count)])
        with records.db.read() as conn:
            rows = conn.execute(select(tombstone).order_by(tombstone.c.id)).all()
    assert [{name: getattr(row, name) for name in grave(0)} for row in rows] == [grave(each) for each in range(count)]


@pytest.mark.parametrize("count", [2, 250])
def test_a_row_that_is_there_already_undoes_all(tmp_path: Path, count: int) -> None:
    with opened(tmp_path) as records:
        with pytest.raises(IntegrityError), records.db.write() as conn:
            insert_all(conn, tombstone, [grave(each) for each in [*range(count), 0]])
        with records.db.read() as conn:
            assert conn.execute(select(tombstone)).all() == []


@pytest.mark.skipif(DATABASE == "sqlite", reason="only with postgresql: SQLite holds every character")
def test_what_the_database_cannot_hold_is_not_told_in_the_error(tmp_path: Path) -> None:
    rows = [grave(each, why="a secret\0") for each in range(9)]
    with opened(tmp_path) as records, pytest.raises(CannotHold) as caught, records.db.write() as conn:
        insert_all(conn, tombstone, rows)
    assert "secret" not in str(caught.value)

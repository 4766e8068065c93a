import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.errors import NotMigrated, NotSupported
from storage.tables import gate, page
from tests.storage.records import Records, opened


@pytest.fixture
def records(tmp_path: Path) -> object:
    with opened(tmp_path) as found:
        yield found


def epoch_in(conn: Connection) -> int:
    return int(conn.execute(select(gate.c.epoch)).scalar_one())


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("busy_timeout", 30_000)],
)
def test_every_connection_is_durable_and_strict(records: Records, pragma: str, value: object) -> None:
    with records.db.read() as conn:
        assert conn.execute(text(f"PRAGMA {pragma}")).scalar_one() == value


def test_an_exception_undoes_everything_even_ddl(records: Records) -> None:
    def break_off() -> None:
        with records.db.write() as conn:
            conn.execute(text("CREATE TABLE half (id INTEGER)"))
            conn.execute(text("UPDATE gate SET epoch = 99"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    with records.db.read() as conn:
        assert epoch_in(conn) == 1
        assert conn.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'half'")).scalar_one() == 0


def test_a_reader_sees_one_state_while_others_commit(records: Records) -> None:
    with records.db.read() as reader:
        assert epoch_in(reader) == 1
        with records.db.write() as writer:
            writer.execute(text("UPDATE gate SET epoch = 2"))
        assert epoch_in(reader) == 1
    with records.db.read() as reader:
        assert epoch_in(reader) == 2


def test_write_takes_the_lock_before_its_first_statement(records: Records) -> None:
    impatient = sqlite3.connect(records.db.folder / "altsieve.db", timeout=0, isolation_level=None)
    with records.db.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        impatient.execute("BEGIN IMMEDIATE")
    impatient.close()


def test_a_row_without_its_run_is_refused_and_the_error_shows_no_value(records: Records) -> None:
    row: dict[str, object] = {
        "id": "p",
        "run_id": "none",
        "url": "https://secret.example/",
        "url_digest": "0",
        "host": "secret.example",
    }
    row |= {"depth": 0, "seed": "https://secret.example/", "state": "pending"}
    with pytest.raises(IntegrityError) as caught, records.db.write() as conn:
        conn.execute(insert(page).values(**row))
    assert "secret" not in str(caught.value)


def test_a_database_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    db = Database.open(f"sqlite:///{tmp_path}/none.db")
    with pytest.raises(NotMigrated, match="altsieve db upgrade"):
        db.require_migrated()
    assert list(tmp_path.iterdir()) == []


def test_a_migrated_database_is_ready(records: Records) -> None:
    records.db.require_migrated()


def test_another_revision_is_not_ready(records: Records) -> None:
    with records.db.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(NotMigrated, match="is at 0000"):
        records.db.require_migrated()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "no url at all"])
def test_what_is_not_a_file_is_not_supported(url: str) -> None:
    with pytest.raises(NotSupported, match="sqlite:///folder"):
        Database.open(url)

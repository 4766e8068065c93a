import sqlite3
import traceback
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from storage.bulk import insert_all
from storage.database import Database
from storage.errors import NotMigrated, NotSupported
from storage.locks import lock_key
from storage.tables import gate, gate_change, page
from tests.places import Place
from tests.storage.postgres import running_server
from tests.storage.records import Records, open_database, opened
from tests.storage.samples import NOON


@pytest.fixture
def records(tmp_path: Path) -> object:
    with opened(tmp_path) as found:
        yield found


def epoch_in(conn: Connection) -> int:
    return int(conn.execute(select(gate.c.epoch)).scalar_one())


@pytest.mark.only("sqlite", why="PostgreSQL has settings of a session, which the next one asks")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("busy_timeout", 30_000)],
)
def test_every_connection_is_durable_and_strict(records: Records, pragma: str, value: object) -> None:
    with records.db.read() as conn:
        assert conn.execute(text(f"PRAGMA {pragma}")).scalar_one() == value


@pytest.mark.only("postgresql", why="SQLite has no settings of a session")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("synchronous_commit", "on"),
        ("lock_timeout", "30s"),
        ("idle_in_transaction_session_timeout", "1h"),
        ("idle_session_timeout", "0"),
        ("default_transaction_isolation", "read committed"),
        ("client_encoding", "UTF8"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
    ],
)
def test_every_session_is_durable_and_waits_only_so_long(records: Records, name: str, value: str) -> None:
    with records.db.read() as conn:
        assert conn.execute(text(f"SHOW {name}")).scalar_one() == value


@pytest.mark.only("postgresql", why="SQLite has no settings of a server")
def test_no_setting_of_a_server_changes_what_a_transaction_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were each transaction to see what was there when it began to wait, it would write what is no longer so."""
    others = {
        "default_transaction_isolation": "'repeatable read'",
        "default_transaction_read_only": "on",
        "synchronous_commit": "off",
        "idle_session_timeout": "1000",
        "idle_in_transaction_session_timeout": "1000",
    }
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    monkeypatch.setenv("PGOPTIONS", "-c synchronous_commit=off")
    with opened(tmp_path) as records:
        name = Place.of(tmp_path).database
        running_server().do(*(f'ALTER DATABASE "{name}" SET {each} TO {value}' for each, value in others.items()))
        db = open_database(tmp_path)
        with db.write() as conn:
            conn.execute(update(gate_change).values(why="\U0001f600"))
            found = {
                each: conn.execute(text(f"SHOW {each}")).scalar_one() for each in ("transaction_isolation", *others)
            }
        db.close()
        assert records.epoch == 1
    assert found == {
        "transaction_isolation": "read committed",
        "default_transaction_isolation": "read committed",
        "default_transaction_read_only": "off",
        "synchronous_commit": "on",
        "idle_session_timeout": "0",
        "idle_in_transaction_session_timeout": "1min",
    }


def test_text_is_sorted_by_its_bytes_whatever_the_server_sorts_by(records: Records) -> None:
    """Listings go on where a batch ended, and the ledger's order of segments is that of the bytes."""
    words = ["Z", "a", "B", "é", "z", "_", "-", "10", "9", "A", " ", "\U0001f600", "\uffee"]
    common = {"subject": "", "by": "", "why": "", "at": NOON}
    rows = [{"epoch": epoch, "what": each, **common} for epoch, each in enumerate(words, 100)]
    with records.db.write() as conn:
        conn.execute(insert(gate_change), rows)
        found = conn.execute(select(gate_change.c.what).order_by(gate_change.c.what)).scalars().all()
        larger = conn.execute(select(gate_change.c.what).where(gate_change.c.what > "Z")).scalars().all()
    assert found == sorted(words, key=str.encode)
    assert set(larger) == {each for each in words if each.encode() > b"Z"}


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
        assert not inspect(conn).has_table("half")


def test_a_reader_sees_one_state_while_others_commit(records: Records) -> None:
    with records.db.read() as reader:
        assert epoch_in(reader) == 1
        with records.db.write() as writer:
            writer.execute(text("UPDATE gate SET epoch = 2"))
        assert epoch_in(reader) == 1
    with records.db.read() as reader:
        assert epoch_in(reader) == 2


@pytest.mark.only("sqlite", why="it looks at the lock of the file; the next one is the same on PostgreSQL")
def test_write_takes_the_lock_before_its_first_statement(records: Records) -> None:
    impatient = sqlite3.connect(records.db.folder / "altsieve.db", timeout=0, isolation_level=None)
    with records.db.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        impatient.execute("BEGIN IMMEDIATE")
    impatient.close()


@pytest.mark.only("postgresql", why="it looks at the advisory lock; the one before is the same on SQLite")
def test_write_takes_the_advisory_lock_before_its_first_statement(records: Records) -> None:
    query = select(func.pg_try_advisory_xact_lock(lock_key("writer")))
    with records.db.write(), records.db.read() as impatient:
        assert not impatient.execute(query).scalar_one()
    with records.db.read() as other:
        assert other.execute(query).scalar_one()


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


@pytest.mark.parametrize("many", [1, 100])
def test_an_error_shows_nothing_of_the_row(records: Records, many: int) -> None:
    rows = [{"epoch": each, "what": "secret", "subject": "secret", "by": "secret", "at": NOON} for each in range(many)]
    with pytest.raises(IntegrityError) as caught, records.db.write() as conn:
        insert_all(conn, gate_change, rows)  # which have no reason
    assert "why" in str(caught.value)
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    assert "secret" not in repr(caught.value.orig)


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

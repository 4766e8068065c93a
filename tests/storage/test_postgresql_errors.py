"""What is wrong with a PostgreSQL database is said in a word that helps, tried on a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import postgresql_errors
from storage.database import Database
from storage.errors import DatabaseBusy, DatabaseNotReady, NotSupported, StorageError
from storage.keys import SIGNING_KEY
from storage.migrate import upgrade
from tests.storage.postgres import Postgres, server

UTF8 = "ENCODING 'UTF8' TEMPLATE template0"
LATIN1 = "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with server() as started:
        started.do(
            f"CREATE DATABASE plain {UTF8}",
            f"CREATE DATABASE narrow {LATIN1} TEMPLATE template0",
            "CREATE ROLE guest LOGIN",
            "CREATE ROLE stranger LOGIN",
            "REVOKE CONNECT ON DATABASE plain FROM PUBLIC",
            "GRANT CONNECT ON DATABASE plain TO guest",
        )
        yield started


@pytest.mark.parametrize(
    ("database", "user", "words"),
    [
        (
            "nowhere",
            "postgres",
            "does not exist; type: createdb --encoding UTF8 --template template0 --owner postgres nowhere",
        ),
        ("plain", "nobody", "knows no such user; type: createuser --pwprompt nobody"),
        ("plain", "stranger", "GRANT CONNECT ON DATABASE ... TO stranger"),
        ("plain", "guest", r"may not do this \(permission denied for .*\).* needs the owner of the database"),
        ("narrow", "postgres", "keeps text as LATIN1, which has not all letters; type: createdb --encoding UTF8"),
    ],
)
def test_an_upgrade_says_what_is_in_its_way(
    postgres: Postgres, tmp_path: Path, database: str, user: str, words: str
) -> None:
    url = postgres.url(database).replace("postgres@", f"{user}@")
    with pytest.raises(DatabaseNotReady, match=words) as told:
        upgrade(url, str(tmp_path))
    assert told.value.__suppress_context__ or told.value.__context__ is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("nowhere", r"database nowhere on .* --template template0 nowhere"),
        ("", r"database \(see PGDATABASE\) on "),
        ("postgresql://ada:s3cret@host/nowhere", r"database \(see PGDATABASE\) on .* NAME"),
    ],
)
def test_a_database_that_the_environment_names_is_named(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, words: str
) -> None:
    for variable, value in (("PGHOST", str(postgres.folder)), ("PGUSER", "nobody" if not said else "postgres")):
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("PGDATABASE", said)
    with pytest.raises(DatabaseNotReady, match=words) as told:
        upgrade("postgresql+psycopg://", str(tmp_path))
    assert "cret" not in str(told.value)


@pytest.mark.parametrize(("content", "words"), [(None, "No such file or directory"), (b"\xff\xfe", "it is no text")])
def test_a_password_file_that_cannot_be_read_is_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, words: str
) -> None:
    file = tmp_path / "s3cret"  # some take the variable for the password's own
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("ALTSIEVE_DATABASE_PASSWORD_FILE", str(file))
    with pytest.raises(DatabaseNotReady, match=f"cannot be read: {words}") as told:
        upgrade("postgresql+psycopg://ada@127.0.0.1:1/nowhere", str(tmp_path))
    assert "s3cret" not in str(told.value)


def test_a_server_that_is_too_old_is_named(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_errors, "OLDEST", 99)
    with pytest.raises(DatabaseNotReady, match=r"is on PostgreSQL \d+; 99 or newer is needed"):
        upgrade(postgres.url("plain"), str(tmp_path))
    assert not (tmp_path / SIGNING_KEY).exists()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3cret@h:port/db",
        "postgresql://u:s3@cret@h/db",
        "postgresql://u/x:s3cret@h/db",
        "postgresql://u@h/db?password=s3cret",
        "postgresql//u:s3cret@h/db",
        "mysql://u:s3cret@h/db",
    ],
)
def test_a_url_that_cannot_be_read_is_not_repeated(url: str) -> None:
    with pytest.raises(NotSupported) as told:
        Database.open(url)
    assert "cret" not in str(told.value)
    assert told.value.__suppress_context__ or told.value.__context__ is None


def test_who_waits_too_long_for_the_one_writer_is_told_so(postgres: Postgres, tmp_path: Path) -> None:
    first, second = (Database.open(postgres.url("plain"), tmp_path) for _ in range(2))
    with first.write(), pytest.raises(DatabaseBusy, match="others have been writing"):
        _write_soon(second)
    first.close()
    second.close()


def test_a_fault_of_ours_is_left_as_it_is(postgres: Postgres, tmp_path: Path) -> None:
    db = Database.open(postgres.url("plain"), tmp_path)
    with pytest.raises(Exception, match="does not exist") as told, db.read() as conn:
        conn.execute(text("SELECT * FROM nowhere"))
    assert not isinstance(told.value, StorageError)
    db.close()


def _write_soon(db: Database) -> None:
    engine = db._engine
    with engine.connect() as conn:
        conn.exec_driver_sql("SET lock_timeout = '50ms'")
        conn.commit()
    with db.write():
        pass

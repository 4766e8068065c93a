from pathlib import Path

import pytest
from sqlalchemy import text

from storage.backup import back_up
from storage.catalogue_folder import FolderNotEmpty
from storage.database import Database
from storage.errors import NotSupported
from storage.keys import HMAC_KEY, SIGNING_KEY
from tests.storage.catalogues import catalogue, findings
from tests.storage.records import open_database, opened

FILES = ["altsieve.checkpoints", "altsieve.db", "altsieve.hmac-key", "altsieve.signing-key"]
on_sqlite = pytest.mark.only("sqlite", why="PostgreSQL has pg_dump")


@on_sqlite
def test_a_backup_takes_the_place_of_the_folder_and_nothing_is_wrong_with_it(tmp_path: Path) -> None:
    with catalogue(tmp_path / "a") as crawl:
        made = back_up(crawl.records.db, tmp_path / "backup")
        assert sorted(each.name for each in (tmp_path / "backup").iterdir()) == FILES
        assert (made.database, made.keys) == ("altsieve.db", (SIGNING_KEY, HMAC_KEY))
        db = open_database(tmp_path / "backup")
        db.require_migrated()
        assert findings(crawl, db) == []
        db.close()


@on_sqlite
def test_only_the_owner_can_read_a_backup(tmp_path: Path) -> None:
    with opened(tmp_path / "a") as records:
        back_up(records.db, tmp_path / "backup")
    places = [tmp_path / "backup", *(tmp_path / "backup").iterdir()]
    assert {each.stat().st_mode & 0o077 for each in places} == {0}


@on_sqlite
def test_it_has_what_is_only_in_the_write_ahead_log_and_nothing_of_who_is_writing(tmp_path: Path) -> None:
    with opened(tmp_path / "a") as records:
        with records.db.write() as conn:
            conn.execute(text("UPDATE gate SET epoch = 7"))
        with records.db.write() as conn:
            conn.execute(text("UPDATE gate SET epoch = 8"))
            back_up(records.db, tmp_path / "backup")
    db = open_database(tmp_path / "backup")
    with db.read() as conn:
        assert conn.execute(text("SELECT epoch FROM gate")).scalar_one() == 7
        assert conn.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    db.close()


@on_sqlite
def test_keys_from_the_environment_are_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path / "a") as records:
        monkeypatch.setenv("ALTSIEVE_HMAC_KEY", (tmp_path / "a" / HMAC_KEY).read_text().strip())
        (tmp_path / "a" / HMAC_KEY).unlink()
        assert back_up(records.db, tmp_path / "backup").keys == (SIGNING_KEY,)


@on_sqlite
def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with opened(tmp_path / "a") as records, records.db.write() as conn:
        conn.execute(text("DROP TABLE gate"))
    with opened(tmp_path / "a") as records, pytest.raises(Exception, match="no such table"):
        back_up(records.db, tmp_path / "backup")
    assert list((tmp_path / "backup").iterdir()) == []


@on_sqlite
def test_an_older_backup_is_not_overwritten(tmp_path: Path) -> None:
    with opened(tmp_path / "a") as records:
        back_up(records.db, tmp_path / "backup")
        with pytest.raises(FolderNotEmpty):
            back_up(records.db, tmp_path / "backup")
    assert sorted(each.name for each in (tmp_path / "backup").iterdir()) == FILES


def test_postgresql_is_left_to_its_own_programs(tmp_path: Path) -> None:
    db = Database.open("postgresql+psycopg://nobody@/nowhere", tmp_path)
    with pytest.raises(NotSupported, match="pg_dump"):
        back_up(db, tmp_path / "backup")

import stat
from pathlib import Path

import pytest

from console import db
from storage.database import newest_revision
from storage.database_url import named, parsed_url
from storage.starter_list import starter_entries
from tests.console.conftest import Altsieve
from tests.places import Place


def name_of_database() -> str:
    return named(parsed_url(Place.of(Path("data")).database_url))


def test_upgrading_lays_down_tables_and_keys_that_only_the_owner_can_read(empty: Altsieve) -> None:
    answer = empty("db", "upgrade")
    assert answer.code == 0
    assert answer.out.startswith(f"{name_of_database()} is at revision ")
    for name in ("altsieve.signing-key", "altsieve.hmac-key"):
        assert stat.S_IMODE(Path("data", name).stat().st_mode) == 0o600
    assert empty("pairs").code == 0


def test_upgrading_again_changes_nothing(altsieve: Altsieve) -> None:
    keys = [path.read_bytes() for path in sorted(Path("data").glob("*-key"))]
    assert altsieve("db", "upgrade", "--json").json["database"] == name_of_database()
    assert [path.read_bytes() for path in sorted(Path("data").glob("*-key"))] == keys


def test_the_database_is_where_the_settings_say(empty: Altsieve) -> None:
    assert empty("db", "upgrade", "-s", "DATABASE_URL=sqlite:///elsewhere/a.db").code == 0
    assert Path("elsewhere/a.db").exists()
    assert empty("pairs").code == 3


def test_a_database_of_another_kind_is_not_ready(empty: Altsieve) -> None:
    answer = empty("db", "upgrade", "-s", "DATABASE_URL=nonsense")
    assert answer.code == 3
    assert "sqlite:///" in answer.err


def starter(altsieve: Altsieve) -> tuple[str, int]:
    row = altsieve("blocklist", "list", "--json").json
    return row["list"], row["number"]


def test_upgrading_lays_down_the_starter_list_once(empty: Altsieve) -> None:
    first = empty("db", "upgrade")
    assert "list starter@1 holds " in first.out
    again = empty("db", "upgrade", "--json")
    assert (again.code, again.json["blocklist"]) == (0, None)
    assert starter(empty) == ("starter", 1)
    host, why = next(iter(starter_entries().items()))
    tested = empty("blocklist", "test", f"https://www.{host}/", "--json")
    assert (tested.json["list"], tested.json["entry"], tested.json["why"]) == ("starter@1", host, why)


def test_a_starter_list_that_has_changed_becomes_a_new_revision(
    empty: Altsieve, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty("db", "upgrade")
    monkeypatch.setattr(db, "starter_entries", lambda: {"new.example": "reserves its pictures"})
    assert empty("db", "upgrade", "--json").json["blocklist"] == "starter@2"
    assert empty("blocklist", "test", "https://new.example/").code == 1


def test_a_starter_list_that_was_taken_off_stays_off(empty: Altsieve, monkeypatch: pytest.MonkeyPatch) -> None:
    empty("db", "upgrade")
    assert empty("blocklist", "remove", "--list", "starter", "--why", "we have our own").code == 0
    monkeypatch.setattr(db, "starter_entries", lambda: {"new.example": "reserves its pictures"})
    assert empty("db", "upgrade", "--json").json["blocklist"] is None
    assert starter(empty) == ("starter", 2)
    assert empty("blocklist", "test", "https://new.example/").code == 0
    back = empty("blocklist", "restore", "starter", "--why", "wanted after all")
    assert "list starter@3 holds " in back.out
    assert empty("db", "upgrade", "--json").json["blocklist"] == "starter@4"
    assert empty("blocklist", "test", "https://new.example/").code == 1


def test_nobody_imports_over_the_starter_list(empty: Altsieve) -> None:
    empty("db", "upgrade")
    Path("list.txt").write_text("a.example\n")
    answer = empty("blocklist", "import", "list.txt", "--name", "starter", "--force")
    assert (answer.code, answer.out) == (1, "")
    assert "comes with Altsieve" in answer.err
    assert starter(empty) == ("starter", 1)


def test_going_back_is_done_where_nothing_is_lost_and_refused_with_a_word_where_nobody_can(altsieve: Altsieve) -> None:
    refused = altsieve("db", "downgrade", "0003")
    assert (refused.code, refused.out) == (1, "")
    assert "restore the backup" in refused.err
    assert altsieve("db", "downgrade", newest_revision(), "--json").json == {"revision": newest_revision()}
    assert altsieve("pairs").code == 0

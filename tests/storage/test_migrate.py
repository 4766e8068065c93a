import subprocess
import sys
import threading
from os import mkfifo
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage.database import MIGRATIONS, Database, newest_revision
from storage.errors import KeysMissing, NotAllowed, NotMigrated, NotSupported
from storage.keys import HMAC_KEY, SIGNING_KEY
from storage.migrate import downgrade, upgrade
from storage.pairs import list_pairs
from storage.tables import metadata, without_schemas
from tests.combination import DATABASE
from tests.places import Place
from tests.storage import next_release, samples
from tests.storage.next_release import AHEAD
from tests.storage.one_crawl import Crawl, crawling
from tests.storage.records import opened

_UNINDEXED = {
    f"{table}_unindexed_{verb}" for table in ("picture", "measurement") for verb in ("insert", "update", "delete")
}
_ONLY_SO = {f"{table}_no_{verb}" for table in ("ledger_body", "ledger_segment") for verb in ("other_update", "delete")}
_NEVER = ("incident_act", "ledger_record", "event")
TRIGGERS = {
    "sqlite": _UNINDEXED | _ONLY_SO | {f"{table}_no_{verb}" for table in _NEVER for verb in ("update", "delete")},
    "postgresql": _UNINDEXED | _ONLY_SO | {f"{table}_no_change" for table in _NEVER},
}
FUNCTIONS = {
    "sqlite": set[str](),
    "postgresql": {"note_unindexed", "forget_unindexed", "refuse_change", "sealed_sha256"},
}
NAMES = {
    ("sqlite", "triggers"): "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    ("postgresql", "triggers"): "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    ("postgresql", "functions"): "SELECT proname FROM pg_proc WHERE pronamespace IN "
    "('public'::regnamespace, 'incidents'::regnamespace)",
}


@pytest.fixture
def empty(tmp_path: Path) -> Place:
    """A place where `altsieve db upgrade` was never typed."""
    place = Place.of(tmp_path / "place")
    place.make_empty()
    return place


@pytest.fixture
def ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The release after this one, which adds a column and a table, until `undo`."""
    next_release.install(monkeypatch, next_release.write(tmp_path))
    return monkeypatch


def test_the_newest_revision_is_the_head_of_the_migrations() -> None:
    assert newest_revision() == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    with opened(tmp_path) as records, records.db.read() as conn:
        assert _differences(conn) == []
        assert _names(conn, "triggers") == TRIGGERS[DATABASE]
        assert _names(conn, "functions") == FUNCTIONS[DATABASE]


@pytest.mark.only("postgresql", why="SQLite sorts by bytes whatever is said")
def test_every_column_of_text_sorts_by_bytes(tmp_path: Path) -> None:
    query = (
        "SELECT table_name || '.' || column_name FROM information_schema.columns "
        "WHERE collation_name IS DISTINCT FROM 'C' AND data_type IN ('text', 'character varying') "
        "AND table_schema IN ('public', 'incidents') AND table_name <> 'alembic_version'"
    )
    with opened(tmp_path) as records, records.db.read() as conn:
        assert conn.execute(text(query)).scalars().all() == []


def test_a_step_that_fails_leaves_nothing(empty: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    next_release.install(monkeypatch, next_release.write(tmp_path, '    op.execute("no SQL at all")'))
    with pytest.raises(Exception, match="syntax error"):
        upgrade(empty.database_url, str(empty.folder))
    db = Database.open(empty.database_url, empty.folder)
    assert (db.is_new(), db.revision()) == (True, None)
    db.close()


def test_a_migration_that_is_killed_leaves_the_state_of_before(tmp_path: Path) -> None:
    with crawling(tmp_path / "place") as crawl:
        _record(crawl, "before")
    made = next_release.write(tmp_path, f"{next_release.ADDS}    os.kill(os.getpid(), signal.SIGKILL)")
    place = Place.of(tmp_path / "place")
    program = (
        "import sys, pathlib; from storage import migrate; migrate.MIGRATIONS = pathlib.Path(sys.argv[1]); "
        "migrate.upgrade(sys.argv[2], sys.argv[3])"
    )
    arguments = [str(made), place.database_url, str(place.folder)]
    done = subprocess.run([sys.executable, "-c", program, *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    with crawling(place.folder) as crawl, crawl.records.db.read() as conn:
        assert _differences(conn) == []
        assert not inspect(conn).has_table("novelty")
        assert crawl.records.db.revision() == newest_revision()
        assert len(list(list_pairs(crawl.records.db))) == 1
        assert crawl.verify() == []


def test_of_two_upgrades_at_once_one_waits_and_finds_it_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, go_on = tmp_path / "inside", tmp_path / "go on"
    mkfifo(inside)
    mkfifo(go_on)
    waits = f"    open({str(inside)!r}, 'w').close()\n    open({str(go_on)!r}).close()\n"
    with opened(tmp_path / "place"):
        place = Place.of(tmp_path / "place")
    next_release.install(monkeypatch, next_release.write(tmp_path, waits + next_release.ADDS))
    failures: list[BaseException] = []
    begun = threading.Event()

    def bring_up() -> None:
        try:
            begun.set()
            upgrade(place.database_url, str(place.folder))
        except BaseException as error:  # noqa: BLE001 - for the test to see
            failures.append(error)

    first = threading.Thread(target=bring_up)
    first.start()
    inside.open().close()  # until the first one is in its step
    begun.clear()
    second = threading.Thread(target=bring_up)
    second.start()
    begun.wait(60)
    with go_on.open("w"):
        pass
    for each in (first, second):
        each.join(60)
    assert failures == []
    with opened(place.folder) as records, records.db.read() as conn:
        assert records.db.revision() == AHEAD
        assert conn.execute(text("SELECT count(*) FROM novelty")).scalar_one() == 1


def test_a_database_that_the_next_release_brought_up_goes_on_working(tmp_path: Path, ahead: pytest.MonkeyPatch) -> None:
    with crawling(tmp_path / "place") as crawl:
        _record(crawl, "before")
    place = Place.of(tmp_path / "place")
    upgrade(place.database_url, str(place.folder))
    ahead.undo()
    with crawling(place.folder) as crawl:
        crawl.records.db.require_migrated()
        assert crawl.records.db.revision() == AHEAD
        _record(crawl, "after")
        assert len(list(list_pairs(crawl.records.db))) == 2
        assert crawl.verify() == []
    upgrade(place.database_url, str(place.folder))  # has nothing to do
    with pytest.raises(NotMigrated, match="the release that brought it there"):
        downgrade(place.database_url, newest_revision(), str(place.folder))


@pytest.mark.parametrize(
    ("revision", "refusal"),
    [
        (f"{int(AHEAD) + 1:04}", (NotMigrated, "install the release that brought it there")),
        ("8a1f6c02", (NotSupported, "the tables of another program")),
    ],
)
def test_a_database_of_strangers_is_not_touched(
    tmp_path: Path, revision: str, refusal: tuple[type[Exception], str]
) -> None:
    with opened(tmp_path) as records:
        with records.db.write() as conn:
            conn.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
        error, words = refusal
        with pytest.raises(error, match=words):
            records.db.require_migrated()
    with pytest.raises(error, match=words):
        upgrade(Place.of(tmp_path).database_url, str(tmp_path))


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as first:
        signature = first.keys.sign(b"x")
    upgrade(Place.of(tmp_path).database_url, str(tmp_path))
    with opened(tmp_path) as second:
        assert second.keys.sign(b"x") == signature
        assert second.epoch == 1


@pytest.mark.parametrize("name", [SIGNING_KEY, HMAC_KEY])
def test_a_database_with_records_is_never_given_new_keys(tmp_path: Path, name: str) -> None:
    with opened(tmp_path):
        (tmp_path / name).unlink()
    with pytest.raises(KeysMissing, match="backup"):
        upgrade(Place.of(tmp_path).database_url, str(tmp_path))
    assert not (tmp_path / name).exists()


@pytest.mark.only("sqlite", why="no release before 0005 knew PostgreSQL")
def test_a_downgrade_that_loses_nothing_is_done_and_undone(tmp_path: Path) -> None:
    place = Place.of(tmp_path)
    with crawling(tmp_path) as crawl:
        _record(crawl, "before")
        before = list(list_pairs(crawl.records.db))
    downgrade(place.database_url, "0004", str(tmp_path))
    with opened(tmp_path) as records:
        assert records.db.revision() == "0004"
        with records.db.read() as conn:
            assert not inspect(conn).has_table("object_intent")
            assert "holder" not in {each["name"] for each in inspect(conn).get_columns("run")}
    upgrade(place.database_url, str(tmp_path))
    with crawling(tmp_path) as crawl, crawl.records.db.read() as conn:
        assert _differences(conn) == []
        assert list(list_pairs(crawl.records.db)) == before
        assert crawl.verify() == []


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("INSERT INTO object_intent VALUES ('k', (SELECT id FROM run), '2026')", "object_intent (1 row)"),
        ("INSERT INTO doomed_object VALUES ('k', true, '2026')", "doomed_object.doomed_at (1 row)"),
        ("UPDATE picture SET stored_sha256 = 'ab'", "picture.stored_sha256 (1 row)"),
    ],
    ids=["object_intent", "doomed_at", "stored_sha256"],
)
def test_a_downgrade_that_would_lose_something_says_what(tmp_path: Path, statement: str, place: str) -> None:
    with crawling(tmp_path) as crawl:
        _record(crawl, "before")
        with crawl.records.db.write() as conn:
            conn.execute(text(statement))
    with pytest.raises(NotAllowed) as refused:
        downgrade(Place.of(tmp_path).database_url, "0004", str(tmp_path))
    assert place in str(refused.value)
    assert "backup" in str(refused.value)
    with opened(tmp_path) as records, records.db.read() as conn:
        assert records.db.revision() == newest_revision()
        assert _differences(conn) == []


@pytest.mark.parametrize(
    ("revision", "words"),
    [("0003", "restore the backup"), ("0001", "restore the backup"), (AHEAD, "no revision"), ("base", "no revision")],
)
def test_there_is_no_other_way_back(tmp_path: Path, revision: str, words: str) -> None:
    with opened(tmp_path) as records:
        with pytest.raises(NotAllowed, match=words):
            downgrade(Place.of(tmp_path).database_url, revision, str(tmp_path))
        assert records.db.revision() == newest_revision()


@pytest.mark.only("postgresql", why="SQLite was there before")
def test_nothing_before_0005_is_gone_back_to_on_postgresql(tmp_path: Path) -> None:
    with opened(tmp_path) as records:
        with pytest.raises(NotAllowed, match="no release before this one knows PostgreSQL"):
            downgrade(Place.of(tmp_path).database_url, "0004", str(tmp_path))
        assert records.db.revision() == newest_revision()


def _record(crawl: Crawl, name: str) -> None:
    page_id = crawl.new_page(name)
    crawl.record(page_id, samples.kept(page_id, len(name)))


def _differences(conn: Connection) -> list[object]:
    models = without_schemas() if DATABASE == "sqlite" else metadata
    context = MigrationContext.configure(conn, opts={"include_schemas": DATABASE != "sqlite", "compare_type": True})
    return list(compare_metadata(context, models))


def _names(conn: Connection, what: str) -> set[str]:
    query = NAMES.get((DATABASE, what))
    return set() if query is None else set(conn.execute(text(query)).scalars())

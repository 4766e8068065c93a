import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, inspect, text

from storage.catalogue_export import export_catalogue
from storage.catalogue_import import DatabaseNotEmpty, OtherRevision, import_catalogue
from storage.catalogue_manifest import MANIFEST_FILE, BadExport, OtherKeys, read_manifest, write_manifest
from storage.checkpoint_copies import OtherCheckpoints
from storage.checkpoints import CHECKPOINTS_FILE
from storage.database import Database
from storage.errors import KeysMissing, NotMigrated
from storage.gate import raise_epoch
from storage.keys import KeyRing
from storage.migrate import upgrade
from storage.tables import metadata, unindexed
from tests.places import Place
from tests.storage.catalogues import catalogue, digests, exported, findings, imported, new_place
from tests.storage.one_crawl import Crawl
from tests.storage.postgres import Postgres, server
from tests.storage.records import opened


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """A catalogue that no test changes, with its export beside it: to make it takes half a second."""
    folder = tmp_path_factory.mktemp("source")
    with catalogue(folder / "a") as crawl:
        exported(crawl, folder / "export")
        yield crawl


@pytest.fixture
def export(source: Crawl, tmp_path: Path) -> Path:
    shutil.copytree(source.records.db.folder.parent / "export", tmp_path / "export")
    return tmp_path / "export"


@pytest.fixture
def new(source: Crawl, tmp_path: Path) -> Iterator[Database]:
    db = new_place(source.records.db.folder, tmp_path / "new")
    yield db
    db.close()


def signed_anew(export: Path, keys: KeyRing, **changed: Any) -> None:
    """Sign a manifest that says something else, as only who has the keys can."""
    manifest = read_manifest(export, keys)
    (export / MANIFEST_FILE).unlink()
    write_manifest(export, msgspec.structs.replace(manifest, **changed), keys)


def flip(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)


@pytest.mark.parametrize("name", ["sighting.parquet", "ledger_body.parquet", "gate.parquet", CHECKPOINTS_FILE])
@pytest.mark.parametrize("damage", [flip, Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-1])])
def test_a_file_that_is_altered_or_missing_is_found_and_nothing_is_loaded(
    new: Database, export: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(export / name)
    with pytest.raises(BadExport, match=name):
        import_catalogue(new, export)
    assert new.is_new()


def test_an_export_without_a_manifest_is_none(new: Database, export: Path) -> None:
    (export / MANIFEST_FILE).unlink()
    with pytest.raises(BadExport, match="not finished"):
        import_catalogue(new, export)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('"epoch": ', '"epoch": 1'),
        ('"file": "gate.parquet"', '"file": "../gate.parquet"'),
        ('"signature": "', '"signature": "00'),
        ('"signature": "', '"signature": "not hex'),
    ],
)
def test_a_manifest_that_was_altered_is_found(new: Database, export: Path, was: str, now: str) -> None:
    path = export / MANIFEST_FILE
    assert was in path.read_text()
    path.write_text(path.read_text().replace(was, now))
    with pytest.raises(OtherKeys, match="altered"):
        import_catalogue(new, export)


@pytest.mark.parametrize("body", ["", "{}", '{"format": "other"}'])
def test_what_is_no_manifest_is_not_read_as_one(new: Database, export: Path, body: str) -> None:
    (export / MANIFEST_FILE).write_text(body)
    with pytest.raises(BadExport, match="cannot be read"):
        import_catalogue(new, export)


def test_a_format_to_come_is_refused(new: Database, export: Path, source: Crawl) -> None:
    signed_anew(export, source.records.keys, format_version=2)
    with pytest.raises(BadExport, match="does not read"):
        import_catalogue(new, export)


def test_another_revision_is_refused_with_the_version_that_can_read_it(
    new: Database, export: Path, source: Crawl
) -> None:
    signed_anew(export, source.records.keys, revision="0004", made_with="0.0.9")
    with pytest.raises(OtherRevision, match=r"Altsieve 0\.0\.9"):
        import_catalogue(new, export)
    assert new.is_new()


@pytest.mark.parametrize("name", ["altsieve.signing-key", "altsieve.hmac-key"])
def test_an_import_needs_both_keys_and_the_right_ones(new: Database, export: Path, name: str) -> None:
    (new.folder / name).write_text("ab" * 32)
    with pytest.raises(OtherKeys, match="bring"):
        import_catalogue(new, export)
    (new.folder / name).unlink()
    with pytest.raises(KeysMissing, match=f"bring .*{name}"):
        import_catalogue(new, export)
    assert new.is_new()


def test_rows_or_columns_that_do_not_fit_undo_everything(new: Database, export: Path, source: Crawl) -> None:
    """They come from a file that somebody with the keys has vouched for, so it is found only when it is loaded."""
    keys = source.records.keys
    manifest = read_manifest(export, keys)
    fewer = [msgspec.structs.replace(each, rows=each.rows + 1) for each in manifest.tables]
    signed_anew(export, keys, tables=tuple(fewer))
    with pytest.raises(BadExport, match="rows"):
        import_catalogue(new, export)
    swapped = [msgspec.structs.replace(each, file="gate.parquet") for each in manifest.tables[:1]]
    gate = manifest.table_file("gate")
    swapped = [msgspec.structs.replace(each, size_bytes=gate.size_bytes, sha256=gate.sha256) for each in swapped]
    signed_anew(export, keys, tables=(*swapped, *manifest.tables[1:]))
    with pytest.raises(BadExport, match="columns"):
        import_catalogue(new, export)
    signed_anew(export, keys, tables=manifest.tables[1:])
    with pytest.raises(BadExport, match="tables"):
        import_catalogue(new, export)
    signed_anew(export, keys, tables=manifest.tables, epoch=manifest.epoch + 1)
    with pytest.raises(BadExport, match="epoch"):
        import_catalogue(new, export)
    assert new.is_new()
    assert not (new.folder / CHECKPOINTS_FILE).exists()
    signed_anew(export, keys, epoch=manifest.epoch)
    import_catalogue(new, export)
    assert findings(source, new) == []


def test_a_database_that_is_not_empty_is_left_as_it_is(export: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "used") as used:
        before = export_catalogue(used.db, used.keys, tmp_path / "before")
        with pytest.raises(DatabaseNotEmpty, match="not empty"):
            import_catalogue(used.db, export)
        assert digests(export_catalogue(used.db, used.keys, tmp_path / "after")) == digests(before)


def test_two_imports_at_once_are_one(new: Database, export: Path) -> None:
    lock = new.locks.take("import")
    assert lock is not None
    with pytest.raises(DatabaseNotEmpty, match="another process"):
        import_catalogue(new, export)
    lock.release()
    import_catalogue(new, export)


KILLED = """
import os, signal, sys
from pathlib import Path
from storage.catalogue_import import import_catalogue
from tests.storage.records import open_database
def told(table, rows):
    if table == "sighting":
        os.kill(os.getpid(), signal.SIGKILL)
import_catalogue(open_database(Path(sys.argv[1])), Path(sys.argv[2]), told)
"""


def test_what_a_killed_import_leaves_is_refused_until_one_succeeds(new: Database, export: Path, source: Crawl) -> None:
    command = [sys.executable, "-c", KILLED, str(new.folder), str(export)]
    assert subprocess.run(command, check=False, timeout=60).returncode == -9
    with pytest.raises(NotMigrated, match="killed; type: altsieve db import"):
        new.require_migrated()
    with pytest.raises(NotMigrated, match="killed; type: altsieve db import"):
        upgrade(Place.of(new.folder).database_url, str(new.folder))
    import_catalogue(new, export)
    new.require_migrated()
    assert findings(source, new) == []


def test_what_was_loaded_has_the_indexes_and_triggers_of_any_other(new: Database, export: Path, tmp_path: Path) -> None:
    import_catalogue(new, export)
    with opened(tmp_path / "other") as other:
        assert laid_down(new) == laid_down(other.db)


def laid_down(db: Database) -> tuple[object, ...]:
    triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    if db.dialect == "postgresql":
        triggers = "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    with db.read() as conn:
        tables = inspect(conn)
        indexes = [
            (name, index["name"], index["column_names"])
            for schema in (None, *({"incidents"} & set(tables.get_schema_names())))
            for name in sorted(tables.get_table_names(schema))
            for index in sorted(tables.get_indexes(name, schema), key=lambda each: str(each["name"]))
        ]
        return indexes, [tuple(each) for each in conn.execute(text(triggers))]


def test_numbers_go_on_after_the_highest(new: Database, export: Path, source: Crawl) -> None:
    import_catalogue(new, export)
    numbers = [each.number for each in source.rows(unindexed)]
    with new.write() as conn:
        conn.execute(insert(unindexed).values(sha256="new"))
        given = conn.execute(text("SELECT number FROM unindexed WHERE sha256 = 'new'")).scalar_one()
        entry = text(
            "INSERT INTO host_entry (list, host, action, why, since) SELECT list, 'h', 'block', 'w', since "
            "FROM host_entry LIMIT 1"
        )
        conn.execute(entry)
        ids = conn.execute(text("SELECT id FROM host_entry ORDER BY id")).scalars().all()
    assert given > max(numbers)
    assert len(set(ids)) == len(ids) > 1


def changed_since(source: Crawl) -> None:
    with source.records.db.write() as conn:
        epoch = raise_epoch(conn, what="test", subject="s", by="ann", why="a test")
        source.records.ledger.append(
            conn,
            segment="operators",
            kind="test",
            subject="s",
            outcome=None,
            reason=None,
            epoch=epoch,
            settings_digest=None,
            body={},
        )
    source.records.ledger.checkpoint()


def test_checkpoints_that_are_there_stay_if_they_fit(export: Path, source: Crawl, tmp_path: Path) -> None:
    """Such as when a catalogue moves from SQLite to PostgreSQL, and its folder stays."""
    theirs = (source.records.db.folder / CHECKPOINTS_FILE).read_bytes()
    for number, there in enumerate((theirs, b"", theirs[: theirs.index(b"\n") + 1])):
        db = new_place(source.records.db.folder, tmp_path / str(number))
        (db.folder / CHECKPOINTS_FILE).write_bytes(there)
        import_catalogue(db, export)
        assert (db.folder / CHECKPOINTS_FILE).read_bytes() == theirs
        db.close()


def test_checkpoints_that_go_on_after_the_export_or_are_of_another_are_not_overwritten(tmp_path: Path) -> None:
    with catalogue(tmp_path / "a") as crawl:
        exported(crawl, tmp_path / "export")
        changed_since(crawl)
        later = (tmp_path / "a" / CHECKPOINTS_FILE).read_bytes()
        db = new_place(tmp_path / "a", tmp_path / "b")
        for there, why in ((later, "goes on after"), (later[5:], "belongs to another")):
            (db.folder / CHECKPOINTS_FILE).write_bytes(there)
            with pytest.raises(OtherCheckpoints, match=why):
                import_catalogue(db, tmp_path / "export")
            assert (db.folder / CHECKPOINTS_FILE).read_bytes() == there
            assert db.is_new()
        db.close()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with server() as started:
        yield started


@pytest.mark.only("sqlite", why="it takes a catalogue from SQLite to PostgreSQL and back")
def test_a_catalogue_moves_to_the_other_database_and_back_without_losing_a_byte(
    postgres: Postgres, source: Crawl, export: Path, tmp_path: Path
) -> None:
    postgres.do("CREATE DATABASE moved TEMPLATE template0")
    shutil.copytree(source.records.db.folder, tmp_path / "b", ignore=shutil.ignore_patterns("*.db*"))
    there = Database.open(postgres.url("moved"), tmp_path / "b")
    import_catalogue(there, export)
    assert findings(source, there) == []
    back = export_catalogue(there, source.records.keys, tmp_path / "back")
    there.close()
    assert digests(back) == digests(read_manifest(export, source.records.keys))
    with imported(source, tmp_path / "back", tmp_path / "c") as db:
        assert findings(source, db) == []
        assert stored(db) == stored(source.records.db)


def stored(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return what lies in the file of SQLite, with the type of each value, past every type of a column."""
    found = {}
    with db.read() as conn:
        for table in metadata.sorted_tables:
            names = [each.name for each in table.columns]
            columns = ", ".join(f'"{each}", typeof("{each}")' for each in names)
            order = ", ".join(f'"{each.name}"' for each in table.primary_key)
            query = f'SELECT {columns} FROM "{table.name}" ORDER BY {order}'  # noqa: S608 - names of our tables
            found[str(table.name)] = [tuple(each) for each in conn.exec_driver_sql(query)]
    return found


@pytest.mark.only("sqlite", why="only SQLite holds what PostgreSQL does not")
def test_what_postgresql_cannot_hold_is_said_without_showing_it(postgres: Postgres, tmp_path: Path) -> None:
    postgres.do("CREATE DATABASE nul TEMPLATE template0")
    with catalogue(tmp_path / "a") as crawl:
        with crawl.records.db.write() as conn:
            conn.execute(text("UPDATE gate_change SET why = 'secret' || char(0)"))
        exported(crawl, tmp_path / "export")
        shutil.copytree(tmp_path / "a", tmp_path / "b", ignore=shutil.ignore_patterns("*.db*"))
    there = Database.open(postgres.url("nul"), tmp_path / "b")
    with pytest.raises(Exception, match="gate_change holds what PostgreSQL cannot store") as error:
        import_catalogue(there, tmp_path / "export")
    assert "secret" not in str(error.value)
    assert there.is_new()
    there.close()

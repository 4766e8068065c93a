import errno
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pytest
from pyarrow import parquet
from sqlalchemy import Table, text

from storage import catalogue_export
from storage.catalogue_columns import NotOfItsType
from storage.catalogue_export import export_catalogue
from storage.catalogue_folder import FolderNotEmpty
from storage.catalogue_manifest import MANIFEST_FILE, Manifest, read_manifest
from storage.errors import CheckpointsMissing, NotMigrated
from storage.tables import metadata
from tests.storage import samples
from tests.storage.catalogues import BODY, FACTS, catalogue, digests, exported, findings, imported
from tests.storage.one_crawl import Crawl
from tests.storage.records import opened


@dataclass(frozen=True)
class Exported:
    crawl: Crawl
    folder: Path
    manifest: Manifest


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    """One that no test changes: to make it takes half a second."""
    folder = tmp_path_factory.mktemp("exported")
    with catalogue(folder / "a") as crawl:
        yield Exported(crawl, folder / "export", exported(crawl, folder / "export"))


def test_what_was_exported_comes_back_to_the_byte_and_nothing_is_wrong_with_it(done: Exported, tmp_path: Path) -> None:
    assert findings(done.crawl, done.crawl.records.db) == []
    with imported(done.crawl, done.folder, tmp_path / "b") as db:
        assert findings(done.crawl, db) == []
        again = export_catalogue(db, done.crawl.records.keys, tmp_path / "again")
    assert digests(again) == digests(done.manifest)
    assert again.rows == done.manifest.rows > 50


def test_an_export_names_every_table_and_says_how_far_the_ledger_was_signed(done: Exported) -> None:
    assert {each.table for each in done.manifest.tables} == {each.name for each in metadata.tables.values()}
    assert read_manifest(done.folder, done.crawl.records.keys) == done.manifest
    assert done.manifest.epoch == done.crawl.records.epoch
    last = (done.crawl.records.db.folder / "altsieve.checkpoints").read_text().splitlines()[-1]
    assert done.manifest.checkpoints.last_line == last
    assert {each.stat().st_mode & 0o077 for each in (done.folder, *done.folder.iterdir())} == {0}


def test_no_key_is_in_an_export(done: Exported) -> None:
    folder = done.crawl.records.db.folder
    for key in (folder / name for name in ("altsieve.signing-key", "altsieve.hmac-key")):
        secret = key.read_text().strip()
        for each in done.folder.iterdir():
            assert secret.encode() not in each.read_bytes()
            assert bytes.fromhex(secret) not in each.read_bytes()


def test_whoever_reads_it_finds_types_values_and_comments(done: Exported) -> None:
    table = parquet.read_table(done.folder / "measurement.parquet")
    assert table.column("facts").combine_chunks().storage.to_pylist() == [FACTS.replace("M", "m" * 64)]
    assert table.column("measured_at").to_pylist() == [samples.NOON]
    assert parquet.read_table(done.folder / "consent_document.parquet").column("body").to_pylist() == [BODY, BODY]
    sighting = parquet.read_schema(done.folder / "sighting.parquet")
    assert sighting.field("verdicts").type == pa.json_(pa.string())
    assert sighting.field("judged_at").type == pa.timestamp("us", tz="UTC")
    assert sighting.field("epoch").type == pa.int64()
    assert sighting.field("epoch").metadata == {b"comment": b"gate epoch it was judged under"}
    assert parquet.read_schema(done.folder / "incident.parquet").field("due").type == pa.date32()
    assert parquet.read_schema(done.folder / "run.parquet").field("provisional").type == pa.bool_()


def test_incidents_are_exported_as_sealed(done: Exported) -> None:
    (stored,) = done.crawl.rows(metadata.tables["incidents.incident"])
    assert parquet.read_table(done.folder / "incident.parquet").to_pylist() == [stored._asdict()]


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda each: str(each.name))
def test_rows_are_in_the_order_of_their_keys_which_tells_nothing_of_time(done: Exported, table: Table) -> None:
    names = [each.name for each in table.primary_key]
    keys = parquet.read_table(done.folder / f"{table.name}.parquet", columns=names).to_pylist()
    in_order = [tuple(each[name] for name in names) for each in keys]
    assert in_order == sorted(in_order)


def test_a_crawl_that_goes_on_meanwhile_is_not_in_it(tmp_path: Path) -> None:
    with catalogue(tmp_path / "a") as crawl:
        before = exported(crawl, tmp_path / "before")

        def record(table: str, rows: int) -> None:
            if table == "gate":
                crawl.frontier.add([])
                with crawl.records.db.write() as conn:
                    conn.execute(text("UPDATE page SET state = 'failed'"))
                    crawl.records.ledger.append(
                        conn,
                        segment="operators",
                        kind="test",
                        subject="s",
                        outcome=None,
                        reason=None,
                        epoch=1,
                        settings_digest=None,
                        body={},
                    )
                crawl.records.ledger.checkpoint()

        meanwhile = export_catalogue(crawl.records.db, crawl.records.keys, tmp_path / "meanwhile", record)
        assert digests(meanwhile) == digests(before)
        with imported(crawl, tmp_path / "meanwhile", tmp_path / "b") as db:
            assert findings(crawl, db) == []


def test_a_table_is_written_in_groups_that_fit_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_export, "_ROWS_AT_ONCE", 2)
    monkeypatch.setattr(catalogue_export, "_GROUP_ROWS", 4)
    with catalogue(tmp_path / "a") as crawl:
        manifest = exported(crawl, tmp_path / "export")
        records = parquet.ParquetFile(tmp_path / "export" / "ledger_record.parquet")
        groups = [records.metadata.row_group(each).num_rows for each in range(records.num_row_groups)]
        assert groups[:2] == [4, 4]
        assert sum(groups) == manifest.table_file("ledger_record").rows
        with imported(crawl, tmp_path / "export", tmp_path / "b") as db:
            assert findings(crawl, db) == []


def test_only_a_new_or_empty_folder_is_written_to(done: Exported) -> None:
    held = sorted(done.folder.iterdir())
    with pytest.raises(FolderNotEmpty, match="not empty"):
        exported(done.crawl, done.folder)
    assert sorted(done.folder.iterdir()) == held


def test_a_database_that_a_newer_release_has_brought_up_is_left_to_it(tmp_path: Path) -> None:
    with opened(tmp_path / "a") as records:
        with records.db.write() as conn:
            conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(NotMigrated, match="9999"):
            export_catalogue(records.db, records.keys, tmp_path / "export")
    assert list((tmp_path / "export").iterdir()) == []


def test_without_checkpoints_nothing_is_exported(tmp_path: Path) -> None:
    with opened(tmp_path / "a") as records:
        (records.db.folder / "altsieve.checkpoints").unlink()
        with pytest.raises(CheckpointsMissing):
            export_catalogue(records.db, records.keys, tmp_path / "export")


LIMITED = """
import resource, sys
from pathlib import Path
from storage.catalogue_export import export_catalogue
from storage.keys import KeyRing
from tests.storage.records import open_database
db = open_database(Path(sys.argv[1]))
with db.read():  # what SQLite has open it does not have to make
    pass
for number, limit in enumerate(sys.argv[3:]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
    try:
        export_catalogue(db, KeyRing.load(db.folder), Path(sys.argv[2]) / str(number))
    except OSError as error:
        print(error.errno)
"""


def test_a_disk_that_is_full_leaves_nothing_of_an_export(done: Exported, tmp_path: Path) -> None:
    """No file may grow beyond a limit, which is what a full disk is to the one who writes."""
    largest = max(each.size_bytes for each in done.manifest.tables)
    manifest = (done.folder / MANIFEST_FILE).stat().st_size
    limits = [str(each) for each in (100, manifest - 1, largest // 2, largest - 1)]
    folder = done.crawl.records.db.folder
    command = [sys.executable, "-c", LIMITED, str(folder), str(tmp_path), *limits]
    ended = subprocess.run(command, check=True, timeout=60, capture_output=True, text=True)
    assert ended.stdout.split() == [str(errno.EFBIG)] * len(limits)
    assert [list(each.iterdir()) for each in tmp_path.iterdir()] == [[]] * len(limits)


KILLED = """
import os, signal, sys
from pathlib import Path
from storage.catalogue_columns import NotOfItsType
from storage.catalogue_export import export_catalogue
from storage.keys import KeyRing
from tests.storage.records import open_database
db = open_database(Path(sys.argv[1]))
def told(table, rows):
    if table == "sighting":
        os.kill(os.getpid(), signal.SIGKILL)
export_catalogue(db, KeyRing.load(db.folder), Path(sys.argv[2]), told)
"""


def test_an_export_that_is_killed_has_no_manifest(tmp_path: Path) -> None:
    with opened(tmp_path / "a"):
        command = [sys.executable, "-c", KILLED, str(tmp_path / "a"), str(tmp_path / "export")]
        assert subprocess.run(command, check=False, timeout=60).returncode == -9
    assert (tmp_path / "export" / "sighting.parquet").exists()
    assert not (tmp_path / "export" / MANIFEST_FILE).exists()


@pytest.mark.only("sqlite", why="PostgreSQL holds no value of another type")
def test_what_would_not_come_back_the_same_is_not_exported_and_not_told(tmp_path: Path) -> None:
    with opened(tmp_path / "a") as records:
        with records.db.write() as conn:
            conn.execute(text("INSERT INTO measurement VALUES ('m', '{}', '2026-11-23 12:00:00.000000Z')"))
        with pytest.raises(NotOfItsType, match=r"measurement\.measured_at") as error:
            export_catalogue(records.db, records.keys, tmp_path / "export")
    assert "12:00" not in str(error.value)

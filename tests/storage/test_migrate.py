import ast
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, inspect, text

from storage.database import MIGRATIONS, Database, newest_revision
from storage.errors import KeysMissing
from storage.held_pairs import HeldPairs
from storage.keys import HMAC_KEY, SIGNING_KEY
from storage.migrate import upgrade
from storage.pairs import list_pairs
from storage.tables import metadata, without_schemas
from storage.verify_pairs import check_pairs
from tests.storage.recorded_crawl import crawling
from tests.storage.records import opened

SELF_NAMED = frozenset(
    {
        "segment",
        "stored_at",
        "measured_at",
        "list",
        "page_id",
        "evidence",
        "image_url",
        "page_host",
        "count",
        "outcome",
        "added",
        "filter_version",
        "finished_at",
        "at",
        "depth",
        "sha256",
        "run_id",
        "kind",
        "filter",
        "removed",
        "event_id",
        "image_host",
        "why",
        "page_url",
        "host",
        "id",
        "by",
        "name",
        "started_at",
        "sequence",
        "judged_at",
    }
)
STEPS = sorted(path for path in (MIGRATIONS / "versions").glob("0*.py"))


def test_the_newest_revision_is_the_head_of_the_migrations() -> None:
    assert newest_revision() == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    with opened(tmp_path) as records, records.db.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), without_schemas()) == []


@pytest.mark.parametrize(
    "column", [column for table in metadata.tables.values() for column in table.columns], ids=lambda each: str(each)
)
def test_every_column_says_what_it_holds(column: Column[object]) -> None:
    assert column.comment or column.name in SELF_NAMED


@pytest.mark.parametrize("table", list(metadata.tables.values()), ids=lambda each: str(each.name))
def test_every_table_says_what_it_holds(table: object) -> None:
    assert getattr(table, "comment", None)


@pytest.mark.parametrize("step", STEPS, ids=lambda each: each.stem)
def test_a_step_is_numbered_and_its_message_is_one_sentence(step: Path) -> None:
    docstring = ast.get_docstring(ast.parse(step.read_text())) or ""
    message, revision = docstring.split("\n\n")
    assert step.name[:5] == f"{STEPS.index(step) + 1:04}_"
    assert message.endswith(".")
    assert "\n" not in message
    assert revision.startswith(f"Revision {step.name[:4]}, ")


def test_a_step_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "migrations"
    (broken / "versions").mkdir(parents=True)
    (broken / "env.py").write_text((MIGRATIONS / "env.py").read_text())
    first = (MIGRATIONS / "versions" / "0001_first_tables.py").read_text()
    (broken / "versions" / "0001_first_tables.py").write_text(first + "    op.execute('no SQL at all')\n")
    monkeypatch.setattr("storage.migrate.MIGRATIONS", broken)
    url = f"sqlite:///{tmp_path}/altsieve.db"
    with pytest.raises(Exception, match="syntax error"):
        upgrade(url)
    db = Database.open(url)
    with db.read() as conn:
        assert inspect(conn).get_table_names() == []
    db.close()


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as first:
        signature = first.keys.sign(b"x")
    with opened(tmp_path) as second:
        assert second.keys.sign(b"x") == signature
        assert second.epoch == 1


def test_what_is_held_from_before_models_is_still_held(tmp_path: Path) -> None:
    """Taken back to revision 0003, as it was released, and brought up again."""
    url = f"sqlite:///{tmp_path}/altsieve.db"
    with opened(tmp_path) as records, crawling(records) as crawl:
        crawl.record(crawl.kept("http://page.example/", "http://img.example/a", "a heron"))
        before = list(list_pairs(records.db))
        with records.db.write() as conn:
            for step in ("DROP TABLE shadow", "DROP INDEX ix_pair_text_digest", "ALTER TABLE pair DROP COLUMN fit"):
                conn.execute(text(step))
            conn.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    upgrade(url)
    with opened(tmp_path) as records, records.db.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), without_schemas()) == []
        (after,) = list_pairs(records.db)
        assert [replace(each, object_uri="") for each in before] == [replace(after, object_uri="")]
        assert (after.consistency_score, after.consistency_model) == (None, None)
        assert HeldPairs(records.db).pictures_of("a heron") == 1
        assert list(check_pairs(conn)) == []


@pytest.mark.parametrize("name", [SIGNING_KEY, HMAC_KEY])
def test_a_database_with_records_is_never_given_new_keys(tmp_path: Path, name: str) -> None:
    with opened(tmp_path):
        (tmp_path / name).unlink()
    with pytest.raises(KeysMissing, match="backup"):
        upgrade(f"sqlite:///{tmp_path}/altsieve.db")
    assert not (tmp_path / name).exists()

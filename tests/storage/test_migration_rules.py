"""Keep the rules that migrations/script.py.mako carries, by reading migrations and the tables they leave."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, inspect, text

from storage.database import MIGRATIONS, Database
from storage.migrate import lay_down
from storage.tables import metadata
from tests.combination import DATABASE
from tests.places import Place
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
STEPS: Final = sorted((MIGRATIONS / "versions").glob("0*.py"))
RULED: Final = [each for each in STEPS if each.name >= "0005"]
"""Those before were released under other rules."""
ADDING: Final = {"add_column", "create_table", "create_index", "create_table_comment", "alter_column"}
"""Of what Alembic can do: nothing that the release before reads or writes is renamed, dropped, retyped or narrowed."""
DESCRIBING: Final = {"comment", "schema", "existing_type", "existing_nullable", "existing_comment"}
READING: Final = {"get_bind", "f", "get_context"}


@pytest.mark.parametrize("step", STEPS, ids=lambda each: each.stem)
def test_a_step_is_numbered_and_its_message_is_one_sentence(step: Path) -> None:
    docstring = ast.get_docstring(ast.parse(step.read_text())) or ""
    message, revision = docstring.split("\n\n")
    assert step.name[:5] == f"{STEPS.index(step) + 1:04}_"
    assert message.endswith(".")
    assert "\n" not in message
    assert revision.startswith(f"Revision {step.name[:4]}, ")


@pytest.mark.parametrize(
    "column", [column for table in metadata.tables.values() for column in table.columns], ids=lambda each: str(each)
)
def test_every_column_says_what_it_holds(column: Column[object]) -> None:
    assert column.comment or column.name in SELF_NAMED


@pytest.mark.parametrize("table", list(metadata.tables.values()), ids=lambda each: str(each.name))
def test_every_table_says_what_it_holds(table: object) -> None:
    assert getattr(table, "comment", None)


@pytest.mark.parametrize("step", RULED, ids=lambda each: each.stem)
def test_a_step_only_adds(step: Path) -> None:
    for name, given in _operations(step, "downgrade"):
        assert name in ADDING | READING | {"execute"}, name
        if name == "alter_column":
            assert given <= DESCRIBING, given


@pytest.mark.parametrize("step", RULED, ids=lambda each: each.stem)
def test_a_step_leaves_timeouts_locks_and_transactions_to_its_caller(step: Path) -> None:
    said = step.read_text().lower()
    assert re.findall(r"\b(\w+_timeout|lock table|pg_advisory\w*|concurrently|commit|vacuum|autocommit)\b", said) == []


@pytest.mark.parametrize("step", RULED, ids=lambda each: each.stem)
def test_what_the_release_before_reads_and_writes_stays(step: Path, tmp_path: Path) -> None:
    if DATABASE == "postgresql" and step.name.startswith("0005"):
        pytest.skip("no release before 0005 knew PostgreSQL")
    before, after = (
        _schema(tmp_path / "before", f"{int(step.name[:4]) - 1:04}"),
        _schema(tmp_path / "after", step.name[:4]),
    )
    for table, columns in before.items():
        assert columns.items() <= after[table].items(), table
        for name in after[table].keys() - columns.keys():
            kind, nullable, default = after[table][name]
            assert nullable or default is not None, f"{table}.{name} {kind} is to be nullable or have a default"


@pytest.mark.parametrize("step", RULED, ids=lambda each: each.stem)
def test_a_step_says_of_everything_that_it_adds_whether_going_back_would_lose_it(step: Path, tmp_path: Path) -> None:
    before, after = (
        _schema(tmp_path / "before", f"{int(step.name[:4]) - 1:04}"),
        _schema(tmp_path / "after", step.name[:4]),
    )
    added = {table for table in after if table not in before}
    added |= {f"{table}.{name}" for table in before for name in after[table].keys() - before[table].keys()}
    module = _module(step)
    assert set(module.would_lose) | set(module.made_anew) == added
    assert not set(module.would_lose) & set(module.made_anew)


@pytest.mark.only("postgresql", why="SQLite has no timeouts but its own")
def test_migrations_wait_for_no_table_and_no_statement_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, str] = {}
    with opened(tmp_path) as records, records.db.write() as conn:
        lay_down(conn)
        for name in ("lock_timeout", "statement_timeout"):
            seen[name] = str(conn.execute(text(f"SHOW {name}")).scalar_one())
    assert seen == {"lock_timeout": "10s", "statement_timeout": "30min"}


def test_the_template_makes_a_migration_that_can_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "script.py.mako").write_text((MIGRATIONS / "script.py.mako").read_text())
    script = ScriptDirectory(str(folder)).generate_revision("0001", "Add the table of consent", head="base")
    assert script is not None
    made = Path(script.path)
    assert (ast.get_docstring(ast.parse(made.read_text())) or "").startswith(
        "Add the table of consent.\n\nRevision 0001"
    )
    module = _module(made)
    assert (module.would_lose, module.made_anew, callable(module.downgrade)) == ({}, (), True)


def _operations(step: Path, but: str) -> Iterator[tuple[str, set[str]]]:
    """Yield what is asked of `op` outside of one function, with the names of what is given."""
    tree = ast.parse(step.read_text())
    kept = [each for each in tree.body if not (isinstance(each, ast.FunctionDef) and each.name == but)]
    for node in (inner for each in kept for inner in ast.walk(each)):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "op":
            assert isinstance(node, ast.Call)
            yield called.attr, {str(each.arg) for each in node.keywords}


def _schema(folder: Path, revision: str) -> dict[str, dict[str, tuple[str, bool, str | None]]]:
    """Return type, nullability and default of each column by table, as a revision leaves them."""
    place = Place.of(folder)
    place.make_empty()
    folder.mkdir(exist_ok=True)
    db = Database.open(place.database_url, folder)
    with db.write() as conn:
        lay_down(conn, revision)
        found = {
            table: {
                str(each["name"]): (_without_collation(each["type"]), bool(each["nullable"]), each["default"])
                for each in inspect(conn).get_columns(table, schema=schema)
            }
            for schema in _schemas(conn)
            for table in inspect(conn).get_table_names(schema=schema)
        }
    db.close()
    return {table: columns for table, columns in found.items() if table != "alembic_version"}


def _schemas(conn: Connection) -> list[str | None]:
    incidents = DATABASE == "postgresql" and "incidents" in inspect(conn).get_schema_names()
    return [None, "incidents"] if incidents else [None]


def _without_collation(kind: object) -> str:
    """0005 has the text that was there before sort by bytes; no release had written any to PostgreSQL."""
    return str(kind).partition(" COLLATE")[0]


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("a_migration", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

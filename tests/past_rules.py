"""Change a database past the rules that keep it sound, as nobody should."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from tests.combination import DATABASE
from tests.places import Place

_ALL_TABLES: Final = "SET search_path = public, incidents"
_NO_RULES: Final = "SET session_replication_role = replica"
"""Neither triggers nor foreign keys."""
_AS_SQLITE_SAYS_IT: Final = (
    """CREATE OR REPLACE FUNCTION replace(it json, old text, new text) RETURNS json LANGUAGE sql
    RETURN replace(it::text, old, new)::json""",
    """CREATE OR REPLACE FUNCTION steps(path text) RETURNS text[] LANGUAGE sql
    RETURN regexp_split_to_array(btrim(regexp_replace(path, '[][$.]+', ' ', 'g')), ' ')""",
    """CREATE OR REPLACE FUNCTION json_set(it json, path text, value text) RETURNS json LANGUAGE sql
    RETURN jsonb_set(it::jsonb, steps(path), to_jsonb(value))::json""",
    """CREATE OR REPLACE FUNCTION json_remove(it json, path text) RETURNS json LANGUAGE sql
    RETURN (it::jsonb #- steps(path))::json""",
    """CREATE OR REPLACE FUNCTION zeroblob(size int) RETURNS bytea LANGUAGE sql
    RETURN decode(repeat('00', size), 'hex')""",
)
_RULES_OF_SQLITE: Final = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_%'"


def change(folder: Path, *statements: str, **values: object) -> None:
    """Do it to the database of a place, in one transaction."""
    engine = create_engine(Place.of(folder).database_url, poolclass=NullPool)
    with engine.begin() as conn:
        _lift_rules(conn)
        for each in statements:
            conn.execute(text(each), values)


@contextmanager
def refusing_rows(folder: Path, table: str) -> Iterator[None]:
    """Let no row be added to a table meanwhile."""
    raised = {
        "sqlite": (f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no more rows'); END",),
        "postgresql": (
            """CREATE OR REPLACE FUNCTION no_more() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no more rows'; END $$""",
            f'CREATE TRIGGER "full" BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no_more()',
        ),
    }
    change(folder, *raised[DATABASE])
    yield
    change(folder, "DROP TRIGGER full" if DATABASE == "sqlite" else f'DROP TRIGGER "full" ON {table}')


def ask(folder: Path, query: str) -> Sequence[tuple[Any, ...]]:
    """Read rows of it."""
    engine = create_engine(Place.of(folder).database_url, poolclass=NullPool)
    with engine.connect() as conn:
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql(_ALL_TABLES)
        return [tuple(each) for each in conn.execute(text(query))]


def dump(folder: Path) -> bytes:
    """Return every row of it as text."""
    engine = create_engine(Place.of(folder).database_url, poolclass=NullPool)
    with engine.connect() as conn:
        rows = (row for each in _tables(conn) for row in conn.execute(text(f"SELECT * FROM {each}")))  # noqa: S608
        return "\n".join("\t".join(map(_as_text, row)) for row in rows).encode(errors="surrogatepass")


def _tables(conn: Connection) -> Iterator[str]:
    quoted = conn.dialect.identifier_preparer.quote_identifier
    for schema in (None, "incidents") if conn.dialect.name == "postgresql" else (None,):
        for name in inspect(conn).get_table_names(schema):
            yield ".".join(map(quoted, filter(None, (schema, name))))


def _as_text(value: object) -> str:
    match value:
        case bytes():
            return value.hex()
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def _lift_rules(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        for each in (_ALL_TABLES, _NO_RULES, *_AS_SQLITE_SAYS_IT):
            conn.exec_driver_sql(each)
    else:  # does not ask after foreign keys unless it is told to
        for name in conn.execute(text(_RULES_OF_SQLITE)).scalars().all():
            conn.exec_driver_sql(f"DROP TRIGGER {name}")

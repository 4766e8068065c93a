"""Multiply the pairs that a crawl has recorded, so that a database soon holds a million of them."""

import hashlib
from typing import Any, Final

from sqlalchemy import Connection, text

from storage.database import Database

TEMPLATES: Final = 1_000
"""So many pairs lend their JSON to the others; every key, digest and address is made anew."""
_STEP: Final = 50_000

_ON_POSTGRESQL: Final = (
    "SET LOCAL session_replication_role = replica",  # neither triggers nor foreign keys: what is filled in is whole
    (
        "CREATE OR REPLACE FUNCTION pg_temp.made(kind text, n int) RETURNS text LANGUAGE sql IMMUTABLE AS "
        "$$ SELECT encode(sha256(convert_to(kind || n, 'UTF8')), 'hex') $$"
    ),
    (
        "CREATE OR REPLACE FUNCTION pg_temp.ident(kind text, n int) RETURNS text LANGUAGE sql IMMUTABLE AS "
        "$$ SELECT '01900000-' || substr(lpad(to_hex(n), 8, '0'), 1, 4) || '-7' "
        "|| substr(lpad(to_hex(n), 8, '0'), 5, 3) "
        "|| '-8' || right(to_hex(n), 1) || '00-' || kind || '00000000000' $$"
    ),
)
_TEMPLATE: Final = """
    CREATE TEMPORARY TABLE template AS
    SELECT row_number() OVER (ORDER BY sighting.id) - 1 AS number, sighting.run_id, sighting.candidate,
        sighting.fetched, sighting.verdicts, sighting.evidence, picture.facts, pair.fit, ledger_record.header,
        ledger_record.leaf, ledger_body.salt, ledger_body.body
    FROM sighting JOIN pair ON pair.sighting_id = sighting.id JOIN picture ON picture.sha256 = pair.sha256
    JOIN ledger_record ON ledger_record.subject = sighting.id
    JOIN ledger_body ON ledger_body.segment = ledger_record.segment AND ledger_body.sequence = ledger_record.sequence
    ORDER BY sighting.id LIMIT {templates}
"""
_SERIES: Final = """
    WITH RECURSIVE series(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM series WHERE n < {last} - 1),
    host(n, name) AS (SELECT n, 'www.site-' || (n / 100) || '.example' FROM series)
"""
_ROWS: Final = {
    "page (id, run_id, url, url_digest, host, host_reversed, depth, seed, state, attempts)": """
        SELECT {ident}('a', host.n / 10), run_id, 'https://' || name || '/page-' || host.n, {made}('url', host.n), name,
            {backwards}(name), 1, 'https://' || name || '/', CASE WHEN host.n % 300 = 0 THEN 'failed' ELSE 'done' END, 1
        FROM host JOIN template ON number = host.n % {templates} WHERE host.n % 10 = 0""",
    "picture (sha256, facts, object_key, stored_at)": """
        SELECT {made}('picture', host.n), facts, 'ab/cd/' || {made}('object', host.n), '2026-11-23T00:00:00.000000Z'
        FROM host JOIN template ON number = host.n % {templates}""",
    "sighting (id, run_id, page_id, image_key, text_key, sha256, page_url, page_host, image_url, image_host, outcome, "
    "evidence, candidate, fetched, verdicts, epoch, pair_id, judged_at, page_host_reversed, image_host_reversed)": """
        SELECT {ident}('b', host.n), run_id, {ident}('a', host.n / 10), {made}('image', host.n), {made}('text', host.n),
            {made}('picture', host.n), 'https://' || name || '/page-' || (host.n - host.n % 10), name,
            'https://' || name || '/' || host.n || '.jpg', name, 'stored', evidence, candidate, fetched, verdicts, 1,
            substr({made}('pair', host.n), 1, 32), '2026-11-23T00:00:00.000000Z', {backwards}(name), {backwards}(name)
        FROM host JOIN template ON number = host.n % {templates}""",
    "pair (id, sha256, text_digest, sighting_id, run_id, state, fit, epoch, stored_at)": """
        SELECT substr({made}('pair', host.n), 1, 32), {made}('picture', host.n), {made}('caption', host.n),
            {ident}('b', host.n), run_id, 'kept', fit, 1, '2026-11-23T00:00:00.000000Z'
        FROM host JOIN template ON number = host.n % {templates}""",
    "ledger_record (segment, sequence, header, subject, leaf)": """
        SELECT 'run:' || run_id, 1000000000 + host.n, header, {ident}('b', host.n), leaf
        FROM host JOIN template ON number = host.n % {templates}""",
    "ledger_body (segment, sequence, salt, body)": """
        SELECT 'run:' || run_id, 1000000000 + host.n, salt, body
        FROM host JOIN template ON number = host.n % {templates}""",
}


def held(conn: Connection) -> int:
    return int(conn.execute(text("SELECT count(*) FROM pair")).scalar_one())


def fill(db: Database, first: int, last: int) -> None:
    """Add the pairs with these numbers, some minutes a million. A ledger filled like this cannot be verified."""
    for start in range(first, last, _STEP):
        with db.write() as conn:
            _fill(conn, _SERIES.format(first=start, last=min(last, start + _STEP)))
        db.empty_log()  # else SQLite's holds all of it once more


def _fill(conn: Connection, series: str) -> None:
    functions = _functions(conn)
    conn.exec_driver_sql(_TEMPLATE.format(templates=TEMPLATES))
    templates = conn.exec_driver_sql("SELECT count(*) FROM template").scalar_one()
    for table, rows in _ROWS.items():
        values = rows.format(templates=templates, **functions)
        conn.exec_driver_sql(f"INSERT INTO {table} {series} {values}".replace("%", _percent(conn)))
    conn.exec_driver_sql("DROP TABLE template")


def _percent(conn: Connection) -> str:
    return "%%" if conn.dialect.name == "postgresql" else "%"


def _functions(conn: Connection) -> dict[str, str]:
    if conn.dialect.name == "postgresql":
        for each in _ON_POSTGRESQL:
            conn.exec_driver_sql(each)
        return {"ident": "pg_temp.ident", "made": "pg_temp.made", "backwards": "reverse"}
    driver: Any = conn.connection.driver_connection
    driver.create_function("made", 2, _made, deterministic=True)
    driver.create_function("ident", 2, _ident, deterministic=True)
    for each in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
        conn.exec_driver_sql(f'DROP TRIGGER "{each}"')  # noted again by nobody: a benchmark compares no lists
    driver.create_function("backwards", 1, lambda text: text[::-1], deterministic=True)
    return {"ident": "ident", "made": "made", "backwards": "backwards"}


def _made(kind: str, number: int) -> str:
    return hashlib.sha256(f"{kind}{number}".encode()).hexdigest()


def _ident(kind: str, number: int) -> str:
    digits = f"{number:08x}"
    return f"01900000-{digits[:4]}-7{digits[4:7]}-8{digits[7:]}00-{kind}00000000000"

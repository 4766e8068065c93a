"""Lay down a SQLite database as a release left it: the rows, checkpoints and objects that its own code wrote.

`released/NNNN.sql` holds every row of a database that the last code at that revision had made by its own commands and
its own recorder (what no command wrote yet is a plain row), `NNNN.checkpoints` what it had signed. `altsieve verify` of
that release found nothing wrong with it.
"""

import sqlite3
from pathlib import Path
from typing import Any, Final

from storage.checkpoints import CHECKPOINTS_FILE
from storage.keys import HMAC_KEY, SIGNING_KEY
from storage.migrate import upgrade
from tests.places import Place
from tests.storage.samples import bytes_with

RELEASES: Final = ("0001", "0002", "0003", "0004")
_ROWS: Final = Path(__file__).parent / "released"
_KEYS: Final = {SIGNING_KEY: "11" * 32, HMAC_KEY: "22" * 32}
_BY_TRIGGERS: Final = 'INSERT INTO "unindexed"'

Rows = dict[str, list[dict[str, Any]]]


def lay_down(release: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, key in _KEYS.items():
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(key)
    (folder / CHECKPOINTS_FILE).write_bytes((_ROWS / f"{release}.checkpoints").read_bytes())
    upgrade(Place.of(folder).database_url, str(folder), release)
    conn = _open(folder)
    _fill(conn, (_ROWS / f"{release}.sql").read_text().splitlines())
    for sha256, key in conn.execute("SELECT sha256, object_key FROM picture"):
        path = folder / "objects" / key
        path.parent.mkdir(parents=True)
        path.write_bytes(bytes_with(sha256))
    conn.commit()
    conn.close()


def rows(folder: Path) -> Rows:
    """Return all rows by table, each by column, in one order."""
    conn = _open(folder)
    conn.row_factory = sqlite3.Row
    tables = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    found = {name: [dict(row) for row in conn.execute(f'SELECT * FROM "{name}"')] for (name,) in tables.fetchall()}  # noqa: S608 - our own tables
    conn.close()
    return {name: sorted(each, key=repr) for name, each in found.items() if name != "alembic_version"}


def _fill(conn: sqlite3.Connection, statements: list[str]) -> None:
    conn.execute("DELETE FROM gate")  # which the migration begins at 1
    for each in statements:
        if not each.startswith(_BY_TRIGGERS):
            conn.execute(each)
    if any(each.startswith(_BY_TRIGGERS) for each in statements):
        conn.execute("DELETE FROM unindexed")
    for each in statements:
        if each.startswith(_BY_TRIGGERS):
            conn.execute(each)


def _open(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "altsieve.db")

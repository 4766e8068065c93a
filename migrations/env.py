"""Run migrations inside one transaction that the caller has begun, or in one of our own for the alembic command."""

import os
from typing import Literal

from alembic import context
from sqlalchemy import Connection

from storage.database import Database
from storage.tables import Instant, metadata, without_schemas

DEFAULT_URL = "sqlite:///data/altsieve.db"
TIMEOUTS = {
    "lock_timeout": "10s",  # a table that one waits for is one that nobody else can read meanwhile
    "statement_timeout": "30min",  # an index of 10^8 rows takes some of them
}
"""Of PostgreSQL. SQLite has no locks of tables: `Database.write()` waits 30 seconds for its one writer, on both."""


def run(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        for name, value in TIMEOUTS.items():
            conn.exec_driver_sql(f"SET LOCAL {name} = '{value}'")
    context.configure(
        connection=conn,
        target_metadata=without_schemas() if conn.dialect.name == "sqlite" else metadata,
        include_schemas=conn.dialect.name != "sqlite",
        transactional_ddl=True,  # SQLite can undo DDL, but alembic thinks that it cannot
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write times as the text they are, so that a migration never imports a type that may change."""
    return "sa.String(27)" if kind == "type" and isinstance(item, Instant) else False


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    db = Database.open(os.environ.get("ALTSIEVE_DATABASE_URL", DEFAULT_URL), os.environ.get("ALTSIEVE_STATE_FOLDER"))
    with db.write() as own:
        run(own)
    db.close()

"""Run migrations inside one transaction that the caller has begun, or in one of our own for the alembic command."""

import os
from typing import Literal

from alembic import context
from sqlalchemy import Connection

from storage.database import Database
from storage.tables import Instant, metadata, without_schemas

DEFAULT_URL = "sqlite:///data/altsieve.db"


def run(conn: Connection) -> None:
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

"""Bring the database to the newest revision in one transaction, and make the keys on first use."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.database import IMPORTING, MIGRATIONS, Database
from storage.keys import KeyRing


def upgrade(url: str, folder: str | None = None, revision: str = "head") -> None:
    """Migrate to `revision`; when a migration fails, nothing of it is left.

    Keys and checkpoints come before tables: a database that holds records is never given new ones, which would not fit.
    """
    db = Database.open(url, folder)
    try:
        db.folder.mkdir(parents=True, exist_ok=True)
        if db.revision() == IMPORTING:
            db.require_migrated()
        if db.is_new():
            Checkpoints(db.folder / CHECKPOINTS_FILE, KeyRing.create(db.folder)).create()
        KeyRing.load(db.folder)
        with db.write() as conn:
            lay_down(conn, revision)
    finally:
        db.close()


def lay_down(conn: Connection, revision: str = "head") -> None:
    """Migrate in a transaction that the caller has begun."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, revision)

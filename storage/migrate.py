"""Bring the database to the newest revision in one transaction, or back by one, and make the keys on first use."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.database import IMPORTING, MIGRATIONS, Database, newest_revision
from storage.errors import NotAllowed, NotMigrated
from storage.keys import KeyRing

_FIRST_WITH_A_WAY_BACK: Final = "0004"
"""What came before was released without one; 0005 and all that follow say what going back would lose."""


def upgrade(url: str, folder: str | None = None, revision: str = "head") -> None:
    """Migrate to `revision`; when a migration fails or its process is killed, nothing of it is left.

    Of two that are begun at once, the second waits for the first and finds nothing left to do. Keys and checkpoints
    come before tables: a database that holds records is never given new ones, which would not fit.
    """
    with _opened(url, folder) as db:
        db.folder.mkdir(parents=True, exist_ok=True)
        found = db.revision()
        if found is None:
            Checkpoints(db.folder / CHECKPOINTS_FILE, KeyRing.create(db.folder)).create()
        KeyRing.load(db.folder)
        if found == IMPORTING or _is_newer(found):
            db.require_migrated()
        else:
            with db.write() as conn:
                lay_down(conn, revision)


def lay_down(conn: Connection, revision: str = "head") -> None:
    """Migrate in a transaction that the caller has begun."""
    command.upgrade(_config(conn), revision)


def downgrade(url: str, revision: str, folder: str | None = None) -> None:
    """Go back to `revision`; raise `NotAllowed`, which says what would be lost, and change nothing."""
    with _opened(url, folder) as db:
        found = db.revision()
        if found is None or found == IMPORTING:
            db.require_migrated()
        if _is_newer(found):
            raise NotMigrated(f"the database is at {found}: the release that brought it there knows the way back")
        _require_way_back(str(found), revision)
        with db.write() as conn:
            command.downgrade(_config(conn), revision)


@contextmanager
def _opened(url: str, folder: str | None) -> Iterator[Database]:
    db = Database.open(url, folder)
    try:
        yield db
    finally:
        db.close()


def _config(conn: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = conn
    return config


def _is_newer(found: str | None) -> bool:
    """Say whether a later release has brought the database up."""
    return found is not None and found.isdecimal() and int(found) > int(newest_revision())


def _require_way_back(found: str, revision: str) -> None:
    known = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    if revision not in known:
        raise NotAllowed(f"there is no revision {revision}; there are {known[0]} to {known[-1]}")
    if revision < _FIRST_WITH_A_WAY_BACK:
        raise NotAllowed(f"there is no way back to {revision}: restore the backup made before the upgrade")
    if revision > found:
        raise NotAllowed(f"the database is at {found}; to bring it forward, type: altsieve db upgrade")

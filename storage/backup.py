"""Copy a SQLite database while it is in use, with the checkpoints that fit it and the keys it cannot do without."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import msgspec

from storage import gate
from storage.catalogue_folder import new_file, new_folder
from storage.checkpoint_copies import CopiedCheckpoints, copy_checkpoints
from storage.checkpoints import CHECKPOINTS_FILE
from storage.database import Database
from storage.durable import sync_folder
from storage.errors import NotSupported
from storage.keys import HMAC_KEY, SIGNING_KEY

_PAGES_AT_ONCE: Final = 4096
"""16 MiB: between them the process hears that it is to stop."""


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """Names of files in the folder of the backup."""

    database: str
    checkpoints: CopiedCheckpoints
    keys: tuple[str, ...]
    """Those that were in files; the others came from the environment."""


def back_up(db: Database, folder: Path) -> Backup:
    """Copy into a new or empty folder, which can take the place of the one that was copied.

    The checkpoints are first: the database may be ahead of them and never behind. The database has its name last, so a
    folder without it is no backup. Objects are not copied: copy them after this, so that none is missing.
    """
    if db.dialect != "sqlite":
        raise NotSupported("only SQLite is backed up by this command; docs/backup.md has those for PostgreSQL: pg_dump")
    name = Path(db.name).name
    with new_folder(folder):
        checkpoints = copy_checkpoints(db.folder / CHECKPOINTS_FILE, folder / CHECKPOINTS_FILE)
        keys = tuple(_copied_keys(db.folder, folder))
        unfinished = folder / f"{name}.unfinished"
        _copy_database(db, unfinished)
        sync_folder(folder)
        unfinished.replace(folder / name)
        sync_folder(folder)
    return Backup(database=name, checkpoints=checkpoints, keys=keys)


def _copied_keys(source: Path, target: Path) -> Iterator[str]:
    for name in (SIGNING_KEY, HMAC_KEY):
        if (source / name).exists():
            shutil.copyfile(source / name, _made(target / name))
            _sync(target / name)
            yield name


def _copy_database(db: Database, target: Path) -> None:
    with db.read() as conn, closing(sqlite3.connect(_made(target))) as copy:
        gate.epoch(conn)  # from here on others' commits are not seen, so the copying never has to begin again
        driver: Any = conn.connection.driver_connection
        driver.backup(copy, pages=_PAGES_AT_ONCE)
    _sync(target)


def _made(path: Path) -> Path:
    new_file(path).close()
    return path


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())

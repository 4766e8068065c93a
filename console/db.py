"""Lay down the tables and bring them up to this version; copy them, and bring them back."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from console.command import Noun, at_work
from console.exit_code import BrokeOff
from console.list_revision import revision_lines
from console.workplace import Workplace
from storage.blocklists import STARTER_LIST
from storage.catalogue_manifest import Manifest
from storage.database import Database, newest_revision
from storage.keys import HMAC_KEY, SIGNING_KEY
from storage.list_revisions import Revision
from storage.operators import login_name
from storage.starter_list import STARTER_FILE, starter_entries


@click.group(cls=Noun, examples=["altsieve db upgrade", "altsieve db backup backups/monday"])
def db() -> None:
    """The database."""


def _folder_argument(*, exists: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    path = click.Path(exists=exists, file_okay=False, path_type=Path)
    return click.argument("folder", metavar="DIR", type=path)


@db.command(examples=["altsieve db upgrade"])
@at_work
def upgrade(workplace: Workplace) -> None:
    """Lay down the tables, or bring them up to this version.

    On first use it makes the signing key and the HMAC key, in files beside the database that only you can read. Back
    them up: without them the ledger cannot be verified, and a run cannot recognise what it has decided.

    It also lays down the blocklist that comes with Altsieve, `starter`, and brings it up to this version; to go
    without, type: altsieve blocklist remove --list starter --why TEXT (and to have it back, blocklist restore starter)
    """
    from storage.migrate import upgrade as migrate  # it loads Alembic, which no other command needs

    migrate(workplace.database_url, workplace.configuration.text("STATE_FOLDER") or None)
    path, revision = workplace.database.name, newest_revision()
    starter = _ship_starter(workplace)
    lines = [f"{path} is at revision {revision}, the newest", *(revision_lines(starter) if starter else ())]
    fields = {"database": path, "revision": revision, "blocklist": starter and starter.label}
    workplace.output.record(fields, lines)


@db.command(examples=["altsieve db downgrade 0005"])
@click.argument("revision", metavar="REVISION")
@at_work
def downgrade(workplace: Workplace, revision: str) -> None:
    """Take the tables back to REVISION, where that loses nothing.

    For those who go back to the release before. Stop all crawls first. It is refused where tables or columns that the
    newer release brought hold something, and for what came before revision 0004: restore the backup made before the
    upgrade.
    """
    from storage.migrate import downgrade as take_back

    take_back(workplace.database_url, revision, workplace.configuration.text("STATE_FOLDER") or None)
    lines = [f"the database is at revision {revision}; install the release that it belongs to"]
    workplace.output.record({"revision": revision}, lines)


@db.command(examples=["altsieve db backup backups/monday"])
@_folder_argument(exists=False)
@at_work
def backup(workplace: Workplace, folder: Path) -> None:
    """Copy a SQLite database with its keys, while it is in use.

    DIR is new or empty, and can take the place of the folder that was copied. It holds the keys: keep it as safe as
    them. Pictures are not copied: copy OBJECTS_URL after this, so that none is missing. With PostgreSQL use pg_dump;
    docs/backup.md has the commands.
    """
    from storage.backup import back_up

    with _all_or_nothing("backed up"):
        made = back_up(workplace.database, folder)
    copied = ", ".join((made.database, made.checkpoints.file, *made.keys))
    missing = [each for each in (SIGNING_KEY, HMAC_KEY) if each not in made.keys]
    lines = [
        f"copied to {folder}: {copied}",
        *(f"{each} comes from the environment: keep a copy of it yourself" for each in missing),
        f"the pictures are not in it: copy {_objects(workplace)} now",
    ]
    fields = {"folder": str(folder), "database": made.database, "keys": made.keys, "keys_not_copied": missing}
    workplace.output.record(fields | {"objects": _objects(workplace)}, lines)


@db.command(examples=["altsieve db export catalogue"])
@_folder_argument(exists=False)
@at_work
def export(workplace: Workplace, folder: Path) -> None:
    """Write every table as Parquet, as they are at one moment.

    DIR is new or empty. Crawls may go on meanwhile. A manifest at the end names every file with its SHA-256; without
    one the export is unfinished. altsieve db import loads it, on SQLite or PostgreSQL, and DuckDB, pandas or Polars
    read it. Incidents stay sealed. Neither keys nor pictures are in it.
    """
    from storage.catalogue_export import export_catalogue  # it loads Arrow, which takes a third of a second

    with _all_or_nothing("exported"):
        manifest = export_catalogue(workplace.database, workplace.keys, folder, _teller(workplace))
    along = [*(str(workplace.database.folder / each) for each in (SIGNING_KEY, HMAC_KEY)), _objects(workplace)]
    lines = [
        f"{manifest.rows} rows of {len(manifest.tables)} tables are in {folder}, as they were at {manifest.made_at}",
        "to load it elsewhere bring along, for they are not in it:",
        *(f"  {each}" for each in along),
    ]
    workplace.output.record(_counted(folder, manifest) | {"bring_along": along}, lines)


@db.command("import", examples=["altsieve db import catalogue -s DATABASE_URL=postgresql+psycopg:///altsieve"])
@_folder_argument(exists=True)
@at_work
def import_(workplace: Workplace, folder: Path) -> None:
    """Load an export into a new database: all of it, or nothing.

    For a database on which altsieve db upgrade was never typed. Both keys of the exported catalogue must be in
    STATE_FOLDER or in the environment already; its checkpoints come with the export.
    """
    from storage.catalogue_import import import_catalogue  # it loads Arrow and Alembic

    state_folder = workplace.configuration.text("STATE_FOLDER") or None
    with closing(Database.open(workplace.database_url, state_folder)) as database, _all_or_nothing("imported"):
        manifest = import_catalogue(database, folder, _teller(workplace))
        lines = [f"{manifest.rows} rows are in {database.name}; type: altsieve verify"]
        if database.dialect == "postgresql":
            lines.append("the rights of roles are not in an export: run storage/roles.sql again")
        workplace.output.record(_counted(folder, manifest) | {"database": database.name}, lines)


@contextmanager
def _all_or_nothing(done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:  # a full disk, a folder that may not be written
        raise BrokeOff(f"{error.strerror or error}: nothing was {done}") from error


def _teller(workplace: Workplace) -> Callable[[str, int], None]:
    def tell(table: str, rows: int) -> None:
        if rows:
            workplace.output.text(f"{rows:>12}  {table}")

    return tell


def _counted(folder: Path, manifest: Manifest) -> dict[str, object]:
    tables = {each.table: each.rows for each in manifest.tables}
    return {"folder": str(folder), "made_at": manifest.made_at, "revision": manifest.revision, "tables": tables}


def _objects(workplace: Workplace) -> str:
    return workplace.configuration.text("OBJECTS_URL")


def _ship_starter(workplace: Workplace) -> Revision | None:
    return workplace.blocklists.ship(
        STARTER_LIST,
        starter_entries(),
        why="hosts whose pictures are reserved; comes with Altsieve",
        by=login_name(),
        source=f"{STARTER_FILE.name}, which comes with Altsieve",
    )

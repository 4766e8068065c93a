"""Load an export of the catalogue into a new database: all of it, or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pyarrow import parquet  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import Connection, Table, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from storage import gate
from storage.bulk_load import filling, load
from storage.catalogue_columns import rows_of, schema_of
from storage.catalogue_manifest import BadExport, Manifest, TableFile, read_manifest, require_unaltered
from storage.checkpoint_copies import place_checkpoints
from storage.database import IMPORTING, Database, newest_revision
from storage.errors import KeysMissing, NotReady, StorageError
from storage.keys import HMAC_KEY, SIGNING_KEY, KeyRing
from storage.migrate import lay_down
from storage.tables import ledger_segment, metadata

_ROWS_AT_ONCE = 10_000


class OtherRevision(NotReady):
    """The export has other tables than this version."""


class DatabaseNotEmpty(StorageError):
    """An import goes into a database of its own."""


def import_catalogue(
    db: Database, folder: Path, told: Callable[[str, int], None] = lambda table, rows: None
) -> Manifest:
    """Lay down the tables in a new database and fill them; `told` hears of each table how many rows it has.

    The keys of the exported catalogue must be there already; its checkpoints are put beside them. It is one
    transaction: whatever fails, nothing of it is left. If the process is killed, the next import begins anew, and until
    then every other command says that an import did not finish.
    """
    keys = _keys(db.folder)
    manifest = read_manifest(folder, keys)
    _require_same_tables(manifest)
    require_unaltered(folder, manifest)
    db.folder.mkdir(parents=True, exist_ok=True)  # the keys may be in the environment
    with _alone(db), _marked(db), db.write() as conn:
        conn.execute(text("DROP TABLE alembic_version"))
        lay_down(conn)
        with filling(conn):
            for table in metadata.sorted_tables:
                told(table.name, _load(conn, table, folder, manifest.table_file(table.name)))
        if gate.epoch(conn) != manifest.epoch:
            raise BadExport(f"{folder} names another gate epoch than its tables hold")
        sizes = {each.name: each.size for each in conn.execute(select(ledger_segment))}
        place_checkpoints(folder / manifest.checkpoints.file, db.folder, keys, sizes)
    return manifest


def _keys(folder: Path) -> KeyRing:
    try:
        return KeyRing.load(folder)
    except KeysMissing:
        raise KeysMissing(
            f"an export never holds keys: bring {SIGNING_KEY} and {HMAC_KEY} of the exported catalogue to "
            f"{folder} first, for their owner only"
        ) from None


def _require_same_tables(manifest: Manifest) -> None:
    if manifest.revision != newest_revision():
        raise OtherRevision(
            f"the export is of revision {manifest.revision}, this version has {newest_revision()}: import it with "
            f"Altsieve {manifest.made_with}, which made it, then type: altsieve db upgrade"
        )
    names = sorted(each.table for each in manifest.tables)
    if names != sorted(each.name for each in metadata.sorted_tables):
        raise BadExport("the export does not have the tables of its revision")


@contextmanager
def _alone(db: Database) -> Iterator[None]:
    lock = db.locks.take("import")
    if lock is None:
        raise DatabaseNotEmpty(f"another process imports into {db.name}")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _marked(db: Database) -> Iterator[None]:
    """Mark the database first, in a transaction of its own, and take the mark away unless the block succeeds."""
    with db.write() as conn:
        _require_empty(conn, db.name)
        conn.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        conn.execute(text("DELETE FROM alembic_version"))
        conn.execute(text("INSERT INTO alembic_version (version_num) VALUES (:importing)"), {"importing": IMPORTING})
    try:
        yield
    except BaseException:
        with suppress(SQLAlchemyError), db.write() as conn:  # where that fails the mark stays, which is true as well
            conn.execute(text("DROP TABLE alembic_version"))
        raise


def _require_empty(conn: Connection, name: str) -> None:
    """An import that was killed has left its mark, and nothing else."""
    tables = inspect(conn).get_table_names()
    if tables == ["alembic_version"]:
        found = conn.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        tables = [] if found in ([], [IMPORTING]) else tables
    if tables:
        raise DatabaseNotEmpty(
            f"the database {name} is not empty: name a new one, for which `altsieve db upgrade` was never typed"
        )


def _load(conn: Connection, table: Table, folder: Path, named: TableFile) -> int:
    rows = 0
    with parquet.ParquetFile(folder / named.file) as file:
        if not file.schema_arrow.equals(schema_of(table)):
            raise BadExport(f"{folder / named.file} does not have the columns of {table.name}")
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
            load(conn, table, list(rows_of(batch)))
            rows += batch.num_rows
    if rows != named.rows:
        raise BadExport(f"{folder / named.file} has {rows} rows, not the {named.rows} that were exported")
    return rows

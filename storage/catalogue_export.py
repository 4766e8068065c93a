"""Write every table as Parquet, all as they were at one moment, in bounded memory and with a manifest at the end."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
from pyarrow import parquet
from sqlalchemy import Connection, LargeBinary, Table, select, text

from storage import gate
from storage.canonical import instant_text
from storage.catalogue_columns import as_stored, batch_of, schema_of
from storage.catalogue_folder import new_file, new_folder
from storage.catalogue_manifest import Manifest, TableFile, altsieve_version, hmac_key_mark, write_manifest
from storage.checkpoint_copies import copy_checkpoints
from storage.checkpoints import CHECKPOINTS_FILE
from storage.database import Database, newest_revision
from storage.errors import NotMigrated
from storage.keys import KeyRing
from storage.tables import metadata

_ROWS_AT_ONCE: Final = 2_000
_ROWS_WITH_BYTES_AT_ONCE: Final = 100
"""A robots.txt may have half a megabyte."""
_GROUP_ROWS: Final = 65_536
_GROUP_BYTES: Final = 32 << 20
"""A row group is what a reader has in memory at once."""


def export_catalogue(
    db: Database, keys: KeyRing, folder: Path, told: Callable[[str, int], None] = lambda table, rows: None
) -> Manifest:
    """Export into a new or empty folder; `told` hears of each table how many rows it had.

    Crawls may go on meanwhile: all tables are read in one transaction, after the checkpoints were copied, so that what
    was exported is never behind them. If anything fails, nothing is left in the folder; if the process is killed, there
    is no manifest.
    """
    with new_folder(folder):
        checkpoints = copy_checkpoints(db.folder / CHECKPOINTS_FILE, folder / CHECKPOINTS_FILE)
        made_at = instant_text(datetime.now(UTC))
        with db.read() as conn:
            revision = _current_revision(conn)
            epoch = gate.epoch(conn)
            tables = [_export(conn, each, folder, told) for each in metadata.sorted_tables]
        manifest = Manifest(
            made_at=made_at,
            made_with=altsieve_version(),
            revision=revision,
            epoch=epoch,
            tables=tuple(tables),
            checkpoints=checkpoints,
            hmac_key=hmac_key_mark(keys, made_at),
        )
        return write_manifest(folder, manifest, keys)


def _current_revision(conn: Connection) -> str:
    """A newer database may have columns that this version does not know: they would be left out."""
    found = conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    if found != newest_revision():
        raise NotMigrated(f"the tables are at {found}, this version exports {newest_revision()}: use theirs")
    return str(found)


def _export(conn: Connection, table: Table, folder: Path, told: Callable[[str, int], None]) -> TableFile:
    path = folder / f"{table.name}.parquet"
    rows = 0
    with _hashed(path) as file:
        with parquet.ParquetWriter(file, schema_of(table), compression="zstd") as writer:
            for group in _groups(_batches(conn, table)):
                writer.write_table(group, row_group_size=group.num_rows)
                rows += group.num_rows
        size_bytes, sha256 = file.tell(), file.digest.hexdigest()
    told(str(table.name), rows)
    return TableFile(table=str(table.name), file=path.name, rows=rows, size_bytes=size_bytes, sha256=sha256)


def _batches(conn: Connection, table: Table) -> Iterator[pa.RecordBatch]:
    """Read in the order of the primary key: it says nothing of when a match was, and is the same on both databases."""
    columns = list(table.columns)
    at_once = _ROWS_WITH_BYTES_AT_ONCE if any(isinstance(each.type, LargeBinary) for each in columns) else _ROWS_AT_ONCE
    query = select(*map(as_stored, columns)).order_by(*table.primary_key)
    schema = schema_of(table)
    for rows in conn.execute(query, execution_options={"yield_per": at_once}).partitions():
        yield batch_of(table, schema, rows)


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    rows = size_bytes = 0
    for each in batches:
        held.append(each)
        rows, size_bytes = rows + each.num_rows, size_bytes + each.nbytes
        if rows >= _GROUP_ROWS or size_bytes >= _GROUP_BYTES:
            yield pa.Table.from_batches(held)
            held, rows, size_bytes = [], 0, 0
    if held:
        yield pa.Table.from_batches(held)


class _Hashed:
    """A file that is hashed while it is written, as Arrow writes to it."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self._file.write(data)

    def tell(self) -> int:
        return self._file.tell()

    def flush(self) -> None:
        self._file.flush()


@contextmanager
def _hashed(path: Path) -> Iterator[_Hashed]:
    with new_file(path) as file:
        yield _Hashed(file)
        file.flush()
        os.fsync(file.fileno())

"""Keep the indexes of lists of known material, and read the entries of them that can match."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, Connection, select

from filters.indexes.entry_columns import EntryPart, gather_parts
from filters.indexes.hash_image import open_hashes, write_gathered
from filters.indexes.hash_parts import HashParts
from filters.indexes.known import KNOWN_GOOD, KnownEntry
from storage.list_indexes import ListIndexes
from storage.list_kinds import HASHES
from storage.tables import hash_entry

_CHUNK: Final = 10_000


class HashIndexes(ListIndexes[HashParts]):
    kind = HASHES
    misfits = (ValueError, KeyError)
    misfit_is = "no hash of its type"

    def _write(self, path: Path, conn: Connection, name: str, number: int, digest: str) -> None:
        write_gathered(path, gather_parts(_parts(conn, HASHES.counting_in(name, number))), digest)

    def _map(self, path: Path, digest: str) -> HashParts:
        return open_hashes(path, digest)


def matching(conn: Connection, which: ColumnElement[bool]) -> Iterator[KnownEntry]:
    """Yield entries that can match."""
    for part in _parts(conn, which):
        yield from map(KnownEntry, *part)


def _parts(conn: Connection, which: ColumnElement[bool]) -> Iterator[EntryPart]:
    columns = [hash_entry.c[each] for each in ("type", "value", "category", "distance_bits", "severity", "id")]
    query = select(*columns).where(which, hash_entry.c.category != KNOWN_GOOD)
    for part in conn.execute(query, execution_options={"yield_per": _CHUNK}).partitions():
        yield EntryPart(*zip(*part, strict=True))

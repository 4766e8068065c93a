"""Keep the lists of hashes of known material, and hand them to the filters as one set."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from filters.indexes.known import KnownMaterial
from storage.database import Database
from storage.hash_formats import HashFormat, ListedHash, listed_hash, read_hashes, recognise
from storage.known_hashes import Reliance, load_known
from storage.ledger import Ledger
from storage.list_entries import add_entries
from storage.list_imports import changing, replace_list
from storage.list_lines import BadList, Intake, RejectReason
from storage.list_revisions import (
    BY_HAND,
    HASHES,
    IMPORTED,
    SYNTHETIC,
    Change,
    ListMismatch,
    Revision,
    begin,
    finish,
    newest_revisions,
    revisions_of,
)
from storage.staging import Key, Staging
from storage.tables import hash_entry

_WHY_NOT: Final = {
    RejectReason.UNKNOWN_TYPE: "unknown hash type",
    RejectReason.UNKNOWN_CATEGORY: "unknown category",
    RejectReason.WRONG_LENGTH: "not as long as a hash of this type is",
    RejectReason.NOT_HEX: "a hash is written in hex digits",
    RejectReason.INNOCENT: "the hash of a placeholder or a plain pattern would match innocent pictures",
    RejectReason.DEGENERATE: "the hash of an empty file or a featureless picture would match innocent ones",
}


class HashLists:
    """Every change is a new revision, a new gate epoch and a record of who did it and why, which count together.

    No record, message or log of it holds a hash: the ledger holds counts and the digest of the list.
    """

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger

    def add(self, value: str, type: str, list: str, *, why: str, by: str) -> Revision | None:
        """Add one hash to a list that is kept by hand; None if it is there already."""
        entry = listed_hash(type, value)
        if isinstance(entry, RejectReason):
            raise BadList(_WHY_NOT[entry])
        change = Change(kind=HASHES, name=list, origin=BY_HAND, verb="add", by=by, why=why)
        with changing(self._db, change), self._db.write() as conn:
            if _holds(conn, list, entry):
                return None
            number = begin(conn, change)
            add_entries(conn, change, number, [_key(entry)], _entry_of)
            result = finish(conn, self._ledger, change, number=number, added=1, removed=0)
        self._ledger.checkpoint()
        return result

    def import_file(
        self,
        path: Path,
        name: str,
        *,
        by: str,
        why: str,
        type: str | None = None,
        format: str | None = None,
        synthetic: bool = False,
    ) -> Revision:
        """Let the list hold exactly what the file does; nothing changes if the file is not a list of hashes.

        Importing the same file again makes a new revision too: it is what keeps a list fresh.
        """
        intake = Intake()
        with Staging(len(HASHES.key)) as staging:
            layout = _layout(path, format)
            with path.open("rb") as source:
                staging.fill(map(_key, intake.of(read_hashes(source, type_name=type, layout=layout))))
            change = Change(
                kind=HASHES,
                name=name,
                origin=SYNTHETIC if synthetic else IMPORTED,
                verb="import",
                by=by,
                why=why,
                source=f"{path.name} ({layout.value})",
                rejections=intake.rejections,
            )
            result = replace_list(self._db, self._ledger, change, staging, _entry_of)
        self._ledger.checkpoint()
        return result

    def remove(self, name: str, *, why: str, by: str) -> Revision | None:
        """End all entries of a list; what it was can still be shown. None if there is nothing to end."""
        change = Change(kind=HASHES, name=name, origin=None, verb="remove", by=by, why=why)
        with self._db.read() as conn:
            if conn.execute(select(hash_entry.c.id).where(HASHES.counting(name)).limit(1)).first() is None:
                return None
        with Staging(len(HASHES.key)) as nothing:
            result = replace_list(self._db, self._ledger, change, nothing, _entry_of)
        self._ledger.checkpoint()
        return result

    def list(self) -> tuple[Revision, ...]:
        """Return the newest revision of each list."""
        with self._db.read() as conn:
            return newest_revisions(conn, HASHES)

    def history(self, name: str) -> tuple[Revision, ...]:
        with self._db.read() as conn:
            return revisions_of(conn, HASHES, name)

    def entries_at(self, name: str, number: int) -> Iterator[ListedHash]:
        """Yield what counted in any revision of a list."""
        counted = select(*HASHES.key_columns).where(HASHES.counting_in(name, number)).order_by(*HASHES.key_columns)
        with self._db.read() as conn:
            for row in conn.execute(counted, execution_options={"yield_per": 1000}):
                yield ListedHash(**row._mapping)

    def load(
        self,
        networks: tuple[str, ...],
        *,
        provisional: bool,
        max_age: timedelta,
        floor: KnownMaterial | None = None,
    ) -> KnownMaterial:
        reliance = Reliance(networks=networks, provisional=provisional, max_age=max_age)
        with self._db.read() as conn:
            return load_known(conn, reliance, floor=floor)


def _key(entry: ListedHash) -> Key:
    return entry.type, entry.value, str(entry.category), entry.source_entry, entry.severity


def _entry_of(key: Key) -> dict[str, Any]:
    return dict(zip(HASHES.key, key, strict=True)) | {"distance_bits": None}


def _holds(conn: Connection, name: str, entry: ListedHash) -> bool:
    same = [column == part for column, part in zip(HASHES.key_columns, _key(entry), strict=True)]
    return conn.execute(select(hash_entry.c.id).where(HASHES.counting(name), *same)).first() is not None


def _layout(path: Path, named: str | None) -> HashFormat:
    if named is None:
        with path.open("rb") as source:
            return recognise(source)
    try:
        return HashFormat(named)
    except ValueError:
        raise ListMismatch(f"unknown format: --format is one of {', '.join(HashFormat)}") from None

"""Seal revisions of lists of known material, each with its index, which is there before the revision counts."""

from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection

from storage.database import Database
from storage.hash_formats import ListedHash
from storage.hash_indexes import HashIndexes
from storage.index_folder import tidy_indexes
from storage.ledger import Ledger
from storage.list_contents import Contents, contents_of
from storage.list_entries import add_entries
from storage.list_imports import replace_list
from storage.list_kinds import HASHES
from storage.list_revisions import Change, Revision, begin, finish, require_as_recorded
from storage.staging import Key, Staging


class HashSealing:
    """What it writes counts in whole or not at all."""

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger
        self._indexes = HashIndexes(db.folder)

    def at_work(self) -> AbstractContextManager[None]:
        """No index is tidied away until the block is left."""
        return self._indexes.at_work()

    def replace(self, change: Change, keys: Staging, *, max_shrink: float | None = None) -> Revision:
        """Let exactly these keys count; indexes of earlier revisions go."""

        def build(conn: Connection, number: int, contents: Contents) -> None:
            self._indexes.build(conn, change.name, number, contents.digest)

        with self.at_work():
            result = replace_list(
                self._db, self._ledger, change, keys, _entry_of, max_shrink=max_shrink, before_seal=build
            )
        self.settle()
        return result

    def extend(self, conn: Connection, change: Change, *entries: ListedHash) -> Revision:
        """Let the list hold these entries as well, of which it holds none."""
        number = begin(conn, change)
        add_entries(conn, change, number, map(key_of, entries), _entry_of)
        contents = contents_of(conn, HASHES, change.name, number)
        self._indexes.build(conn, change.name, number, contents.digest)
        return finish(conn, self._ledger, change, number=number, added=len(entries), removed=0, contents=contents)

    def build_again(self, before: Revision) -> Contents:
        """Write the index of a coming revision that holds what this one does, while nobody has to wait for it."""
        with self._db.read() as conn:
            require_as_recorded(conn, HASHES, before)
            self._indexes.build(conn, before.list, before.number + 1, before.digest)
        return Contents(digest=before.digest, entries=before.entries)

    def settle(self) -> None:
        """Sign what was recorded, and tidy away what counts no more."""
        self._ledger.checkpoint()
        tidy_indexes(self._db)


def key_of(entry: ListedHash) -> Key:
    return entry.type, entry.value, str(entry.category), entry.source_entry, entry.severity


def _entry_of(key: Key) -> dict[str, Any]:
    return dict(zip(HASHES.key, key, strict=True)) | {"distance_bits": None}

"""Load what was withdrawn for the filter that keeps it out."""

import hashlib

from sqlalchemy import Connection, select

from filters.indexes.graves import Graves, NearGrave
from storage.database import Database
from storage.keys import KeyRing
from storage.redacted_pictures import was_match
from storage.tables import tombstone
from storage.tombstones import PAIR


def load_graves(conn: Connection, db: Database) -> Graves:
    """Return all that bars. Raise `KeysMissing` without the key by which known material is known again."""
    barring = select(tombstone.c.kind, tombstone.c.key, tombstone.c.near).where(tombstone.c.bars)
    pictures: set[str] = set()
    pairs: set[str] = set()
    near: list[NearGrave] = []
    for row in conn.execute(barring.execution_options(yield_per=1000)):
        (pairs if row.kind == PAIR else pictures).add(row.key)
        near += [NearGrave(pdq=each["pdq"], quality=each["pdq_quality"]) for each in row.near or ()]
    return Graves(
        pictures=frozenset(pictures),
        pairs=frozenset(pairs),
        near=tuple(near),
        matches=MatchesHeld(db, KeyRing.load(db.folder)),
        revision=_revision([*pictures, *pairs, *(each.pdq for each in near)]),
    )


class MatchesHeld:
    """Ask the database anew each time: a re-scan may find known material at any moment, and raises no epoch then."""

    def __init__(self, db: Database, keys: KeyRing) -> None:
        self._db = db
        self._keys = keys

    def holds(self, image_sha256: str) -> bool:
        with self._db.read() as conn:
            return was_match(conn, self._keys, [image_sha256])


def _revision(parts: list[str]) -> str:
    digest = hashlib.sha256()
    for each in sorted(parts):
        digest.update(each.encode() + b"\n")
    return digest.hexdigest()

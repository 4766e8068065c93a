"""Tell the duplicates filter what is held already."""

from sqlalchemy import ColumnElement, func, select

from storage.database import Database
from storage.tables import pair

WITHDRAWN = "withdrawn"


class HeldPairs:
    """Ask the database anew each time, so that the answer is of now; any thread may ask.

    A withdrawn pair is not held: its tombstone keeps it out, for a reason of its own.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def holds(self, pair_id: str) -> bool:
        return self._count(pair.c.id == pair_id) > 0

    def captions_of(self, image_sha256: str) -> int:
        """Return with how many different captions a picture is held."""
        return self._count(pair.c.sha256 == image_sha256)

    def _count(self, which: ColumnElement[bool]) -> int:
        held = select(func.count()).select_from(pair).where(which, pair.c.state != WITHDRAWN)
        with self._db.read() as conn:
            return conn.execute(held).scalar_one()

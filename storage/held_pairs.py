"""Tell the filters of duplicates and of caption frequency what is held already."""

from hashlib import sha256

from sqlalchemy import Column, Select, bindparam, func, select

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
        return self._count(_OF_ID, pair_id) > 0

    def captions_of(self, image_sha256: str) -> int:
        """Return with how many different captions a picture is held."""
        return self._count(_OF_PICTURE, image_sha256)

    def pictures_of(self, text: str) -> int:
        """Return with how many different pictures a caption is held."""
        return self._count(_OF_CAPTION, text_digest(text))

    def _count(self, held: Select[int], key: str) -> int:
        with self._db.read() as conn:
            return conn.execute(held, {"key": key}).scalar_one()


def text_digest(text: str) -> str:
    """Return by what a caption is found among those held."""
    return sha256(text.encode()).hexdigest()


def _held(column: Column[str]) -> Select[int]:
    return select(func.count()).select_from(pair).where(column == bindparam("key"), pair.c.state != WITHDRAWN)


_OF_ID = _held(pair.c.id)
_OF_PICTURE = _held(pair.c.sha256)
_OF_CAPTION = _held(pair.c.text_digest)
"""Built once: they are asked for every picture."""

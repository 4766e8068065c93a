"""Say whether anything that is kept uses an object."""

from sqlalchemy import exists, select

from storage.database import Database
from storage.tables import picture


def is_kept(db: Database, object_key: str) -> bool:
    with db.read() as conn:
        return bool(conn.execute(select(exists().where(picture.c.object_key == object_key))).scalar_one())

"""Delete the bytes of what is no longer kept, once the transaction that gave them up is durable."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from storage.database import Database
from storage.objects import ObjectStore
from storage.run_locks import StoreLock
from storage.tables import doomed_object, picture


def doom(conn: Connection, object_keys: Iterable[str], *, for_good: bool) -> None:
    """Note in the transaction that gives them up which objects are to go: a crash after it forgets none.

    `for_good` says that no crawl can store them again. What one can is deleted only while none is at work: it may be
    putting the same bytes at that moment, and would store a pair without them.
    """
    rows = [{"object_key": each, "for_good": for_good} for each in object_keys]
    if rows:
        statement = insert(doomed_object)
        either = doomed_object.c.for_good | statement.excluded.for_good
        conn.execute(statement.on_conflict_do_update(index_elements=["object_key"], set_={"for_good": either}), rows)


def delete_doomed(db: Database, objects: ObjectStore) -> int:
    """Delete what was doomed, by this process or by one that was killed, and return how many objects are gone.

    Call it after the transaction, and at the start of a run.
    """
    alone = StoreLock(db.folder)
    nobody_puts = alone.take_alone()
    try:
        with db.read() as conn:
            query = select(doomed_object.c.object_key)
            query = query if nobody_puts else query.where(doomed_object.c.for_good)
            keys = list(conn.execute(query).scalars())
        return sum(_delete(db, objects, each) for each in keys)
    finally:
        if nobody_puts:
            alone.release()


def _delete(db: Database, objects: ObjectStore, object_key: str) -> bool:
    """The bytes go while the lock to write is held, so that no pair with them is stored meanwhile."""
    with db.write() as conn:
        kept = conn.execute(select(picture.c.sha256).where(picture.c.object_key == object_key)).first() is not None
        there = not kept and objects.exists(object_key)
        if there:
            objects.delete(object_key)
        conn.execute(delete(doomed_object).where(doomed_object.c.object_key == object_key))
    return there

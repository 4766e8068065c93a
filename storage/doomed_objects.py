"""Delete the bytes of what is no longer kept, once the transaction that gave them up is durable."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, or_, select

from storage.batches import chunks
from storage.database import Database
from storage.objects import ObjectStore
from storage.tables import doomed_object
from storage.upsert import upsert


def doom(conn: Connection, object_keys: Iterable[str]) -> None:
    """Note in the transaction that gives them up which objects are to go: a crash after it forgets none."""
    now = datetime.now(UTC)
    if rows := [{"object_key": each, "doomed_at": now} for each in object_keys]:
        conn.execute(upsert(conn, doomed_object).on_conflict_do_nothing(), rows)


def delete_doomed(db: Database, objects: ObjectStore) -> int:
    """Delete what was doomed, by this process or by one that was killed, and return how many objects are gone.

    Call it after the transaction, and at the start of a run. A key is used once, so nobody stores anything under it
    any more; one under which bytes may still arrive is deleted again by the next call.
    """
    before = datetime.now(UTC) - timedelta(seconds=objects.late_s)
    with db.read() as conn:
        keys = list(conn.execute(select(doomed_object.c.object_key)).scalars())
    gone = sum(_delete(objects, each) for each in keys)
    if keys:
        _forget(db, keys, before)
    return gone


def _delete(objects: ObjectStore, object_key: str) -> bool:
    there = objects.exists(object_key)
    objects.delete(object_key)  # even if it is not there: a version that is not the newest may be
    return there


def _forget(db: Database, object_keys: Iterable[str], before: datetime) -> None:
    late = or_(doomed_object.c.doomed_at.is_(None), doomed_object.c.doomed_at <= before)
    with db.write() as conn:
        for some in chunks(object_keys):
            conn.execute(delete(doomed_object).where(doomed_object.c.object_key.in_(some), late))

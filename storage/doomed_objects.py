"""Delete the bytes of what is no longer kept, once the transaction that gave them up is durable."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, or_, select

from storage.batches import chunks
from storage.database import Database
from storage.errors import ObjectsNotReady, ObjectsUnavailable
from storage.objects import ObjectStore
from storage.tables import doomed_object
from storage.upsert import upsert

_AT_ONCE: Final = 8


def doom(conn: Connection, object_keys: Iterable[str]) -> None:
    """Note in the transaction that gives them up which objects are to go: a crash after it forgets none."""
    now = datetime.now(UTC)
    if rows := [{"object_key": each, "doomed_at": now} for each in object_keys]:
        conn.execute(upsert(conn, doomed_object).on_conflict_do_nothing(), rows)


def delete_doomed(db: Database, objects: ObjectStore, *, since: datetime | None = None) -> int:
    """Delete what was doomed, by this process or by one that was killed, and return how many objects are gone.

    Call it after the transaction, and at the start of a run. A key is used once, so nobody stores anything under it
    any more; one under which bytes may still arrive is deleted again by the next call. Whoever gives up one object
    after another says `since` when: else each call would delete again what the ones before it have.

    Raise `ObjectsUnavailable`; what could be deleted is. One object that the store does not let go of keeps no other.
    """
    before = datetime.now(UTC) - timedelta(seconds=objects.late_s)
    query = select(doomed_object.c.object_key).order_by(doomed_object.c.object_key)
    if since is not None:
        query = query.where(doomed_object.c.doomed_at >= since)
    with db.read() as conn:
        keys = list(conn.execute(query).scalars())
    deleting = _Deleting(objects=objects)
    for some in chunks(keys):
        _forget(db, deleting.deleted(some), before)
    if deleting.failure is not None:
        raise deleting.failure
    return deleting.gone


@dataclass(kw_only=True, slots=True)
class _Deleting:
    """Deletes several at once, and asks a store no more that does not answer, or refuses a whole batch."""

    objects: ObjectStore
    gone: int = 0
    failure: ObjectsUnavailable | None = None
    over: bool = False

    def deleted(self, object_keys: Sequence[str]) -> list[str]:
        """Return those that are not there any more."""
        with ThreadPoolExecutor(_AT_ONCE, "delete") as threads:
            there = dict(zip(object_keys, threads.map(self._delete, object_keys), strict=True))
        deleted = [key for key, was_there in there.items() if was_there is not None]
        self.gone += sum(there[key] is True for key in deleted)
        self.over = self.over or not deleted
        return deleted

    def _delete(self, object_key: str) -> bool | None:
        """Return whether it was there; None if that, or whether it is now, is not known."""
        if self.over:
            return None
        try:
            there = self.objects.exists(object_key)
            self.objects.delete(object_key)  # even if it is not there: a version that is not the newest may be
        except ObjectsUnavailable as failure:
            self.failure = self.failure or failure
            self.over = self.over or not isinstance(failure, ObjectsNotReady)
            return None
        return there


def _forget(db: Database, object_keys: Sequence[str], before: datetime) -> None:
    late = or_(doomed_object.c.doomed_at.is_(None), doomed_object.c.doomed_at <= before)
    if object_keys:
        with db.write() as conn:
            conn.execute(delete(doomed_object).where(doomed_object.c.object_key.in_(object_keys), late))

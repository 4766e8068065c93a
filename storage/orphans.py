"""Delete the objects that a crash left without a picture: bytes that nothing accounts for are not kept."""

from sqlalchemy import select

from storage.database import Database
from storage.objects import ObjectStore
from storage.run_locks import RunLock, StoreLock
from storage.tables import picture, run


def delete_orphans(db: Database, objects: ObjectStore) -> int:
    """Return how many were deleted. Call it before a run is started or reopened: nothing is done while one is at work.

    Only after a run broke off can there be any, so that a large store is not walked through each time.
    """
    if not _a_run_broke_off(db):
        return 0
    alone = StoreLock(db.folder)
    if not alone.take_alone():
        return 0
    try:
        return _delete_orphans(db, objects)
    finally:
        alone.release()


def _delete_orphans(db: Database, objects: ObjectStore) -> int:
    found = list(objects.keys())
    with db.read() as conn:
        known = set(conn.execute(select(picture.c.object_key)).scalars())
    orphans = [key for key in found if key not in known]
    for key in orphans:
        objects.delete(key)
    return len(orphans)


def _a_run_broke_off(db: Database) -> bool:
    with db.read() as conn:
        running = conn.execute(select(run.c.id).where(run.c.state == "running")).scalars().all()
    return any(not RunLock(db.folder, run_id).is_held() for run_id in running)

"""Delete what a crash cut off while it was being put: half a picture is nobody's."""

from storage.database import Database
from storage.doomed_objects import delete_doomed
from storage.objects import ObjectStore
from storage.run_locks import StoreLock


def delete_unfinished(db: Database, objects: ObjectStore) -> int:
    """Return how many were cut off. Call it before a run is started or reopened: nothing is done while one is at work.

    What was given up is deleted too, if a crash came between its transaction and that.

    A whole object without a picture is left to `verify`: the resumed run stores it again, and only a person can say
    whether it belongs to another database that shares the store.
    """
    delete_doomed(db, objects)
    alone = StoreLock(db.folder)
    if not alone.take_alone():
        return 0
    try:
        return objects.delete_unfinished()
    finally:
        alone.release()

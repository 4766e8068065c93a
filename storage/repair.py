"""Clear away what crashes left, as far as nothing that is held changes by it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select

from storage.batches import chunks
from storage.checkpoints import Checkpoints
from storage.database import Database
from storage.doomed_objects import delete_doomed, doom
from storage.errors import NotReady
from storage.held_hashes import HeldHashes
from storage.objects import ObjectStore
from storage.sweep import sweep
from storage.tables import picture
from storage.verify_objects import orphans

_OURS: Final = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{60}(-[0-9a-f]{16})?")
_FEW: Final = 100
"""So many may be left in the store of a database that holds less."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Repaired:
    """How many objects were given up by runs that are over, deleted because nothing names them, and cut off half-way.

    `deleted` are what was given up or withdrawn, by now or before. `foreign` are left alone: nothing names them either,
    and they are not named as objects are.
    """

    given_up: int
    deleted: int
    orphans: int
    unfinished: int
    foreign: int


def repair(db: Database, objects: ObjectStore, checkpoints: Checkpoints) -> Repaired:
    """Sweep the store, delete objects that nothing names, forget hashes of what is gone, and seal off a torn line.

    What was lost or changed cannot be repaired by it: that takes a backup. Another database that shares the store is
    not known here; whoever asks for a repair says that there is none. Raise `NotReady`, before any object that nothing
    names is deleted, if those are so many that the store seems to be that of another database.
    """
    checkpoints.sign(db)
    swept = sweep(db, objects)
    ours, foreign = _delete_orphans(db, objects)
    hashes = HeldHashes(db)
    with db.read() as conn:
        gone = hashes.gone(conn)
    hashes.forget(gone)
    return Repaired(
        given_up=swept.given_up, deleted=swept.deleted, orphans=ours, unfinished=swept.unfinished, foreign=foreign
    )


def _delete_orphans(db: Database, objects: ObjectStore) -> tuple[int, int]:
    """An object that was listed has its intent or its row by now, if it is to have one."""
    found: list[str] = []
    foreign = 0
    for some in chunks(objects.keys()):
        ours = [each.key for each in some if _OURS.fullmatch(each.key)]
        foreign += len(some) - len(ours)
        found += orphans(db, ours)
    if found:
        _require_its_database(db, len(found))
        since = datetime.now(UTC)
        with db.write() as conn:
            doom(conn, found)
        delete_doomed(db, objects, since=since)
    return len(found), foreign


def _require_its_database(db: Database, found: int) -> None:
    """With a wrong DATABASE_URL, or one that was begun anew, everything in the store has no name."""
    with db.read() as conn:
        held = conn.execute(select(func.count()).select_from(picture)).scalar_one()
    if found > max(_FEW, held):
        raise NotReady(
            f"{found} objects are named by nothing in this database, which has {held} pictures, so none was deleted: "
            "see that DATABASE_URL and OBJECTS_URL belong together, or set OBJECTS_URL to an empty place"
        )

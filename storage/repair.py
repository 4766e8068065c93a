"""Clear away what crashes left, as far as nothing that is held changes by it."""

import re
from dataclasses import dataclass
from typing import Final

from storage.checkpoints import Checkpoints
from storage.database import Database
from storage.doomed_objects import delete_doomed, doom
from storage.held_hashes import HeldHashes
from storage.objects import ObjectStore
from storage.sweep import sweep
from storage.verify_objects import orphans

_OURS: Final = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{60}(-[0-9a-f]{16})?")
_AT_ONCE: Final = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Repaired:
    """How many objects were given up by runs that are over, deleted because nothing names them, and cut off half-way.

    `foreign` are left alone: nothing names them either, and they are not named as objects are.
    """

    given_up: int
    orphans: int
    unfinished: int
    foreign: int


def repair(db: Database, objects: ObjectStore, checkpoints: Checkpoints) -> Repaired:
    """Sweep the store, delete objects that nothing names, forget hashes of what is gone, and seal off a torn line.

    What was lost or changed cannot be repaired by it: that takes a backup. Another database that shares the store is
    not known here; whoever asks for a repair says that there is none.
    """
    checkpoints.sign(db)
    swept = sweep(db, objects)
    ours, foreign = _delete_orphans(db, objects)
    hashes = HeldHashes(db)
    with db.read() as conn:
        gone = hashes.gone(conn)
    hashes.forget(gone)
    return Repaired(given_up=swept.given_up, orphans=ours, unfinished=swept.unfinished, foreign=foreign)


def _delete_orphans(db: Database, objects: ObjectStore) -> tuple[int, int]:
    ours = foreign = 0
    some: list[str] = []
    for each in objects.keys():  # noqa: SIM118 - a store is no dict
        if _OURS.fullmatch(each.key):
            some.append(each.key)
        else:
            foreign += 1
        if len(some) == _AT_ONCE:
            ours += _doom_orphans(db, some)
            some = []
    ours += _doom_orphans(db, some)
    if ours:
        delete_doomed(db, objects)
    return ours, foreign


def _doom_orphans(db: Database, keys: list[str]) -> int:
    """An object that was listed has its intent or its row by now, if it is to have one."""
    found = orphans(db, keys)
    if found:
        with db.write() as conn:
            doom(conn, found)
    return len(found)

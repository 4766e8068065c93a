"""Clear away what crashes left in the object store: what nobody will store, and what was cut off half-way."""

from dataclasses import dataclass

from storage.database import Database
from storage.doomed_objects import delete_doomed
from storage.object_intents import give_up_left
from storage.objects import ObjectStore


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """How many objects were meant to be put by runs that are over, deleted, and found half-way."""

    given_up: int
    deleted: int
    unfinished: int


def sweep(db: Database, objects: ObjectStore) -> Swept:
    """Call it before a run is started or reopened; what runs at work are putting stays.

    A whole object that neither a row nor an intent names is left to `verify`: only a person can say whether it belongs
    to another database that shares the store.
    """
    given_up = give_up_left(db)
    return Swept(given_up=given_up, deleted=delete_doomed(db, objects), unfinished=objects.delete_unfinished())

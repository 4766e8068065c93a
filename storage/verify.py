"""Check ledger, checkpoints, database and objects against one another."""

from collections.abc import Iterator

from storage.checkpoints import Checkpoints
from storage.database import Database
from storage.finding import Finding
from storage.held_hashes import HeldHashes
from storage.keys import KeyRing
from storage.objects import ObjectStore
from storage.verify_checkpoints import read_checkpoints
from storage.verify_events import check_events
from storage.verify_incidents import check_incidents
from storage.verify_ledger import check_ledger
from storage.verify_lists import check_lists
from storage.verify_objects import check_objects
from storage.verify_pairs import check_pairs
from storage.verify_sightings import check_sightings, check_tallies
from storage.verify_withdrawn import check_withdrawn

__all__ = ["Finding", "verify"]


def verify(db: Database, objects: ObjectStore, checkpoints: Checkpoints) -> Iterator[Finding]:
    """Yield what is wrong, as it is found. A crawl may run meanwhile.

    The checkpoints are read before the database is looked at: by then the database can only be ahead of them.
    """
    signed, findings = read_checkpoints(checkpoints)
    yield from findings
    with db.read() as conn:
        yield from check_ledger(conn, signed)
        yield from check_sightings(conn)
        yield from check_tallies(conn)
        yield from check_pairs(conn)
        yield from check_events(conn)
        yield from check_incidents(conn)
        yield from check_lists(conn)
        yield from check_withdrawn(conn, objects, KeyRing.load(db.folder), HeldHashes(db))
        yield from check_objects(conn, db, objects)

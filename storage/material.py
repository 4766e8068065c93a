"""Load all that a lineup compares with, from one view of the database: lists, look-ups and the epoch they belong to."""

from datetime import timedelta

from sqlalchemy import Connection

from filters.indexes.graves import Graves
from filters.indexes.hosts import BlockedHosts, NotAHost
from filters.indexes.sources import VettedSources
from filters.lineup import Material
from storage.blocked_hosts import load_hosts
from storage.database import Database
from storage.errors import KeysMissing, NotReady
from storage.gate import epoch
from storage.graves import load_graves
from storage.hash_indexes import HashIndexes
from storage.held_pairs import HeldPairs
from storage.host_indexes import HostIndexes
from storage.index_folder import IndexNotWritten
from storage.known_hashes import Reliance, load_known
from storage.list_revisions import CorruptList
from storage.sources import load_sources


def load_material(
    db: Database,
    networks: tuple[str, ...],
    provisional: bool,
    max_age: timedelta,
    floor: Material | None = None,
) -> Material:
    """Return the lists as they are now; with `floor`, what the run uses, never looser than that.

    What cannot be relied on is not ready: then the filters are unsure, whatever they are shown. A blocklist that is not
    as it was recorded leaves the hosts None; a broken or missing list of known material says so itself.
    """
    reliance = Reliance(networks=networks, provisional=provisional, max_age=max_age)
    with db.read() as conn:
        return Material(
            epoch=epoch(conn),
            hosts=_hosts(conn, HostIndexes(db.folder), None if floor is None else floor.hosts),
            known=load_known(conn, HashIndexes(db.folder), reliance, floor=None if floor is None else floor.known),
            held=HeldPairs(db),
            sources=_sources(conn, None if floor is None else floor.sources),
            withdrawn=_withdrawn(conn, db),
        )


def require_none_to_be_sealed(material: Material) -> None:
    """Raise `NotReady` if a list demands a key: without one a match leaves nothing that an authority can act on."""
    lists = () if material.known is None else material.known.lists
    if demanding := [each.label for each in lists if each.policy.needs_incident_key]:
        raise NotReady(
            f"{', '.join(demanding)}: its matches must be sealed; "
            "type: export ALTSIEVE_INCIDENT_PUBLIC_KEY= and the public key of the safety officer"
        )


def _hosts(conn: Connection, indexes: HostIndexes, floor: BlockedHosts | None) -> BlockedHosts | None:
    try:
        return load_hosts(conn, indexes, floor)
    except (CorruptList, IndexNotWritten, NotAHost):
        return None


def _sources(conn: Connection, floor: VettedSources | None) -> VettedSources | None:
    try:
        return load_sources(conn, floor)
    except CorruptList:
        return None


def _withdrawn(conn: Connection, db: Database) -> Graves | None:
    try:
        return load_graves(conn, db)
    except KeysMissing:
        return None

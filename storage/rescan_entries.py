"""Say which entries of lists of known material what is held was not compared with yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from filters.indexes.known import KNOWN_GOOD
from filters.indexes.known_list import KnownList
from filters.indexes.known_material import KnownMaterial
from filters.indexes.list_policy import BadPolicy, ListPolicy
from storage.list_kinds import HASHES
from storage.tables import hash_entry, revision
from storage.trail_sightings import lists_in_force


@dataclass(frozen=True, kw_only=True, slots=True)
class NewEntry:
    """A hash to compare what is held with, and how far a match may be."""

    type: str
    value: str
    distance_bits: int

    def __repr__(self) -> str:
        return f"<NewEntry {self.type}>"


def revisions_in_force(conn: Connection, epoch: int | None) -> dict[str, int]:
    """Return the revision of each list in an epoch; of none if there was no such epoch."""
    if epoch is None:
        return {}
    labels = (each.rpartition("@") for each in lists_in_force(conn, {epoch})[epoch])
    return {name: int(number) for name, _, number in labels}


def new_entries(conn: Connection, known: KnownMaterial, before: Mapping[str, int]) -> Iterator[NewEntry]:
    """Yield what matches now and did not in the revisions `before`: all of a list whose policy reads otherwise now."""
    for each in known.lists:
        since = before.get(each.name, 0)
        yield from _of_list(conn, each, 0 if _means_otherwise(conn, each, since) else since)


def _means_otherwise(conn: Connection, now: KnownList, since: int) -> bool:
    of_this = (revision.c.list == now.name) & (revision.c.number == since)
    policy = conn.execute(select(revision.c.policy).where(of_this)).scalar_one_or_none()
    try:
        then = ListPolicy.read(policy)
    except (BadPolicy, TypeError):
        return True
    return (then.action, then.pdq_bits, then.phash16_bits) != (
        now.policy.action,
        now.policy.pdq_bits,
        now.policy.phash16_bits,
    )


def _of_list(conn: Connection, now: KnownList, since: int) -> Iterator[NewEntry]:
    columns = (hash_entry.c.type, hash_entry.c.value, hash_entry.c.distance_bits)
    query = select(*columns).where(HASHES.counting_in(now.name, now.number), hash_entry.c.since > since)
    query = query.where(hash_entry.c.category != KNOWN_GOOD)
    for row in conn.execute(query, execution_options={"yield_per": 10_000}):
        needed = now.policy.needed(row.type, row.distance_bits)
        yield NewEntry(type=row.type, value=row.value, distance_bits=needed)

"""Count what the lists of known material held when a run began, and how much of it several of them hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Select, func, select

from filters.indexes.known import KNOWN_GOOD
from storage.database import Database
from storage.list_kinds import HASHES
from storage.tables import hash_entry, list_, run
from storage.trail_sightings import lists_in_force


@dataclass(frozen=True, kw_only=True, slots=True)
class ListCoverage:
    """One list as `name@number`, how many different hashes it held, by type, and how many of them each other one."""

    list: str
    entries: int
    by_type: Mapping[str, int]
    shared: Mapping[str, int] = field(default_factory=dict)


def list_coverage(db: Database, run_id: str) -> tuple[ListCoverage, ...]:
    """Return the lists in force when the run began; what is known to be good is left out. Large lists take a while."""
    with db.read() as conn:
        epoch = conn.execute(select(run.c.epoch).where(run.c.id == run_id)).scalar_one()
        labels = _hash_lists(conn, lists_in_force(conn, {epoch})[epoch])
        return tuple(_coverage(conn, each, labels) for each in labels)


def _hash_lists(conn: Connection, labels: Sequence[str]) -> tuple[str, ...]:
    ours = set(conn.execute(select(list_.c.name).where(list_.c.kind == HASHES.name)).scalars())
    return tuple(each for each in labels if each.rpartition("@")[0] in ours)


def _coverage(conn: Connection, label: str, labels: Sequence[str]) -> ListCoverage:
    held = _hashes(label).subquery()
    by_type = select(held.c.type, func.count()).group_by(held.c.type).order_by(held.c.type)
    counts = {row[0]: row[1] for row in conn.execute(by_type)}
    shared = {each: _shared(conn, label, each) for each in labels if each != label}
    return ListCoverage(list=label, entries=sum(counts.values()), by_type=counts, shared=shared)


def _shared(conn: Connection, one: str, other: str) -> int:
    both = _hashes(one).intersect(_hashes(other)).subquery()
    return int(conn.execute(select(func.count()).select_from(both)).scalar_one())


def _hashes(label: str) -> Select[tuple[str, str]]:
    name, _, number = label.rpartition("@")
    counting = HASHES.counting_in(name, int(number)) & (hash_entry.c.category != KNOWN_GOOD)
    return select(hash_entry.c.type, hash_entry.c.value).where(counting).distinct()

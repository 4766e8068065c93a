"""Say what became of each entry that an operator named."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.host_indexes import BLOCK
from storage.list_kinds import HOSTS
from storage.list_revisions import Revision
from storage.named_entries import covers
from storage.tables import host_entry, list_


@dataclass(frozen=True, kw_only=True, slots=True)
class HostChange:
    """What became of one entry that was named, a sentence for the operator, and what the entry covers."""

    host: str
    changed: bool
    note: str
    covers: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """What an act did; `revision` is None if nothing had to change."""

    revision: Revision | None
    hosts: tuple[HostChange, ...]


def actions_of(conn: Connection, name: str, hosts: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    """Return (action, id) of the entries of a list for each host that has one."""
    columns = (host_entry.c.id, host_entry.c.host, host_entry.c.action)
    found: dict[str, list[tuple[str, int]]] = {}
    for host in hosts:
        for row in conn.execute(select(*columns).where(HOSTS.counting(name), host_entry.c.host == host)):
            found.setdefault(row.host, []).append((row.action, row.id))
    return found


def setting(host: str, action: str, *, changed: bool) -> HostChange:
    done = "blocked" if action == BLOCK else "allowed"
    note = f"is now {done}" if changed else f"was {done} already"
    return HostChange(host=host, changed=changed, note=note, covers=covers(host))


def removal(conn: Connection, name: str, host: str, *, changed: bool) -> HostChange:
    on = f"list {name}"
    note = f"is no longer on {on}" if changed else f"is not on {on}"
    others = conn.execute(
        select(list_.c.name)
        .join(host_entry, HOSTS.counting_in_any)
        .where(host_entry.c.host == host, host_entry.c.action == BLOCK, list_.c.name != name)
        .order_by(list_.c.name)
    ).scalars()
    if names := ", ".join(others):
        note += f", but on {names}; to lift that, type: altsieve blocklist allow {host} --why TEXT"
    return HostChange(host=host, changed=changed, note=note, covers=covers(host))

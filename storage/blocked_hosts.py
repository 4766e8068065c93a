"""Build the index of blocked hosts from the lists, never looser than the one in use, and test addresses with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, select

from filters.indexes.hosts import BlockedHosts, HostEntry, HostList, NotAHost, is_address, normalise_host
from storage.list_revisions import HOSTS, Revision, digest_of, newest_revisions, require_whole
from storage.tables import host_entry

BLOCK: Final = "block"
ALLOW: Final = "allow"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tested:
    """What the blocklists say of one address now. `host` is None if none can be read from it, which is never clean.

    `entry` is what blocks it; `allowed` is the host that a person allowed, if that is why nothing does.
    """

    asked: str
    host: str | None
    entry: HostEntry | None
    allowed: str | None

    @property
    def blocked(self) -> bool:
        return self.entry is not None


def load_hosts(conn: Connection, floor: BlockedHosts | None = None) -> BlockedHosts:
    """Return the lists as one view of the database shows them, never looser than `floor`.

    A list that has not changed since `floor` is taken from there. An entry that only `floor` holds goes on counting,
    under the revision it was in; what a person allowed since `floor` does not count yet.
    """
    in_use = () if floor is None else floor.lists
    same = {(each.name, each.number, each.digest): each for each in in_use}
    now = [same.get((r.list, r.number, r.digest)) or _read_list(conn, r) for r in newest_revisions(conn, HOSTS)]
    if floor is None:
        return BlockedHosts(tuple(now))
    allowed = {host for each in in_use for host in each.allowed}
    kept = [_without_new_overrides(each, allowed) for each in now]
    ended = [left for each in in_use if each not in now and (left := _left_over(each, kept)) is not None]
    return BlockedHosts((*kept, *ended))


def test_hosts(hosts: BlockedHosts, urls: Iterable[str]) -> tuple[Tested, ...]:
    strict = BlockedHosts(tuple(replace(each, allowed={}) for each in hosts.lists))
    return tuple(_tested(hosts, strict, url) for url in urls)


def _read_list(conn: Connection, newest: Revision) -> HostList:
    columns = (host_entry.c.host, host_entry.c.action, host_entry.c.why)
    rows = conn.execute(select(*columns).where(HOSTS.counting(newest.list))).all()
    require_whole(newest, ((row.host, row.action) for row in rows))
    return HostList(
        name=newest.list,
        number=newest.number,
        digest=newest.digest,
        entries={row.host: row.why for row in rows if row.action == BLOCK},
        allowed={row.host: row.why for row in rows if row.action == ALLOW},
    )


def _without_new_overrides(each: HostList, allowed: set[str]) -> HostList:
    kept = {host: why for host, why in each.allowed.items() if host in allowed}
    if len(kept) == len(each.allowed):
        return each
    return _partial(each, dict(each.entries), kept)


def _left_over(each: HostList, now: Sequence[HostList]) -> HostList | None:
    left = {host: why for host, why in each.entries.items() if not any(host in other.entries for other in now)}
    return _partial(each, left, {}) if left else None


def _partial(each: HostList, entries: dict[str, str], allowed: dict[str, str]) -> HostList:
    keys = [*((host, BLOCK) for host in entries), *((host, ALLOW) for host in allowed)]
    digest, _ = digest_of(sorted(keys))
    return HostList(name=each.name, number=each.number, digest=digest, entries=entries, allowed=allowed)


def _tested(hosts: BlockedHosts, strict: BlockedHosts, url: str) -> Tested:
    try:
        host = normalise_host(url)
        entry = hosts.find(url)
        lifted = entry is None and strict.find(url) is not None
    except NotAHost:
        return Tested(asked=url, host=None, entry=None, allowed=None)
    return Tested(asked=url, host=host, entry=entry, allowed=_override(hosts, host) if lifted else None)


def _override(hosts: BlockedHosts, host: str) -> str | None:
    """Return the allowed host nearest to `host`, itself or a parent domain."""
    allowed = {each for one in hosts.lists for each in one.allowed}
    name = host
    while name not in allowed:
        if is_address(name) or "." not in name:
            return None
        name = name.partition(".")[2]
    return name

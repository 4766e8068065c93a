"""Build the index of blocked hosts from the lists, never looser than the one in use, and test addresses with it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, select

from filters.indexes.hosts import BlockedHosts, HostEntry, HostList, NotAHost, normalise_host
from storage.host_indexes import ALLOW, BLOCK, HostIndexes
from storage.list_contents import digest_of
from storage.list_kinds import BY_HAND, HOSTS
from storage.list_revisions import Revision, newest_revisions, require_as_recorded, revisions_of
from storage.tables import host_entry, revision

_MOST_COPIED: Final = 20_000
"""Of so many entries that were ended while a run goes on, it keeps a list; of more, the whole old index."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tested:
    """What the blocklists say of one address now. `host` is None if none can be read from it, which is never clean.

    `entry` is what blocks it; `allowed` is the entry that a person allowed, if that is why nothing does.
    """

    asked: str
    host: str | None
    entry: HostEntry | None
    allowed: str | None

    @property
    def blocked(self) -> bool:
        return self.entry is not None


def load_hosts(conn: Connection, indexes: HostIndexes, floor: BlockedHosts | None = None) -> BlockedHosts:
    """Return the lists as one view of the database shows them, never looser than `floor`.

    A list that has not changed since `floor` is taken from there, and opened anew if its file was written to. An entry
    that only `floor` holds goes on counting, under the revision it was in; what a person allowed since `floor` does not
    count yet.
    """
    in_use = () if floor is None else tuple(_whole(conn, indexes, each) for each in floor.lists)
    same = {(each.name, each.number, each.digest): each for each in in_use}
    newest = newest_revisions(conn, HOSTS)
    now = [same.get((r.list, r.number, r.digest)) or _read_list(conn, indexes, r) for r in newest]
    if floor is None:
        return BlockedHosts(tuple(now))
    allowed = {host for each in in_use for host in each.allowed}
    kept = [_without_new_overrides(each, allowed) for each in now]
    ended = (_left_over(conn, each, now) for each in in_use if not any(each is other for other in now))
    return BlockedHosts((*kept, *(each for each in ended if each is not None)))


def test_hosts(hosts: BlockedHosts, urls: Iterable[str]) -> tuple[Tested, ...]:
    strict = BlockedHosts(tuple(replace(each, allowed={}) for each in hosts.lists))
    by_hand = {entry: why for each in hosts.lists for entry, why in each.allowed.items()}
    allowed = BlockedHosts((HostList.of(name="allowed", number=0, digest="", entries=by_hand),))
    return tuple(_tested(hosts, strict, allowed, url) for url in urls)


def _read_list(conn: Connection, indexes: HostIndexes, newest: Revision) -> HostList:
    """Only lists that are kept by hand hold what a person allowed; their rows are few."""
    allowed: dict[str, str] = {}
    if newest.origin == BY_HAND:
        require_as_recorded(conn, HOSTS, newest)
        columns = select(host_entry.c.host, host_entry.c.why)
        rows = conn.execute(columns.where(HOSTS.counting(newest.list), host_entry.c.action == ALLOW))
        allowed = {row.host: row.why for row in rows}
    entries = indexes.open(conn, newest)
    return HostList(name=newest.list, number=newest.number, digest=newest.digest, entries=entries, allowed=allowed)


def _whole(conn: Connection, indexes: HostIndexes, each: HostList) -> HostList:
    if each.entries.is_whole:
        return each
    opened = next(of for of in revisions_of(conn, HOSTS, each.name) if of.number == each.number)
    return replace(each, entries=indexes.open(conn, opened))


def _without_new_overrides(each: HostList, allowed: set[str]) -> HostList:
    kept = {host: why for host, why in each.allowed.items() if host in allowed}
    return each if len(kept) == len(each.allowed) else replace(each, allowed=kept)


def _left_over(conn: Connection, each: HostList, now: Iterable[HostList]) -> HostList | None:
    """Return what of a list in use is no longer in its newest revision; None if all of it is.

    What was ended is told by the rows, but not what exceptions lift: with any of them the old list stays as it was.
    """
    newer = next((other for other in now if other.name == each.name), None)
    if newer is None or not _is_a_revision(conn, each):
        return replace(each, allowed={})  # it is what was left over before
    if any(True for other in (each, newer) for _ in other.entries.exceptions()):
        return replace(each, allowed={})
    ended = _ended(conn, each, newer.number)
    if len(ended) > _MOST_COPIED:
        return replace(each, allowed={})
    digest, _ = digest_of((host, BLOCK) for host in sorted(ended))
    return HostList.of(name=each.name, number=each.number, digest=digest, entries=ended) if ended else None


def _is_a_revision(conn: Connection, each: HostList) -> bool:
    of_this = (revision.c.list == each.name) & (revision.c.number == each.number)
    return conn.execute(select(revision.c.digest).where(of_this)).scalar_one_or_none() == each.digest


def _ended(conn: Connection, each: HostList, now: int) -> dict[str, str]:
    entry = host_entry.c
    ended = (entry.list == each.name) & (entry.action == BLOCK) & (entry.until > each.number) & (entry.until <= now)
    query = select(entry.host, entry.why).where(ended, entry.since <= each.number).limit(_MOST_COPIED + 1)
    return {row.host: row.why for row in conn.execute(query)}


def _tested(hosts: BlockedHosts, strict: BlockedHosts, allowed: BlockedHosts, url: str) -> Tested:
    try:
        host = normalise_host(url)
        entry = hosts.find(url)
        lifted = entry is None and strict.find(url) is not None
        override = allowed.find(url) if lifted else None
    except NotAHost:
        return Tested(asked=url, host=None, entry=None, allowed=None)
    return Tested(asked=url, host=host, entry=entry, allowed=None if override is None else override.host)

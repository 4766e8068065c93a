"""Keep the lists of blocked hosts, and hand them to the filters as one index."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from filters.indexes.hosts import BlockedHosts
from storage.blocked_hosts import ALLOW, BLOCK, Tested, load_hosts, test_hosts
from storage.database import Database
from storage.host_formats import HostFormat, listed_host, read_hosts, recognise
from storage.ledger import Ledger
from storage.list_entries import EntryOf, add_entries, end_entries
from storage.list_imports import changing, replace_list
from storage.list_lines import BadList, Intake, RejectReason
from storage.list_revisions import (
    BY_HAND,
    HOSTS,
    IMPORTED,
    Change,
    ListMismatch,
    Revision,
    begin,
    finish,
    newest_revisions,
    revisions_of,
)
from storage.staging import Staging
from storage.tables import host_entry

OPERATOR_LIST: Final = "operator"
"""The list that `add`, `remove` and `allow` write to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HostChange:
    """What became of one host that was named: whether anything changed, and a sentence for the operator."""

    host: str
    changed: bool
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """What an act did; `revision` is None if nothing had to change."""

    revision: Revision | None
    hosts: tuple[HostChange, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedHost:
    """One entry as it stands in one revision of a list."""

    host: str
    action: str
    why: str


class Blocklists:
    """Every change is a new revision, a new gate epoch and a record of who did it and why, in one transaction."""

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger

    def add(self, hosts: Sequence[str], *, why: str, by: str, list: str = OPERATOR_LIST) -> Changed:
        """Block hosts with their subdomains. A host that was allowed by hand is no longer."""
        return self._set(hosts, BLOCK, Change(kind=HOSTS, name=list, origin=BY_HAND, verb="add", by=by, why=why))

    def allow(self, hosts: Sequence[str], *, why: str, by: str, list: str = OPERATOR_LIST) -> Changed:
        """Lift every list's entry for just these hosts; it counts from the next run on."""
        return self._set(hosts, ALLOW, Change(kind=HOSTS, name=list, origin=BY_HAND, verb="allow", by=by, why=why))

    def remove(self, hosts: Sequence[str], *, why: str, by: str, list: str = OPERATOR_LIST) -> Changed:
        """End what was added or allowed by hand; it counts from the next run on."""
        change = Change(kind=HOSTS, name=list, origin=BY_HAND, verb="remove", by=by, why=why)
        named = _distinct(hosts)
        with changing(self._db, change), self._db.write() as conn:
            there = _actions(conn, list, named)
            ids = [entry for host in named for _, entry in there.get(host, ())]
            result = Changed(
                revision=self._end(conn, change, ids) if ids else None,
                hosts=tuple(_removal(conn, list, host, changed=host in there) for host in named),
            )
        self._ledger.checkpoint()
        return result

    def import_file(
        self,
        path: Path,
        name: str,
        *,
        by: str,
        why: str,
        format: str | None = None,
    ) -> Revision:
        """Let the list hold exactly what the file does; nothing changes if the file is not a list of hosts."""
        intake = Intake()
        with Staging(len(HOSTS.key)) as staging:
            layout = _layout(path, format)
            with path.open("rb") as source:
                staging.fill((host, BLOCK) for host in intake.of(read_hosts(source, layout)))
            change = Change(
                kind=HOSTS,
                name=name,
                origin=IMPORTED,
                verb="import",
                by=by,
                why=why,
                source=f"{path.name} ({layout.value})",
                rejections=intake.rejections,
            )
            result = replace_list(self._db, self._ledger, change, staging, _entry_of(why))
        self._ledger.checkpoint()
        return result

    def list(self) -> tuple[Revision, ...]:
        """Return the newest revision of each list."""
        with self._db.read() as conn:
            return newest_revisions(conn, HOSTS)

    def history(self, name: str) -> tuple[Revision, ...]:
        with self._db.read() as conn:
            return revisions_of(conn, HOSTS, name)

    def entries_at(self, name: str, number: int) -> Iterator[ListedHost]:
        """Yield what counted in any revision of a list, by host."""
        columns = (host_entry.c.host, host_entry.c.action, host_entry.c.why)
        counted = select(*columns).where(HOSTS.counting_in(name, number)).order_by(host_entry.c.host)
        with self._db.read() as conn:
            for row in conn.execute(counted, execution_options={"yield_per": 1000}):
                yield ListedHost(host=row.host, action=row.action, why=row.why)

    def load(self, floor: BlockedHosts | None = None) -> BlockedHosts:
        """Return the lists as they are; with `floor`, the lists in use, only what tightens them counts."""
        with self._db.read() as conn:
            return load_hosts(conn, floor)

    def test(self, urls: Iterable[str]) -> tuple[Tested, ...]:
        """Say of each address what a crawl that starts now would."""
        return test_hosts(self.load(), urls)

    def _set(self, hosts: Sequence[str], action: str, change: Change) -> Changed:
        named = _distinct(hosts)
        with changing(self._db, change), self._db.write() as conn:
            there = _actions(conn, change.name, named)
            new = [host for host in named if action not in (each for each, _ in there.get(host, ()))]
            revision = None
            if new:
                number = begin(conn, change)
                ended = [entry for host in new for _, entry in there.get(host, ())]
                end_entries(conn, HOSTS, number, ended)
                add_entries(conn, change, number, ((host, action) for host in new), _entry_of(change.why))
                revision = finish(conn, self._ledger, change, number=number, added=len(new), removed=len(ended))
        self._ledger.checkpoint()
        return Changed(revision=revision, hosts=tuple(_setting(host, action, changed=host in new) for host in named))

    def _end(self, conn: Connection, change: Change, ids: Sequence[int]) -> Revision:
        number = begin(conn, change)
        end_entries(conn, HOSTS, number, ids)
        return finish(conn, self._ledger, change, number=number, added=0, removed=len(ids))


def _entry_of(why: str) -> EntryOf:
    return lambda key: {"host": key[0], "action": key[1], "why": why}


def _distinct(hosts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_named_host, hosts)))


def _named_host(word: str) -> str:
    """Return the host that an operator typed, with or without a scheme; refuse what would block more than was typed."""
    bare = word.strip().removeprefix("https://").removeprefix("http://").removesuffix("/").removesuffix(".")
    host = listed_host(bare)
    if host is RejectReason.SINGLE_LABEL:
        raise BadList("a single label such as com or localhost would block everything below it; name a host in full")
    if isinstance(host, RejectReason):
        raise BadList("not a host: write it like example.org, without port, path or wildcard; subdomains are included")
    return host


def _actions(conn: Connection, name: str, hosts: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    """Return (action, id) of the entries of a list for each host that has one."""
    columns = (host_entry.c.id, host_entry.c.host, host_entry.c.action)
    found: dict[str, list[tuple[str, int]]] = {}
    for host in hosts:
        for row in conn.execute(select(*columns).where(HOSTS.counting(name), host_entry.c.host == host)):
            found.setdefault(row.host, []).append((row.action, row.id))
    return found


def _setting(host: str, action: str, *, changed: bool) -> HostChange:
    done = "blocked" if action == BLOCK else "allowed"
    return HostChange(host=host, changed=changed, note=f"is now {done}" if changed else f"was {done} already")


def _removal(conn: Connection, name: str, host: str, *, changed: bool) -> HostChange:
    on = f"list {name}"
    note = f"is no longer on {on}" if changed else f"is not on {on}"
    others = conn.execute(
        select(host_entry.c.list)
        .where(host_entry.c.host == host, host_entry.c.until.is_(None), host_entry.c.action == BLOCK)
        .where(host_entry.c.list != name)
        .order_by(host_entry.c.list)
    ).scalars()
    if names := ", ".join(others):
        note += f", but on {names}; to lift that, type: altsieve blocklist allow {host} --why TEXT"
    return HostChange(host=host, changed=changed, note=note)


def _layout(path: Path, named: str | None) -> HostFormat:
    if named is None:
        with path.open("rb") as source:
            return recognise(source)
    try:
        return HostFormat(named)
    except ValueError:
        raise ListMismatch(f"unknown format: --format is one of {', '.join(HostFormat)}") from None

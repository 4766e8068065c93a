"""Keep the lists of what is blocked, and hand them to the filters as one index."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from filters.indexes.hosts import BlockedHosts
from storage.blocked_hosts import Tested, load_hosts, test_hosts
from storage.database import Database
from storage.host_changes import Changed, actions_of, removal, setting
from storage.host_files import host_file
from storage.host_indexes import ALLOW, BLOCK, HostIndexes
from storage.index_folder import tidy_indexes
from storage.ledger import Ledger
from storage.list_contents import Contents, contents_of, digest_of
from storage.list_entries import EntryOf, add_entries, end_entries
from storage.list_imports import changing, replace_list
from storage.list_kinds import BY_HAND, HOSTS, IMPORTED, SHIPPED
from storage.list_lines import Intake
from storage.list_revisions import Change, ListMismatch, Revision, begin, finish, newest_revisions, revisions_of
from storage.listed_hosts import ListedHost, Whys, listed_hosts
from storage.named_entries import named_entries, refuse_public_suffix
from storage.staging import Key, Staging

OPERATOR_LIST: Final = "operator"
"""The list that `add`, `remove` and `allow` write to."""

STARTER_LIST: Final = "starter"
"""The list that comes with Altsieve."""

MAX_SHRINK: Final = 0.2
"""The share of a list's entries that an import may take off it, where no setting says otherwise."""


class Blocklists:
    """Every change is a new revision, a new gate epoch and a record of who did it and why, which count together.

    The index of a revision is there before it counts.
    """

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger
        self._indexes = HostIndexes(db.folder)

    def add(
        self, hosts: Sequence[str], *, why: str, by: str, list: str = OPERATOR_LIST, force: bool = False
    ) -> Changed:
        """Block what is named. What was allowed by hand is no longer; a public suffix is refused without `force`."""
        named = named_entries(hosts)
        for each in named:
            refuse_public_suffix(each, force=force)
        return self._set(named, BLOCK, Change(kind=HOSTS, name=list, origin=BY_HAND, verb="add", by=by, why=why))

    def allow(self, hosts: Sequence[str], *, why: str, by: str, list: str = OPERATOR_LIST) -> Changed:
        """Lift every list's entry for just these; it counts from the next run on."""
        change = Change(kind=HOSTS, name=list, origin=BY_HAND, verb="allow", by=by, why=why)
        return self._set(named_entries(hosts), ALLOW, change)

    def remove(self, hosts: Sequence[str], *, why: str, by: str, list: str = OPERATOR_LIST) -> Changed:
        """End what was added or allowed by hand; it counts from the next run on."""
        change = Change(kind=HOSTS, name=list, origin=BY_HAND, verb="remove", by=by, why=why)
        named = named_entries(hosts)
        with self._writing(change) as conn:
            there = actions_of(conn, list, named)
            ids = [entry for host in named for _, entry in there.get(host, ())]
            result = Changed(
                revision=self._end(conn, change, ids) if ids else None,
                hosts=tuple(removal(conn, list, host, changed=host in there) for host in named),
            )
        self._ledger.checkpoint()
        return result

    def remove_list(self, name: str, *, why: str, by: str) -> Revision | None:
        """End all entries of a list, whichever it is; what it was can still be shown. None if it holds nothing."""
        change = Change(kind=HOSTS, name=name, origin=None, verb="remove", by=by, why=why)
        if not any(each.list == name and each.entries for each in self.list()):
            return None
        with Staging(len(HOSTS.key)) as nothing:
            return self._replace(change, nothing)

    def restore(self, name: str, *, why: str, by: str) -> Revision:
        """Let a list hold again what it held before its last change, whichever it is, each entry with its reason."""
        *_, before, newest = (None, None, *self.history(name))
        if newest is None:
            raise ListMismatch(f"there is no blocklist {name}")
        if before is None:
            raise ListMismatch(f"list {name} was changed once only; to take it off, say remove --list {name}")
        change = Change(
            kind=HOSTS,
            name=name,
            origin=None,
            verb="restore",
            by=by,
            why=why,
            source=before.source or before.label,
            licence=before.licence,
            file_digest=before.file_digest,
        )
        whys = Whys()
        with Staging(len(HOSTS.key)) as staging:
            staging.fill(whys.noted(self.entries_at(name, before.number)))
            return self._replace(change, staging, entry_of=lambda key: _entry(key, whys.of(key)))

    def import_file(
        self,
        path: Path,
        name: str,
        *,
        by: str,
        why: str,
        format: str | None = None,
        licence: str | None = None,
        source: str | None = None,
        force: bool = False,
        matches: str | None = None,
        max_shrink: float = MAX_SHRINK,
    ) -> Revision:
        """Let the list hold exactly what the file does, or a directory of UT1; nothing changes if it is not a list.

        An import that would take more than `max_shrink` of its entries off the list is refused, unless `force` is said;
        so are public suffixes on it.
        """
        intake = Intake()
        file = host_file(path, format, matches, force=force)
        with Staging(len(HOSTS.key)) as staging:
            staging.fill(file.keys(intake))
            change = Change(
                kind=HOSTS,
                name=name,
                origin=IMPORTED,
                verb="import",
                by=by,
                why=why,
                source=source or file.label,
                licence=licence,
                file_digest=file.digest(),
                forced=force,
                rejections=intake.rejections,
            )
            return self._replace(change, staging, max_shrink=max_shrink)

    def ship(self, name: str, whys: Mapping[str, str], *, why: str, by: str, source: str) -> Revision | None:
        """Let a list that comes with Altsieve hold exactly these entries, each with its reason.

        None if it does already, if it was taken off, or if there is a list of that name that somebody made.
        """
        change = Change(kind=HOSTS, name=name, origin=SHIPPED, verb="ship", by=by, why=why, source=source)
        keys = sorted((entry, BLOCK) for entry in whys)
        there = next((each for each in self.list() if each.list == name), None)
        if there is not None and (there.origin != SHIPPED or not there.entries or there.digest == digest_of(keys)[0]):
            return None
        with Staging(len(HOSTS.key)) as staging:
            staging.fill(keys)
            return self._replace(change, staging, entry_of=lambda key: _entry(key, whys[key[0]]))

    def list(self) -> tuple[Revision, ...]:
        """Return the newest revision of each list."""
        with self._db.read() as conn:
            return newest_revisions(conn, HOSTS)

    def history(self, name: str) -> tuple[Revision, ...]:
        with self._db.read() as conn:
            return revisions_of(conn, HOSTS, name)

    def entries_at(self, name: str, number: int) -> Iterator[ListedHost]:
        """Yield what counted in any revision of a list, by host."""
        with self._db.read() as conn:
            yield from listed_hosts(conn, name, number)

    def load(self, floor: BlockedHosts | None = None) -> BlockedHosts:
        """Return the lists as they are; with `floor`, the lists in use, only what tightens them counts."""
        with self._db.read() as conn:
            return load_hosts(conn, self._indexes, floor)

    def test(self, urls: Iterable[str]) -> tuple[Tested, ...]:
        """Say of each address what a crawl that starts now would."""
        return test_hosts(self.load(), urls)

    def _replace(
        self, change: Change, keys: Staging, *, max_shrink: float | None = None, entry_of: EntryOf | None = None
    ) -> Revision:
        def build(conn: Connection, number: int, contents: Contents) -> None:
            self._indexes.build(conn, change.name, number, contents.digest)

        with self._indexes.at_work():
            result = replace_list(
                self._db,
                self._ledger,
                change,
                keys,
                entry_of or _entry_of(change.why),
                max_shrink=max_shrink,
                before_seal=build,
            )
        self._ledger.checkpoint()
        tidy_indexes(self._db)
        return result

    def _set(self, named: Sequence[str], action: str, change: Change) -> Changed:
        with self._writing(change) as conn:
            there = actions_of(conn, change.name, named)
            new = [host for host in named if action not in (each for each, _ in there.get(host, ()))]
            revision = None
            if new:
                number = begin(conn, change)
                ended = [entry for host in new for _, entry in there.get(host, ())]
                end_entries(conn, HOSTS, number, ended)
                add_entries(conn, change, number, ((host, action) for host in new), _entry_of(change.why))
                revision = self._seal(conn, change, number, added=len(new), removed=len(ended))
        self._ledger.checkpoint()
        return Changed(revision=revision, hosts=tuple(setting(host, action, changed=host in new) for host in named))

    def _end(self, conn: Connection, change: Change, ids: Sequence[int]) -> Revision:
        number = begin(conn, change)
        end_entries(conn, HOSTS, number, ids)
        return self._seal(conn, change, number, added=0, removed=len(ids))

    def _seal(self, conn: Connection, change: Change, number: int, *, added: int, removed: int) -> Revision:
        contents = contents_of(conn, HOSTS, change.name, number)
        self._indexes.build(conn, change.name, number, contents.digest)
        return finish(conn, self._ledger, change, number=number, added=added, removed=removed, contents=contents)

    @contextmanager
    def _writing(self, change: Change) -> Iterator[Connection]:
        with self._indexes.at_work(), changing(self._db, change) as writing, writing() as conn:
            yield conn


def _entry_of(why: str) -> EntryOf:
    return lambda key: _entry(key, why)


def _entry(key: Key, why: str) -> dict[str, str]:
    return {"host": key[0], "action": key[1], "why": why}

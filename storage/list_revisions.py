"""Keep every state of a list under a number, so that any earlier one can be shown and compared."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Table, insert, select, update

from storage.errors import NotReady, StorageError
from storage.ledger import Ledger
from storage.list_lines import Rejection
from storage.operators import record_act
from storage.staging import Key
from storage.tables import hash_entry, host_entry, list_, revision, source_entry

BY_HAND: Final = "by-hand"
IMPORTED: Final = "imported"
SYNTHETIC: Final = "synthetic"
_CHUNK = 10_000
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


class ListMismatch(StorageError):
    """What was asked does not fit the list that was named; the message says what would."""


class CorruptList(NotReady):
    """The entries of a list are not those that its revision was recorded with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """Which table a kind of list has its entries in, what tells two entries apart, and the noun of its acts."""

    name: str
    noun: str
    table: Table
    key: tuple[str, ...]

    @property
    def key_columns(self) -> list[ColumnElement[str]]:
        return [self.table.c[each] for each in self.key]

    def counting(self, name: str) -> ColumnElement[bool]:
        """The entries that count in the newest revision of a list."""
        return (self.table.c.list == name) & self.table.c.until.is_(None)

    def counting_in(self, name: str, number: int) -> ColumnElement[bool]:
        """The entries that counted in an earlier revision of a list."""
        begun, ended = self.table.c.since <= number, self.table.c.until
        return (self.table.c.list == name) & begun & (ended.is_(None) | (ended > number))


HOSTS: Final = Kind(name="hosts", noun="blocklist", table=host_entry, key=("host", "action"))
SOURCES: Final = Kind(name="sources", noun="sources", table=source_entry, key=("host", "licence"))
HASHES: Final = Kind(name="hashes", noun="hashlist", table=hash_entry, key=("type", "value", "category"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """One state of a list. `rejections` is known only to who has just imported it; the count is kept."""

    list: str
    kind: str
    origin: str
    number: int
    digest: str
    entries: int
    added: int
    removed: int
    rejected: int
    source: str | None
    by: str
    why: str
    at: datetime
    licence: str | None = None
    file_digest: str | None = None
    rejections: tuple[Rejection, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.list}@{self.number}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Who changes which list, and why. `origin` None takes it as it is."""

    kind: Kind
    name: str
    origin: str | None
    verb: str
    by: str
    why: str
    source: str | None = None
    rejections: tuple[Rejection, ...] = ()

    @property
    def rejected(self) -> int:
        return sum(each.count for each in self.rejections)


def begin(conn: Connection, change: Change) -> int:
    """Open the next revision of the list, which is made if it is new, and return its number."""
    if not change.why.strip() or not change.by.strip():
        raise ListMismatch("every change of a list needs a reason and a name")
    number = _claim(conn, change)
    empty = {"digest": "", "entries": 0, "added": 0, "removed": 0, "rejected": change.rejected}
    said = {"source": change.source, "by": change.by, "why": change.why, "at": datetime.now(UTC)}
    conn.execute(insert(revision).values(list=change.name, number=number, **empty, **said))
    return number


def finish(conn: Connection, ledger: Ledger, change: Change, *, number: int, added: int, removed: int) -> Revision:
    """Seal the revision with the digest of what now counts in it, and record the act; the gate epoch is raised."""
    digest, entries = digest_of(_keys(conn, change.kind, change.name))
    counts = {"digest": digest, "entries": entries, "added": added, "removed": removed}
    this = (revision.c.list == change.name) & (revision.c.number == number)
    conn.execute(update(revision).where(this).values(**counts))
    body = counts | {"list": change.name, "number": number, "rejected": change.rejected, "source": change.source}
    record_act(
        conn,
        ledger,
        what=f"{change.kind.noun}.{change.verb}",
        subject=f"{change.name}@{number}",
        by=change.by,
        why=change.why,
        body=body,
    )
    return _as_revision(conn.execute(_revisions(change.kind).where(this)).one(), change.rejections)


def newest_revisions(conn: Connection, kind: Kind) -> tuple[Revision, ...]:
    """Return the newest revision of each list of a kind, by name."""
    newest = _revisions(kind).where(revision.c.number == list_.c.number).order_by(list_.c.name)
    return tuple(_as_revision(row) for row in conn.execute(newest))


def revisions_of(conn: Connection, kind: Kind, name: str) -> tuple[Revision, ...]:
    """Return every revision of a list, the oldest first."""
    rows = conn.execute(_revisions(kind).where(list_.c.name == name).order_by(revision.c.number))
    return tuple(map(_as_revision, rows))


def revision_at(conn: Connection, name: str, number: int | None) -> datetime | None:
    """Return when a revision was made; None for none."""
    return conn.execute(
        select(revision.c.at).where(revision.c.list == name, revision.c.number == number)
    ).scalar_one_or_none()


def digest_of(keys: Iterable[Key]) -> tuple[str, int]:
    """Return SHA-256 over the sorted keys, a line each, and how many they are."""
    digest, count = hashlib.sha256(), 0
    for count, key in enumerate(keys, start=1):  # noqa: B007 - the last one is the result
        digest.update(" ".join(key).encode() + b"\n")
    return digest.hexdigest(), count


def require_whole(found: Revision, keys: Iterable[Key]) -> None:
    """Raise `CorruptList` unless these keys are what the revision was sealed with."""
    if digest_of(sorted(keys)) != (found.digest, found.entries):
        raise CorruptList(f"list {found.label} is not as it was recorded: bring the database back from a backup")


def _claim(conn: Connection, change: Change) -> int:
    row = conn.execute(select(list_).where(list_.c.name == change.name)).one_or_none()
    if row is None:
        if not _NAME.fullmatch(change.name):
            raise ListMismatch("a list's name is made of a-z, 0-9, dot, hyphen and underscore, at most 80 of them")
        origin = change.origin or BY_HAND
        conn.execute(insert(list_).values(name=change.name, kind=change.kind.name, origin=origin, number=1))
        return 1
    _refuse_unfit(row, change)
    number = int(row.number) + 1
    conn.execute(update(list_).where(list_.c.name == change.name).values(number=number))
    return number


def _refuse_unfit(row: Row[Any], change: Change) -> None:
    """An import would silently end what was added by hand, and what is synthetic must never pass for real."""
    if row.kind != change.kind.name:
        raise ListMismatch(f"{change.name} is a list of {row.kind}; give another name")
    if change.origin not in (None, row.origin):
        raise ListMismatch(f"list {change.name} is {row.origin}, not {change.origin}; give another name")


def _keys(conn: Connection, kind: Kind, name: str) -> Iterator[Key]:
    ordered = select(*kind.key_columns).where(kind.counting(name)).order_by(*kind.key_columns)
    for row in conn.execute(ordered, execution_options={"yield_per": _CHUNK}):
        yield tuple(row)


def _revisions(kind: Kind) -> Any:
    joined = select(revision, list_.c.kind, list_.c.origin).join(list_, list_.c.name == revision.c.list)
    return joined.where(list_.c.kind == kind.name)


def _as_revision(row: Row[Any], rejections: tuple[Rejection, ...] = ()) -> Revision:
    return Revision(**row._mapping, rejections=rejections)

"""Keep every state of a list under a number, so that any earlier one can be shown and compared."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from storage.errors import NotReady, StorageError
from storage.ledger import Ledger
from storage.list_contents import Contents, contents_of, digest_of
from storage.list_kinds import BY_HAND, SHIPPED, Kind
from storage.list_lines import Rejection
from storage.list_locks import ListIsHeld
from storage.operators import record_act
from storage.staging import Key
from storage.tables import list_, revision

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


class ListMismatch(StorageError):
    """What was asked does not fit the list that was named; the message says what would."""


class CorruptList(NotReady):
    """The entries of a list are not those that its revision was recorded with."""


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
    policy: Mapping[str, Any] | None = None
    checkpoint: Mapping[str, Any] | None = None
    as_of: datetime | None = None
    rejections: tuple[Rejection, ...] = ()

    @property
    def fresh_at(self) -> datetime:
        """Return when its entries were had from their source: what an age is counted from."""
        return self.as_of or self.at

    @property
    def label(self) -> str:
        return f"{self.list}@{self.number}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Who changes which list, and why. `origin`, `policy` and `checkpoint` None leave them as they are.

    `as_of` is when the entries were had from their source, None for now. `follows` is the number of the revision that
    it was weighed against, 0 if the list was to be new; None if it fits whichever is the newest.
    """

    kind: Kind
    name: str
    origin: str | None
    verb: str
    by: str
    why: str
    source: str | None = None
    licence: str | None = None
    file_digest: str | None = None
    policy: Mapping[str, Any] | None = None
    checkpoint: Mapping[str, Any] | None = None
    as_of: datetime | None = None
    follows: int | None = None
    forced: bool = False
    rejections: tuple[Rejection, ...] = ()

    @property
    def rejected(self) -> int:
        return sum(each.count for each in self.rejections)


def require_said(change: Change) -> None:
    """Raise `ListMismatch` unless the change has a reason and a name, and the list a name that a list can have."""
    if not change.why.strip() or not change.by.strip():
        raise ListMismatch("every change of a list needs a reason and a name")
    if not _NAME.fullmatch(change.name):
        raise ListMismatch("a list's name is made of a-z, 0-9, dot, hyphen and underscore, at most 80 of them")


def require_fit(conn: Connection, change: Change) -> int | None:
    """Return the number of the list's newest revision, None if it is new; raise `ListMismatch` if it is another kind.

    Raise `ListIsHeld` if it is another revision than the one that the change was weighed against.

    An import would silently end what was added by hand, and what is synthetic must never pass for real.
    """
    row = conn.execute(select(list_).where(list_.c.name == change.name)).one_or_none()
    if row is None:
        _require_unchanged(change, 0)
        return None
    if row.origin == SHIPPED and change.origin not in (None, SHIPPED):
        raise ListMismatch(
            f"list {change.name} comes with Altsieve, and only a new version changes it; use another name"
        )
    if row.kind != change.kind.name:
        raise ListMismatch(f"{change.name} is a list of {row.kind}; give another name")
    if change.origin not in (None, row.origin):
        raise ListMismatch(f"list {change.name} is {row.origin}, not {change.origin}; give another name")
    _require_unchanged(change, row.number)
    return int(row.number)


def begin(conn: Connection, change: Change) -> int:
    """Open the coming revision of the list, which is made if it is new, and return its number.

    Entries may be written `since` and `until` it, in this transaction or in later ones: none counts before `finish`.
    """
    require_said(change)
    number = _claim(conn, change) + 1
    empty = {"digest": "", "entries": 0, "added": 0, "removed": 0, "rejected": change.rejected}
    said = {"source": change.source, "by": change.by, "why": change.why, "at": datetime.now(UTC)}
    origin = {"licence": change.licence, "file_digest": change.file_digest, "as_of": change.as_of}
    kept = _kept_on(conn, change, number - 1)
    conn.execute(insert(revision).values(list=change.name, number=number, **empty, **said, **origin, **kept))
    return number


def finish(
    conn: Connection,
    ledger: Ledger,
    change: Change,
    *,
    number: int,
    added: int,
    removed: int,
    contents: Contents | None = None,
) -> Revision:
    """Seal the revision: from now on it counts. The act is recorded, and the gate epoch raised.

    `contents` is what `contents_of` says, for who has asked already.
    """
    held = contents or contents_of(conn, change.kind, change.name, number)
    counts = {"digest": held.digest, "entries": held.entries, "added": added, "removed": removed}
    this = (revision.c.list == change.name) & (revision.c.number == number)
    conn.execute(update(revision).where(this).values(**counts, at=datetime.now(UTC)))
    conn.execute(update(list_).where(list_.c.name == change.name).values(number=number))
    record_act(
        conn,
        ledger,
        what=f"{change.kind.noun}.{change.verb}",
        subject=f"{change.name}@{number}",
        by=change.by,
        why=change.why,
        body=counts | _said_of(change, number),
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


def require_whole(found: Revision, keys: Iterable[Key]) -> None:
    """Raise `CorruptList` unless these keys are what the revision was sealed with."""
    if digest_of(sorted(keys)) != (found.digest, found.entries):
        raise _corrupt(found)


def require_as_recorded(conn: Connection, kind: Kind, found: Revision) -> None:
    """Raise `CorruptList` unless the rows are what the revision was sealed with, however many they are."""
    if contents_of(conn, kind, found.list, found.number) != Contents(digest=found.digest, entries=found.entries):
        raise _corrupt(found)


def _corrupt(found: Revision) -> CorruptList:
    return CorruptList(f"list {found.label} is not as it was recorded: bring the database back from a backup")


def _require_unchanged(change: Change, number: int) -> None:
    if change.follows not in (None, number):
        raise ListIsHeld(f"list {change.name} was changed by another process meanwhile; nothing was changed: try again")


def _said_of(change: Change, number: int) -> dict[str, Any]:
    said = {"list": change.name, "number": number, "rejected": change.rejected, "source": change.source}
    more: dict[str, Any] = {"licence": change.licence, "file_digest": change.file_digest, "policy": change.policy}
    more |= {"forced": change.forced or None}
    return said | {name: value for name, value in more.items() if value is not None}


def _kept_on(conn: Connection, change: Change, before: int) -> dict[str, Any]:
    """What a list is read by stays as it was, unless the change says otherwise."""
    said: dict[str, Any] = {"policy": change.policy, "checkpoint": change.checkpoint}
    columns = [revision.c[name] for name in said]
    row = conn.execute(
        select(*columns).where(revision.c.list == change.name, revision.c.number == before)
    ).one_or_none()
    before_it = {} if row is None else row._mapping
    return {name: before_it.get(name) if given is None else given for name, given in said.items()}


def _claim(conn: Connection, change: Change) -> int:
    """Return the number of the newest revision, 0 if there is none yet."""
    number = require_fit(conn, change)
    if number is None:
        origin = change.origin or BY_HAND
        conn.execute(insert(list_).values(name=change.name, kind=change.kind.name, origin=origin, number=0))
    return number or 0


def _revisions(kind: Kind) -> Any:
    joined = select(revision, list_.c.kind, list_.c.origin).join(list_, list_.c.name == revision.c.list)
    return joined.where(list_.c.kind == kind.name, revision.c.number <= list_.c.number)


def _as_revision(row: Row[Any], rejections: tuple[Rejection, ...] = ()) -> Revision:
    return Revision(**row._mapping, rejections=rejections)

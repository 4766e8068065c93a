"""Replace all entries of a list in many small transactions, of which only the last one counts."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, delete, select, update

from storage.database import Database
from storage.ledger import Ledger
from storage.list_contents import Contents, contents_of
from storage.list_entries import EntryOf, add_entries, end_entries
from storage.list_kinds import KINDS, Kind
from storage.list_locks import WAIT_S, ListIsHeld, alone_with
from storage.list_revisions import Change, ListMismatch, Revision, begin, finish, require_fit, require_said
from storage.locks import Lock
from storage.staging import Key, Staging
from storage.tables import list_, revision

BATCH_ROWS: Final = 5_000
"""Entries written in one transaction: a crawl beside it waits for a fraction of a second."""

BeforeSeal: TypeAlias = Callable[[Connection, int, Contents], None]
"""Builds what must be there when the revision begins to count."""

Writing: TypeAlias = Callable[[], AbstractContextManager[Connection]]
"""Begins a transaction of a change."""


class ListShrinks(ListMismatch):
    """An import would take too much off a list."""


def replace_list(
    db: Database,
    ledger: Ledger,
    change: Change,
    keys: Staging,
    entry_of: EntryOf,
    *,
    max_shrink: float | None = None,
    before_seal: BeforeSeal | None = None,
) -> Revision:
    """Let exactly these keys count; nothing changes until all is written, and nothing ever if that fails.

    `max_shrink` is the share of the list's entries that may go, unless the change is forced. Entries that stay keep
    their row, and so the reason they came with.
    """
    with changing(db, change, wait_s=0.5) as writing:
        with db.read() as conn:
            require_fit(conn, change)
            keys.compare(_current(conn, change.kind, change.name))
            before = _newest_count(conn, change.name)
        if max_shrink is not None and not change.forced and not keys.ended <= max_shrink * before:
            raise ListShrinks(_shrinks(change, keys.ended, before, max_shrink))
        with writing() as conn:
            number = begin(conn, change)
        _write(writing, change, number, keys, entry_of)
        with db.read() as conn:
            contents = contents_of(conn, change.kind, change.name, number)
            if before_seal is not None:
                before_seal(conn, number, contents)
        counts = {"added": keys.added, "removed": keys.ended}
        with writing() as conn:
            return finish(conn, ledger, change, number=number, contents=contents, **counts)


@contextmanager
def changing(db: Database, change: Change, *, wait_s: float = WAIT_S) -> Iterator[Writing]:
    """Hold the list alone, and take away first what an import that was killed has left of a coming revision.

    Yield what begins each transaction of the change: none is begun once the list may be held by somebody else.
    """
    require_said(change)
    with alone_with(db, change.name, wait_s=wait_s) as lock:
        writing = partial(_writing, db, change.name, lock)
        _take_away_unsealed(db, change.name, writing)
        yield writing


@contextmanager
def _writing(db: Database, name: str, lock: Lock) -> Iterator[Connection]:
    with db.write() as conn:
        if not lock.is_ours():
            raise ListIsHeld(
                f"the connection that held list {name} broke, and another process may be changing it: "
                "nothing of this change counts; try again"
            )
        yield conn


def _current(conn: Connection, kind: Kind, name: str) -> Iterator[tuple[Key, int]]:
    held = select(kind.table.c.id, *kind.key_columns).where(kind.counting(name)).order_by(*kind.key_columns)
    for row in conn.execute(held, execution_options={"yield_per": BATCH_ROWS}):
        yield tuple(row[1:]), row[0]


def _newest_count(conn: Connection, name: str) -> int:
    newest = select(revision.c.entries).join(list_, list_.c.name == revision.c.list)
    found = conn.execute(newest.where(list_.c.name == name, revision.c.number == list_.c.number)).scalar_one_or_none()
    return found or 0


def _shrinks(change: Change, ended: int, before: int, max_shrink: float) -> str:
    return (
        f"this would take {ended} of {before} entries off list {change.name}, more than {max_shrink:.0%} "
        f"({change.kind.noun.upper()}_MAX_SHRINK); nothing was imported: if the file is whole, say --force"
    )


def _write(writing: Writing, change: Change, number: int, keys: Staging, entry_of: EntryOf) -> None:
    for chunk in keys.new_keys(BATCH_ROWS):
        with writing() as conn:
            add_entries(conn, change, number, chunk, entry_of)
    for ids in keys.ended_ids(BATCH_ROWS):
        with writing() as conn:
            end_entries(conn, change.kind, number, ids)


def _take_away_unsealed(db: Database, name: str, writing: Writing) -> None:
    """Rows go first and their revision last, so that whoever is killed here leaves the rest to the next."""
    with db.read() as conn:
        held = conn.execute(select(list_).where(list_.c.name == name)).one_or_none()
        if held is None:
            return
        coming = (revision.c.list == name) & (revision.c.number > held.number)
        if conn.execute(select(revision.c.number).where(coming)).first() is None:
            return
    entries = KINDS[held.kind].table
    for ids in _ids(db, (entries.c.list == name) & (entries.c.since > held.number), entries.c.id):
        with writing() as conn:
            conn.execute(delete(entries).where(entries.c.id.in_(ids)))
    for ids in _ids(db, (entries.c.list == name) & (entries.c.until > held.number), entries.c.id):
        with writing() as conn:
            conn.execute(update(entries).where(entries.c.id.in_(ids)).values(until=None))
    with writing() as conn:
        conn.execute(delete(revision).where(coming))
        conn.execute(delete(list_).where(list_.c.name == name, list_.c.number == 0))


def _ids(db: Database, which: ColumnElement[bool], column: ColumnElement[int]) -> Iterator[list[int]]:
    with db.read() as conn:
        found = conn.execute(select(column).where(which), execution_options={"yield_per": BATCH_ROWS})
        for part in found.scalars().partitions(BATCH_ROWS):
            yield list(part)

"""Open, reopen, end and list runs; each start and end is in the ledger."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from storage import gate
from storage.batches import Some, newest_by
from storage.canonical import canonical, plain
from storage.database import Database
from storage.errors import NoSuchRun, RunWasTaken
from storage.frontier import PageState
from storage.identifiers import new_id
from storage.ledger import Ledger, run_segment
from storage.run_locks import RunLock
from storage.tables import page, run, tally


class RunState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"
    """Nothing was left to do, or a limit was reached."""
    STOPPED = "stopped"
    """The operator stopped it; it can be resumed."""
    BROKE_OFF = "broke-off"
    """It was killed or failed; it can be resumed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One launch of a crawl. `settings_digest` is the SHA-256 of the canonical snapshot of the settings that decide."""

    run_id: str
    spider: str
    arguments: Mapping[str, Any]
    operator: str
    contact: str | None
    legal_basis: str | None
    settings: Mapping[str, Any]
    settings_digest: str
    revisions: Mapping[str, str]
    policy_digest: str | None
    """SHA-256 of the canonical settings digest and revisions: runs with the same one judge alike. None: of old."""
    epoch: int
    code_version: str
    provisional: bool
    started_at: datetime
    holder: str
    """Random name of the process that works on it: once another one has reopened it, this one records nothing more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSummary:
    """A run and its counts: `candidates` = `stored` + all of `refused`, `unsure` and `failed`."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None
    state: RunState
    pages: int
    """Pages whose candidates are all decided."""
    pages_pending: int
    pages_failed: int
    candidates: int
    stored: int
    refused: dict[str, int] = field(default_factory=dict)
    unsure: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    spider: str
    arguments: Mapping[str, Any]
    operator: str
    contact: str | None
    legal_basis: str | None
    settings: Mapping[str, Any]
    settings_digest: str
    revisions: Mapping[str, str]
    policy_digest: str | None
    """SHA-256 of the canonical settings digest and revisions: runs with the same one judge alike. None: of old."""
    epoch: int
    code_version: str
    provisional: bool


class Runs:
    """The runs of an installation. A run that this object has started or reopened is locked until it is finished."""

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger
        self._locks: dict[str, RunLock] = {}

    def start(
        self,
        *,
        spider: str,
        arguments: Mapping[str, Any],
        operator: str,
        contact: str | None,
        settings: Mapping[str, Any],
        revisions: Mapping[str, str],
        code_version: str,
        provisional: bool,
        legal_basis: str | None = None,
    ) -> Run:
        """Open a run. `settings` are those that decide, without secrets; `revisions` maps each filter to its own."""
        run_id = new_id()
        settings_digest = _digest(settings)
        self._take(run_id)
        with self._db.write() as conn:
            started = Run(
                run_id=run_id,
                spider=spider,
                arguments=plain(arguments),
                operator=operator,
                contact=contact,
                legal_basis=legal_basis,
                settings=plain(settings),
                settings_digest=settings_digest,
                revisions=plain(revisions),
                policy_digest=_digest({"settings": settings_digest, "revisions": revisions}),
                epoch=gate.epoch(conn),
                code_version=code_version,
                provisional=provisional,
                started_at=datetime.now(UTC),
                holder=secrets.token_hex(16),
            )
            columns = {name: getattr(started, name) for name in _COLUMNS}
            conn.execute(insert(run).values(id=run_id, state=RunState.RUNNING, holder=started.holder, **columns))
            body = {name: value for name, value in columns.items() if name != "started_at"}
            self._record(conn, started.run_id, started.settings_digest, "started", body)
        self._ledger.checkpoint()
        return started

    def reopen(self, run_id: str) -> Run:
        """Go on with a run that no other process works on."""
        self.show(run_id)
        self._take(run_id)
        with self._db.write() as conn:
            again = {"state": RunState.RUNNING, "finished_at": None, "holder": secrets.token_hex(16)}
            conn.execute(update(run).where(run.c.id == run_id).values(**again))
            reopened = _run_of(conn.execute(select(run).where(run.c.id == run_id)).one())
            self._record(conn, run_id, reopened.settings_digest, "reopened", {})
        self._ledger.checkpoint()
        return reopened

    def finish(self, run_id: str, state: RunState) -> None:
        """End a run that this object has started or reopened; call it after the recorder was closed."""
        with self._db.write() as conn:
            found = conn.execute(select(run).where(run.c.id == run_id)).one()
            ended = {"state": state, "finished_at": datetime.now(UTC)}
            conn.execute(update(run).where(run.c.id == run_id).values(**ended))
            self._record(conn, run_id, found.settings_digest, state.value, {"tallies": _tallies(conn, run_id)})
        self._ledger.checkpoint()
        self._locks.pop(run_id).release()

    def list(self) -> list[RunSummary]:
        """Return all runs, the newest first."""
        with self._db.read() as conn:
            rows = conn.execute(select(run).order_by(run.c.id.desc())).all()
            return [self._summary(conn, row) for row in rows]

    def newest(self, *, older: str = "", most: int) -> Some[RunSummary]:
        """Return the newest runs, of those older than the one named if one is."""
        some = newest_by(run.c.id, select(run, run.c.id.label("key")), self._db, _as_it_is, older=older, most=most)
        with self._db.read() as conn:
            return Some(rows=tuple(self._summary(conn, each) for each in some.rows), older=some.older)

    def show(self, run_id: str) -> RunSummary:
        with self._db.read() as conn:
            row = conn.execute(select(run).where(run.c.id == run_id)).one_or_none()
            if row is None:
                raise NoSuchRun(f"there is no run {run_id!r}; type: altsieve runs")
            return self._summary(conn, row)

    def _take(self, run_id: str) -> None:
        lock = RunLock(self._db, run_id)
        lock.take()
        self._locks[run_id] = lock

    def _record(
        self, conn: Connection, run_id: str, settings_digest: str, outcome: str, body: Mapping[str, Any]
    ) -> None:
        self._ledger.append(
            conn,
            segment=run_segment(run_id),
            kind="run",
            subject=run_id,
            outcome=outcome,
            reason=None,
            epoch=gate.epoch(conn),
            settings_digest=settings_digest,
            body=body,
        )

    def _summary(self, conn: Connection, row: Row[Any]) -> RunSummary:
        pages = _page_counts(conn, row.id)
        counts = _tallies(conn, row.id)
        return RunSummary(
            run_id=row.id,
            state=self._state(row),
            finished_at=row.finished_at,
            pages=pages.get(PageState.DONE, 0),
            pages_pending=pages.get(PageState.PENDING, 0) + pages.get(PageState.LEASED, 0),
            pages_failed=pages.get(PageState.FAILED, 0),
            candidates=sum(sum(each.values()) for each in counts.values()),
            stored=sum(counts.get("stored", {}).values()),
            refused=counts.get("refused", {}),
            unsure=counts.get("unsure", {}),
            failed=counts.get("failed", {}),
            **{name: getattr(row, name) for name in _COLUMNS},
        )

    def _state(self, row: Row[Any]) -> RunState:
        """A process that was killed could not say so: its run still says that it runs, but nobody holds the lock."""
        if row.state == RunState.RUNNING and not RunLock(self._db, row.id).is_held():
            return RunState.BROKE_OFF
        return RunState(row.state)


_COLUMNS = (
    "spider",
    "arguments",
    "operator",
    "contact",
    "legal_basis",
    "settings",
    "settings_digest",
    "revisions",
    "policy_digest",
    "epoch",
    "code_version",
    "provisional",
    "started_at",
)


def require_holder(conn: Connection, run_id: str, holder: str) -> None:
    """Raise `RunWasTaken` unless the process of that name works on the run: its lock alone cannot say so, as a
    connection that breaks frees it.
    """
    if conn.execute(select(run.c.holder).where(run.c.id == run_id)).scalar_one_or_none() != holder:
        raise RunWasTaken("another process has reopened this run: nothing more is recorded by this one")


def _as_it_is(row: Row[Any]) -> Row[Any]:
    return row


def _digest(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def _run_of(row: Row[Any]) -> Run:
    return Run(run_id=row.id, holder=row.holder, **{name: getattr(row, name) for name in _COLUMNS})


def _page_counts(conn: Connection, run_id: str) -> dict[str, int]:
    query = select(page.c.state, func.count()).where(page.c.run_id == run_id).group_by(page.c.state)
    return {str(state): count for state, count in conn.execute(query).all()}


def _tallies(conn: Connection, run_id: str) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    query = select(tally.c.outcome, tally.c.reason, tally.c.count).where(tally.c.run_id == run_id)
    for outcome, reason, count in conn.execute(query.order_by(tally.c.reason)).all():
        counts.setdefault(outcome, {})[reason] = count
    return counts

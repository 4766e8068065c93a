"""Open incidents for the safety officer, each read recorded before anything of it is shown; purge what may go."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from storage.database import Database, Left
from storage.errors import CannotOpen, NoSuchIncident, NotAllowed
from storage.incident_acts import Act, Recorded, Standing, State, acts_of, append_act
from storage.incidents import DIRECT, Sealed, key_id_of_private, unseal
from storage.ledger import Ledger
from storage.tables import event, incident, incident_key


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentSummary:
    """What is known of an incident without opening it."""

    event_id: str
    run_id: str
    day: date
    reason: str
    state: State
    due: date | None
    overdue: bool
    held: bool
    purged: bool
    report_ids: Sequence[str]
    key_id: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentNumber:
    """That there is an incident and how far it has come: what the auditor may know."""

    event_id: str
    state: State
    due: date | None
    overdue: bool
    held: bool
    purged: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedIncident:
    """What is stored of an incident, to be opened elsewhere."""

    event_id: str
    sealed: Sealed


@dataclass(frozen=True, kw_only=True, slots=True)
class Purged:
    """`left` says where the database still holds the keys that were destroyed."""

    event_ids: Sequence[str]
    left: Left


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """An incident with its acts."""

    row: Row[Any]
    acts: Sequence[Recorded]
    standing: Standing

    def summary(self, today: date) -> IncidentSummary:
        row, standing = self.row, self.standing
        return IncidentSummary(
            event_id=row.event_id,
            run_id=row.run_id,
            day=row.day,
            reason=row.reason,
            state=standing.state,
            due=row.due,
            overdue=standing.is_overdue(row.due, today),
            held=standing.held,
            purged=standing.purged,
            report_ids=standing.report_ids,
            key_id=row.key_id,
        )

    def require(self, act: Act) -> None:
        try:
            self.standing.require(act)
        except NotAllowed as problem:
            raise NotAllowed(f"incident {self.row.event_id}: {problem}") from None

    def require_key(self, private_key: str) -> None:
        theirs, ours = self.row.key_id, key_id_of_private(private_key)
        if theirs is None:
            raise CannotOpen(f"incident {self.row.event_id}: nothing was kept of it, there was no INCIDENT_PUBLIC_KEY")
        if theirs != ours:
            raise CannotOpen(
                f"incident {self.row.event_id} was sealed to key {theirs}; the private key given is {ours}"
            )


class Incidents:
    """The incidents of a database. `by` answers for an act, `why` is its reason; both are kept."""

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger

    def list(self, *, today: date | None = None) -> list[IncidentSummary]:
        """Return all by day; within a day their order says nothing."""
        with self._db.read() as conn:
            rows = conn.execute(_query().order_by(event.c.day, event.c.id)).all()
            return [_found(conn, each).summary(today or _today()) for each in rows]

    def numbers(self, *, today: date | None = None) -> Sequence[IncidentNumber]:
        """Return what the auditor may know of each, in the order of their random numbers."""
        day = today or _today()
        with self._db.read() as conn:
            rows = conn.execute(select(incident.c.event_id, incident.c.due).order_by(incident.c.event_id)).all()
            standings = [Standing().after(acts_of(conn, each.event_id)) for each in rows]
        return [
            IncidentNumber(
                event_id=row.event_id,
                state=standing.state,
                due=row.due,
                overdue=standing.is_overdue(row.due, day),
                held=standing.held,
                purged=standing.purged,
            )
            for row, standing in zip(rows, standings, strict=True)
        ]

    def show(self, event_id: str) -> tuple[IncidentSummary, Sequence[Recorded]]:
        """Return what is known without opening it, and what was done with it."""
        with self._db.read() as conn:
            found = _one(conn, event_id)
        return found.summary(_today()), found.acts

    def record(self, event_id: str, act: Act, *, by: str, why: str, details: Mapping[str, Any] | None = None) -> None:
        """Record what was done elsewhere: a report submitted, a case closed, a legal hold."""
        with self._acting() as conn:
            _one(conn, event_id).require(act)
            append_act(conn, self._ledger, event_id, act, by=by, why=why, details=details or {})

    def open(
        self, event_ids: Iterable[str], private_key: str, act: Act, *, by: str, why: str, details: Mapping[str, Any]
    ) -> Sequence[dict[str, Any]]:
        """Record that they are read or exported, durably, and only then open them."""
        wanted = [*event_ids]
        with self._acting() as conn:
            found = [_one(conn, each) for each in wanted]
            for each in found:
                each.require(act)
                each.require_key(private_key)
                append_act(conn, self._ledger, each.row.event_id, act, by=by, why=why, details=details)
        return [unseal(private_key, _sealed(each.row), each.row.event_id) for each in found]

    def take(self, event_id: str, *, by: str, why: str) -> SealedIncident:
        """Record that it is read, and return it as it is stored: it is opened where the private key is."""
        with self._acting() as conn:
            found = _one(conn, event_id)
            found.require(Act.READ)
            append_act(conn, self._ledger, event_id, Act.READ, by=by, why=why, details={"format": "sealed"})
        if found.row.sealed is None:
            raise CannotOpen(f"incident {event_id}: nothing was kept of it, there was no INCIDENT_PUBLIC_KEY")
        return SealedIncident(event_id=event_id, sealed=_sealed(found.row))

    def expired(self, retention_days: int, *, today: date | None = None) -> Sequence[str]:
        """Return ids of those that were kept for long enough; none that is held, none that is still to be reported."""
        now = today or _today()
        with self._db.read() as conn:
            found = [_found(conn, each) for each in conn.execute(_query().order_by(event.c.day, event.c.id)).all()]
        return [
            each.row.event_id
            for each in found
            if each.standing.is_expired(each.row.day, each.row.due, now, retention_days)
        ]

    def purge(self, event_ids: Iterable[str], *, by: str, why: str) -> Purged:
        """Destroy their data keys: what was sealed stays, and nobody can open it. Their events and acts stay too."""
        wanted = [*event_ids]
        with self._acting() as conn:
            for event_id in wanted:
                found = _one(conn, event_id)
                found.require(Act.PURGED)
                append_act(conn, self._ledger, event_id, Act.PURGED, by=by, why=why, details={})
                _destroy(conn, found.row)
        return Purged(event_ids=wanted, left=self._db.wipe(incident_key, incident))

    @contextmanager
    def _acting(self) -> Iterator[Connection]:
        with self._db.write() as conn:
            yield conn
        self._ledger.checkpoint()


def _query() -> Any:
    known = (event.c.run_id, event.c.day, event.c.reason)
    query = select(incident, *known, incident_key.c.sealed.label("data_key"))
    query = query.join(event, event.c.id == incident.c.event_id)
    return query.outerjoin(incident_key, incident_key.c.event_id == incident.c.event_id)


def _one(conn: Connection, event_id: str) -> _Found:
    row = conn.execute(_query().where(incident.c.event_id == event_id)).one_or_none()
    if row is None:
        raise NoSuchIncident(f"there is no incident {event_id}; altsieve incidents list shows them")
    return _found(conn, row)


def _found(conn: Connection, row: Row[Any]) -> _Found:
    acts = acts_of(conn, row.event_id)
    return _Found(row=row, acts=acts, standing=Standing().after(acts))


def _sealed(row: Row[Any]) -> Sealed:
    return Sealed(record=row.sealed, data_key=row.data_key, key_id=row.key_id, form=row.form)


def _destroy(conn: Connection, row: Row[Any]) -> None:
    conn.execute(delete(incident_key).where(incident_key.c.event_id == row.event_id))
    if row.form == DIRECT:  # it has no key of its own: the record itself must go
        conn.execute(update(incident).where(incident.c.event_id == row.event_id).values(sealed=None))


def _today() -> date:
    return datetime.now(UTC).date()

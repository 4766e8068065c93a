"""Record what is done with an incident and by whom, and tell from it how things stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from storage.errors import NotAllowed
from storage.identifiers import new_id
from storage.ledger import Ledger
from storage.operators import record_act
from storage.tables import incident, incident_act


class Act(StrEnum):
    """What can be done with an incident; `verb` is how the ledger calls it."""

    verb: str

    def __new__(cls, act: str, verb: str) -> "Act":
        member = str.__new__(cls, act)
        member._value_ = act
        member.verb = verb
        return member

    READ = "read", "read"
    EXPORTED = "exported", "export"
    SUBMITTED = "submitted", "submit"
    CLOSED = "closed", "close"
    HELD = "held", "hold"
    RELEASED = "released", "release"
    PURGED = "purged", "purge"


class State(StrEnum):
    """How far an incident has come; each state goes further than those above it."""

    OPEN = "open"
    EXPORTED = "exported"
    SUBMITTED = "submitted"
    CLOSED = "closed"


_RANKS: Final = [*State]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """One act."""

    act: Act
    by: str
    why: str
    details: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How things stand after all acts."""

    state: State = State.OPEN
    held: bool = False
    purged: bool = False
    report_ids: Sequence[str] = field(default_factory=list)
    submitted_on: date | None = None

    def after(self, recorded: Iterable[Recorded]) -> "Standing":
        standing = self
        for each in recorded:
            standing = standing._after(each)
        return standing

    def require(self, act: Act) -> None:
        """Raise `NotAllowed` for what cannot be done with it as it stands."""
        forbidden = {
            Act.READ: (self.purged, "it was purged"),
            Act.EXPORTED: (self.purged, "it was purged"),
            Act.SUBMITTED: (self.state is State.CLOSED, "it is closed"),
            Act.CLOSED: (self.state is State.CLOSED, "it is closed already"),
            Act.HELD: (self.held or self.purged, "it was purged" if self.purged else "it is held already"),
            Act.RELEASED: (not self.held, "it is not held"),
            Act.PURGED: (self.held or self.purged, "it was purged already" if self.purged else _HELD),
        }
        refused, why = forbidden[act]
        if refused:
            raise NotAllowed(why)

    def is_overdue(self, due: date | None, today: date) -> bool:
        return due is not None and due < today and self.state is State.OPEN and not self.purged

    def is_expired(self, day: date, due: date | None, today: date, retention_days: int) -> bool:
        """Say whether it may be purged: kept so long since its day, or since it was last submitted.

        What is held stays, and so does what is still to be reported.
        """
        since = max(day, self.submitted_on or day)
        unreported = due is not None and self.state is State.OPEN
        return since + timedelta(days=retention_days) < today and not (self.held or self.purged or unreported)

    def _after(self, recorded: Recorded) -> "Standing":
        act = recorded.act
        reached = State(act.value) if act.value in _RANKS else State.OPEN
        number = recorded.details.get("report_id")
        return Standing(
            state=max(self.state, reached, key=_RANKS.index),
            held=act is Act.HELD or (self.held and act is not Act.RELEASED),
            purged=self.purged or act is Act.PURGED,
            report_ids=[*self.report_ids, str(number)] if act is Act.SUBMITTED and number else self.report_ids,
            submitted_on=recorded.at.date() if act is Act.SUBMITTED else self.submitted_on,
        )


_HELD: Final = "it is held; lift that first, type: altsieve incidents hold ID --off --why TEXT"


def append_act(
    conn: Connection, ledger: Ledger, event_id: str, act: Act, *, by: str, why: str, details: Mapping[str, Any]
) -> None:
    """Write an act into its table, which is never changed, and into the ledger."""
    row = {"id": new_id(), "event_id": event_id, "act": act.value, "by": by, "why": why, "details": dict(details)}
    conn.execute(insert(incident_act).values(**row, at=datetime.now(UTC)))
    body = {"act_id": row["id"], "details": dict(details)}
    record_act(conn, ledger, what=f"incident.{act.verb}", subject=event_id, by=by, why=why, body=body)


def acts_of(conn: Connection, event_id: str) -> list[Recorded]:
    """Return them in the order in which they were done."""
    query = select(incident_act).where(incident_act.c.event_id == event_id).order_by(incident_act.c.id)
    return [
        Recorded(act=_act(row.act), by=row.by, why=row.why, details=row.details, at=row.at)
        for row in conn.execute(query)
    ]


def overdue(conn: Connection, today: date) -> int:
    """Count incidents that should have been exported; this asks nothing that a crawling machine may not see."""
    awaited = set(
        conn.execute(select(incident.c.event_id).where(incident.c.due.is_not(None), incident.c.due < today)).scalars()
    )
    ending = [Act.EXPORTED.value, Act.SUBMITTED.value, Act.CLOSED.value, Act.PURGED.value]
    return len(
        awaited - {*conn.execute(select(incident_act.c.event_id).where(incident_act.c.act.in_(ending))).scalars()}
    )


def _act(value: str) -> Act:
    return next(each for each in Act if each.value == value)

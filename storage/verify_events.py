"""Check that events and sealed incidents are what the ledger says, without opening them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.blanking import BLANKED
from storage.finding import Finding
from storage.incidents import DIRECT
from storage.ledger import INCIDENTS, parsed
from storage.sealed_digests import sealed_sha256
from storage.tables import event, incident, ledger_body, ledger_record


def check_events(conn: Connection) -> Iterator[Finding]:
    recorded = (ledger_record.c.subject == event.c.id) & (ledger_record.c.segment == INCIDENTS)
    same = (ledger_body.c.segment == ledger_record.c.segment) & (ledger_body.c.sequence == ledger_record.c.sequence)
    query = select(
        event,
        ledger_record.c.header,
        ledger_body.c.body,
        incident.c.event_id.label("incident"),
        sealed_sha256(conn).label("sealed_sha256"),
        incident.c.form,
        incident.c.due,
    )
    query = query.outerjoin(ledger_record, recorded).outerjoin(ledger_body, same)
    query = query.outerjoin(incident, incident.c.event_id == event.c.id)
    for row in conn.execute(query.execution_options(yield_per=1000)):
        yield from _check_event(row)
    yield from _check_lost(conn)


def _check_event(row: Row[Any]) -> Iterator[Finding]:
    if row.header is None or row.body is None:
        yield _finding("event.unrecorded", row.id, "has no ledger record")
        return
    header, body = parsed(row.header), parsed(row.body)
    said = (body.get("filter"), body.get("filter_version"), body.get("reason"), body.get("day"), header.get("outcome"))
    if said != (row.filter, row.filter_version, row.reason, row.day.isoformat(), row.outcome):
        yield _finding("event.differs", row.id, "is not what its ledger record says")
    if header.get("kind") != "match":
        return
    if row.incident is None:
        yield _finding("incident.missing", row.id, "is a match, but its incident is missing")
        return
    if body.get("due") != (None if row.due is None else row.due.isoformat()):  # of older records neither says one
        yield _finding("incident.differs", row.id, "has an incident with another deadline than it was given")
    if row.form == DIRECT and row.sealed_sha256 is None:
        return  # it was purged: `verify_incidents` asks whether somebody did that
    if body.get("sealed_sha256") != row.sealed_sha256:
        yield _finding("incident.differs", row.id, "has a sealed incident that was changed")


def _check_lost(conn: Connection) -> Iterator[Finding]:
    theirs = select(event.c.id).where(event.c.id == ledger_record.c.subject).exists()
    lost = select(ledger_record.c.subject, ledger_record.c.header)
    for subject, header in conn.execute(lost.where(ledger_record.c.segment == INCIDENTS, ~theirs)):
        if parsed(header).get("kind") == BLANKED:  # what a match found late took back
            continue
        yield _finding("event.missing", subject, "is in the ledger, but there is no row of it")


def _finding(code: str, event_id: str, what: str) -> Finding:
    return Finding(code=code, subject=event_id, text=f"Event {event_id} {what}.")

"""Check that what was done with incidents is what the ledger says, and that what was purged cannot be opened."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.finding import Finding
from storage.incident_acts import Act
from storage.incidents import DIRECT
from storage.ledger import OPERATORS, parsed
from storage.sealed_digests import sealed_sha256
from storage.tables import incident, incident_act, incident_key, ledger_body, ledger_record


def check_incidents(conn: Connection) -> Iterator[Finding]:
    recorded = _recorded(conn)
    rows = {row.id: row for row in conn.execute(select(incident_act))}
    for act_id, row in rows.items():
        if recorded.get(act_id) != (row.event_id, f"incident.{_verb(row.act)}", row.by, row.why, row.details):
            yield _finding("act.unrecorded", row.event_id, f"has an act, {act_id}, that is not what the ledger says")
    for act_id, (event_id, *_) in recorded.items():
        if act_id not in rows:
            yield _finding("act.missing", event_id, f"has an act, {act_id}, in the ledger, but there is no row of it")
    yield from _check_keys(conn, {row.event_id for row in rows.values() if row.act == Act.PURGED})


def _recorded(conn: Connection) -> dict[str, tuple[Any, ...]]:
    """Return (event, what, by, why, details) of each act by its id, as the ledger says."""
    same = (ledger_body.c.segment == ledger_record.c.segment) & (ledger_body.c.sequence == ledger_record.c.sequence)
    query = select(ledger_record.c.header, ledger_body.c.body).join(ledger_body, same)
    query = query.where(ledger_record.c.segment == OPERATORS, ledger_record.c.header.contains('"reason":"incident.'))
    found = {}
    for row in conn.execute(query):
        header, body = parsed(row.header), parsed(row.body)
        said = (header.get("subject"), header.get("reason"), body.get("by"), body.get("why"), body.get("details"))
        found[str(body.get("act_id"))] = said
    return found


def _verb(act: str) -> str:
    return next((each.verb for each in Act if each.value == act), "")


def _check_keys(conn: Connection, purged: set[str]) -> Iterator[Finding]:
    columns = (incident.c.event_id, incident.c.form, sealed_sha256(conn).is_not(None).label("sealed"))
    query = select(*columns, incident_key.c.event_id.label("key"))
    query = query.outerjoin(incident_key, incident_key.c.event_id == incident.c.event_id)
    for row in conn.execute(query.execution_options(yield_per=1000)):
        can_open = _can_be_opened(row)
        if can_open and row.event_id in purged:
            yield _finding("incident.not-purged", row.event_id, "was purged, but what opens it is still there")
        if row.sealed and not can_open and row.event_id not in purged:
            yield _finding("incident.key-missing", row.event_id, "has lost its data key, and nobody purged it")


def _can_be_opened(row: Row[Any]) -> bool:
    return bool(row.sealed) and (row.form == DIRECT or row.key is not None)


def _finding(code: str, event_id: str, what: str) -> Finding:
    return Finding(code=code, subject=event_id, text=f"Incident {event_id} {what}.")

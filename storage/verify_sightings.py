"""Check that sightings say what the ledger says, and tallies what the sightings and events say."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select, union_all

from filters.verdict import Outcome
from storage.canonical import canonical
from storage.decisions import STORED, body_of
from storage.finding import Finding
from storage.ledger import parsed
from storage.tables import event, ledger_body, ledger_record, sighting, tally, tombstone
from storage.tombstones import PAIR

_FIRST_FLOOR: Final = frozenset({"domain-blocklist", "exact-hash", "near-hash"})
"""The floor of the first version; what has joined it since was not asked for what was stored before."""


def check_sightings(conn: Connection) -> Iterator[Finding]:
    recorded = (ledger_record.c.subject == sighting.c.id) & (ledger_record.c.segment == "run:" + sighting.c.run_id)
    same = (ledger_body.c.segment == ledger_record.c.segment) & (ledger_body.c.sequence == ledger_record.c.sequence)
    taken_back = (tombstone.c.kind == PAIR) & (tombstone.c.key == sighting.c.pair_id)
    withdrawn = select(tombstone.c.id).where(taken_back).exists().label("withdrawn")
    query = select(sighting, ledger_record.c.header, ledger_body.c.body, withdrawn)
    query = query.outerjoin(ledger_record, recorded).outerjoin(ledger_body, same)
    for row in conn.execute(query.execution_options(yield_per=1000)):
        yield from _check_sighting(row)
    yield from _check_lost(conn)


def check_tallies(conn: Connection) -> Iterator[Finding]:
    kept = {(run, outcome, reason): count for run, outcome, reason, count in conn.execute(select(tally)).all()}
    decided = union_all(
        select(sighting.c.run_id, sighting.c.outcome, func.coalesce(sighting.c.reason, "").label("reason")),
        select(event.c.run_id, event.c.outcome, event.c.reason),
    ).subquery()
    key = (decided.c.run_id, decided.c.outcome, decided.c.reason)
    counted = {tuple(found): count for *found, count in conn.execute(select(*key, func.count()).group_by(*key)).all()}
    for run, outcome, reason in sorted({*kept, *counted}):
        says, there = kept.get((run, outcome, reason), 0), counted.get((run, outcome, reason), 0)
        if says != there:
            text = f"The tally of {outcome} {reason or '-'} says {says}, but there are {there}."
            yield Finding(code="tally.differs", subject=run, text=text)


def _check_sighting(row: Row[Any]) -> Iterator[Finding]:
    if row.header is None:
        yield _finding("sighting.unrecorded", row.id, "has no ledger record")
        return
    if not _as_recorded(row):
        yield _finding("sighting.differs", row.id, "is not what its ledger record says")
    if row.outcome == STORED and not _accepted(row):
        yield _finding("sighting.undecided", row.id, "was stored without a clean verdict of every filter of its lineup")


def _as_recorded(row: Row[Any]) -> bool:
    header = parsed(row.header)
    if (header.get("outcome"), header.get("reason"), header.get("epoch")) != (row.outcome, row.reason, row.epoch):
        return False
    said = parsed(row.body)
    body = body_of(dict(row._mapping), said.get("lineup", ()))
    if row.withdrawn and row.candidate is None and row.fetched is None:  # of these only the digests are left
        body |= {name: said.get(name) for name in ("candidate_sha256", "fetched_sha256")}
    return row.body is None or canonical(body).decode() == row.body  # a blanked body can no longer be compared


def _accepted(row: Row[Any]) -> bool:
    """Say whether each filter of the lineup was asked and is clean, the floor among them; asked of the row itself."""
    asked = [each["filter"] for each in row.verdicts]
    lineup = asked if row.body is None else parsed(row.body).get("lineup")
    clean = all(each["outcome"] == Outcome.CLEAN for each in row.verdicts)
    return asked == lineup and set(asked) >= _FIRST_FLOOR and clean


def _check_lost(conn: Connection) -> Iterator[Finding]:
    same = (ledger_body.c.segment == ledger_record.c.segment) & (ledger_body.c.sequence == ledger_record.c.sequence)
    query = select(ledger_record.c.subject, ledger_record.c.header).join(ledger_body, same)
    query = query.where(
        ledger_body.c.salt.is_not(None),  # a match found late takes back the row, and its body is blanked
        ledger_record.c.segment.startswith("run:"),
        ~select(sighting.c.id).where(sighting.c.id == ledger_record.c.subject).exists(),
    )
    for subject, header in conn.execute(query.execution_options(yield_per=1000)):
        if parsed(header).get("kind") == "decision":
            yield _finding("sighting.missing", subject, "is in the ledger, but there is no row of it")


def _finding(code: str, sighting_id: str, what: str) -> Finding:
    return Finding(code=code, subject=sighting_id, text=f"Sighting {sighting_id} {what}.")

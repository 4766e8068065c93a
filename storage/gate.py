"""Hold the gate epoch: the one number that every change of a list, a threshold or a tombstone raises."""

from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from storage.tables import gate, gate_change


def epoch(conn: Connection) -> int:
    return int(conn.execute(select(gate.c.epoch)).scalar_one())


def raise_epoch(conn: Connection, *, what: str, subject: str, by: str, why: str) -> int:
    """Begin a new epoch in the transaction of the change itself, and return it."""
    now = epoch(conn) + 1
    conn.execute(update(gate).values(epoch=now))
    change = {"what": what, "subject": subject, "by": by, "why": why, "at": datetime.now(UTC)}
    conn.execute(insert(gate_change).values(epoch=now, **change))
    return now

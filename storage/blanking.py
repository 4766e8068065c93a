"""Blank bodies of the ledger, and say in the ledger that they were."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, select, tuple_, update

from storage.batches import chunks
from storage.ledger import Ledger, Record
from storage.tables import ledger_body, ledger_record

BLANKED: Final = "blanked"
"""Kind of the record that says that a body was blanked; its subject is `segment#sequence`."""


def blank(
    conn: Connection, ledger: Ledger, places: Iterable[tuple[str, int]], *, segment: str, at: date | datetime
) -> int:
    """Blank the bodies at these places that are not blank yet, and say so in `segment`; return how many they were.

    Give a day as `at` where a time would say too much.
    """
    count = 0
    for some in chunks(sorted(set(places))):
        there = tuple_(ledger_body.c.segment, ledger_body.c.sequence).in_(some) & ledger_body.c.salt.is_not(None)
        found = conn.execute(select(ledger_body.c.segment, ledger_body.c.sequence).where(there)).all()
        conn.execute(update(ledger_body).where(there).values(salt=None, body=None))
        ledger.append_all(conn, segment, [_record(name, sequence, at) for name, sequence in found])
        count += len(found)
    return count


def places_of(conn: Connection, subjects: Sequence[str], *, segment: str | None = None) -> list[tuple[str, int]]:
    """Return where the ledger holds records of these subjects: in one segment, or in those of the runs."""
    within = ledger_record.c.segment.startswith("run:") if segment is None else ledger_record.c.segment == segment
    found: list[tuple[str, int]] = []
    for some in chunks(subjects):
        about = select(ledger_record.c.segment, ledger_record.c.sequence).where(ledger_record.c.subject.in_(some))
        found += [(name, sequence) for name, sequence in conn.execute(about.where(within))]
    return found


def _record(segment: str, sequence: int, at: date | datetime) -> Record:
    return Record(
        kind=BLANKED,
        subject=f"{segment}#{sequence}",
        outcome=None,
        reason=None,
        epoch=None,
        settings_digest=None,
        body={},
        at=at,
    )

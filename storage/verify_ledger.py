"""Check each segment of the ledger record by record: header, place, body, and the roots that were signed."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from storage import merkle
from storage.blanking import BLANKED
from storage.finding import Finding
from storage.ledger import commitment, parsed
from storage.tables import ledger_body, ledger_record, ledger_segment
from storage.verify_checkpoints import Signed


def check_ledger(conn: Connection, signed: Signed) -> Iterator[Finding]:
    stored = {row.name: row for row in conn.execute(select(ledger_segment)).all()}
    for name in sorted({*stored, *signed}):
        findings = list(_check_segment(conn, name, stored.get(name), signed.get(name, {})))
        yield from findings


def _check_segment(
    conn: Connection, name: str, segment: Row[Any] | None, signed: Mapping[int, str]
) -> Iterator[Finding]:
    peaks: merkle.Peaks = ()
    size, wrong = 0, None
    for row in _records(conn, name):
        if row.sequence != size:
            yield _finding("record.missing", name, size, "is missing")
            return
        for finding in _check_record(conn, row):
            wrong = finding
            yield finding
        peaks = merkle.append(peaks, size, merkle.leaf_hash(row.header.encode()))
        size += 1
        if wrong is None and signed.get(size, _root(peaks)) != _root(peaks):
            wrong = _finding("segment.root", name, size - 1, "or one before it is not what was signed")
            yield wrong
    if size < max(signed, default=0):
        yield _finding("segment.cut-off", name, size, f"and all after it are missing: {max(signed)} were signed")
    elif wrong is None and not _agrees(segment, size, peaks):
        yield Finding(code="segment.differs", subject=name, text=f"Segment {name} is not summed up as its records say.")


def _check_record(conn: Connection, row: Row[Any]) -> Iterator[Finding]:
    here = (row.segment, row.sequence)
    header = parsed(row.header)
    if merkle.leaf_hash(row.header.encode()).hex() != row.leaf or header.get("subject") != row.subject:
        yield _finding("record.changed", *here, "was changed")
    elif (header.get("segment"), header.get("sequence")) != here:
        yield _finding("record.moved", *here, "stands where another one stood")
    elif row.salt is None or row.body is None:
        if not _was_blanked(conn, *here):
            yield _finding("body.missing", *here, "has lost its body, and no record says that it was blanked")
    elif commitment(bytes.fromhex(row.salt), row.body.encode()) != header.get("commitment"):
        yield _finding("body.changed", *here, "has a body that was changed")


def _records(conn: Connection, segment: str) -> Iterator[Row[Any]]:
    same = (ledger_body.c.segment == ledger_record.c.segment) & (ledger_body.c.sequence == ledger_record.c.sequence)
    query = (
        select(ledger_record, ledger_body.c.salt, ledger_body.c.body)
        .outerjoin(ledger_body, same)
        .where(ledger_record.c.segment == segment)
        .order_by(ledger_record.c.sequence)
    )
    yield from conn.execute(query.execution_options(yield_per=1000))


def _was_blanked(conn: Connection, segment: str, sequence: int) -> bool:
    about = select(ledger_record.c.header).where(ledger_record.c.subject == f"{segment}#{sequence}")
    return any(parsed(header).get("kind") == BLANKED for header in conn.execute(about).scalars())


def _agrees(segment: Row[Any] | None, size: int, peaks: merkle.Peaks) -> bool:
    return segment is not None and segment.size == size and segment.peaks == [each.hex() for each in peaks]


def _root(peaks: merkle.Peaks) -> str:
    return merkle.root(peaks).hex()


def _finding(code: str, segment: str, sequence: int, what: str) -> Finding:
    return Finding(code=code, subject=f"{segment}#{sequence}", text=f"Record {sequence} of segment {segment} {what}.")

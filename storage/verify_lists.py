"""Check that the lists are what the ledger says they were sealed as."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from storage.finding import Finding
from storage.ledger import OPERATORS, parsed
from storage.list_contents import Contents, contents_of
from storage.list_kinds import KINDS, Kind
from storage.list_revisions import newest_revisions
from storage.tables import ledger_body, ledger_record, list_, revision


def check_lists(conn: Connection) -> Iterator[Finding]:
    """Look at the digest of every revision, and at the entries of those that count."""
    recorded = _recorded(conn)
    for label, digest in _revisions(conn):
        said = recorded.pop(label, None)
        if said is None:
            yield _finding("list.unrecorded", label, "has no ledger record")
        elif said != digest:
            yield _finding("list.differs", label, "is not what its ledger record says")
    for label in recorded:
        yield _finding("list.missing", label, "is in the ledger, but is no revision that counts or counted")
    for kind in KINDS.values():
        yield from _check_entries(conn, kind)


def _check_entries(conn: Connection, kind: Kind) -> Iterator[Finding]:
    for newest in newest_revisions(conn, kind):
        sealed = Contents(digest=newest.digest, entries=newest.entries)
        if contents_of(conn, kind, newest.list, newest.number) != sealed:
            yield _finding("list.changed", newest.label, "has other entries than it was sealed with")


def _recorded(conn: Connection) -> dict[str, str]:
    """Return the digest of each revision that an operator's act made, by `name@number`."""
    same = (ledger_body.c.segment == ledger_record.c.segment) & (ledger_body.c.sequence == ledger_record.c.sequence)
    bodies = select(ledger_body.c.body).join_from(ledger_record, ledger_body, same)
    of_acts = bodies.where(ledger_record.c.segment == OPERATORS, ledger_body.c.body.is_not(None))
    acts = map(parsed, conn.execute(of_acts.order_by(ledger_record.c.sequence)).scalars())
    return {f"{each['list']}@{each['number']}": each["digest"] for each in acts if "list" in each and "digest" in each}


def _revisions(conn: Connection) -> Iterator[tuple[str, str]]:
    counted = select(revision).join(list_, list_.c.name == revision.c.list).where(revision.c.number <= list_.c.number)
    for row in conn.execute(counted.order_by(revision.c.list, revision.c.number)):
        yield f"{row.list}@{row.number}", row.digest


def _finding(code: str, label: str, what: str) -> Finding:
    return Finding(code=code, subject=label, text=f"List {label} {what}.")

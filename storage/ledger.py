"""Append what was decided to segments of a Merkle log: headers commit to bodies, so a body can be blanked later."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from storage import merkle
from storage.bulk import insert_all
from storage.canonical import canonical, instant_text
from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.database import Database
from storage.keys import KeyRing
from storage.tables import ledger_body, ledger_record, ledger_segment

SCHEMA = 1
INCIDENTS = "incidents"
OPERATORS = "operators"


def run_segment(run_id: str) -> str:
    return f"run:{run_id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What is to be said once and for all about one subject. `at` is a day where a time would say too much."""

    kind: str
    subject: str
    outcome: str | None
    reason: str | None
    epoch: int | None
    settings_digest: str | None
    body: Mapping[str, Any]
    at: datetime | date = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """Where a record stands, and its leaf in hex."""

    segment: str
    sequence: int
    leaf: str


class Ledger:
    """Append within the transaction of what is recorded, so that neither is ever without the other."""

    def __init__(self, db: Database, keys: KeyRing) -> None:
        self._db = db
        self._checkpoints = Checkpoints(db.folder / CHECKPOINTS_FILE, keys)

    def append(
        self,
        conn: Connection,
        *,
        segment: str,
        kind: str,
        subject: str,
        outcome: str | None,
        reason: str | None,
        epoch: int | None,
        settings_digest: str | None,
        body: Mapping[str, Any],
    ) -> Position:
        record = Record(
            kind=kind,
            subject=subject,
            outcome=outcome,
            reason=reason,
            epoch=epoch,
            settings_digest=settings_digest,
            body=body,
        )
        return self.append_all(conn, segment, [record])[0]

    def append_all(self, conn: Connection, segment: str, records: Sequence[Record]) -> list[Position]:
        if not records:
            return []
        size, peaks = _open_segment(conn, segment)
        headers, bodies, positions = [], [], []
        for sequence, record in enumerate(records, start=size):
            salt, body = secrets.token_bytes(32), canonical(record.body)
            header = _header(record, segment, sequence, commitment(salt, body))
            leaf = merkle.leaf_hash(header)
            peaks = merkle.append(peaks, sequence, leaf)
            key = {"segment": segment, "sequence": sequence}
            headers.append(key | {"header": header.decode(), "subject": record.subject, "leaf": leaf.hex()})
            positions.append(Position(segment=segment, sequence=sequence, leaf=leaf.hex()))
            bodies.append(key | {"salt": salt.hex(), "body": body.decode()})
        insert_all(conn, ledger_record, headers)
        insert_all(conn, ledger_body, bodies)
        grown = {"size": size + len(records), "peaks": [each.hex() for each in peaks]}
        conn.execute(update(ledger_segment).where(ledger_segment.c.name == segment).values(**grown))
        return positions

    def checkpoint(self) -> None:
        """Sign what is committed; call it after the transaction of an operator's act."""
        self._checkpoints.sign(self._db)


def commitment(salt: bytes, body: bytes) -> str:
    return hashlib.sha256(salt + body).hexdigest()


def parsed(text: str | None) -> dict[str, Any]:
    """Read a header or a body; what cannot be read says nothing."""
    try:
        return msgspec.json.decode(text or "", type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _open_segment(conn: Connection, name: str) -> tuple[int, merkle.Peaks]:
    row = conn.execute(select(ledger_segment).where(ledger_segment.c.name == name)).one_or_none()
    if row is None:
        conn.execute(insert(ledger_segment).values(name=name, size=0, peaks=[]))
        return 0, ()
    return row.size, tuple(bytes.fromhex(each) for each in row.peaks)


def _header(record: Record, segment: str, sequence: int, committed: str) -> bytes:
    at = record.at
    return canonical(
        {
            "schema": SCHEMA,
            "kind": record.kind,
            "segment": segment,
            "sequence": sequence,
            "time": instant_text(at) if isinstance(at, datetime) else at.isoformat(),
            "subject": record.subject,
            "outcome": record.outcome,
            "reason": record.reason,
            "epoch": record.epoch,
            "settings_digest": record.settings_digest,
            "commitment": committed,
        }
    )

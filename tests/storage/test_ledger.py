import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.ledger import Record, parsed, run_segment
from storage.operators import record_act
from storage.tables import gate_change, ledger_body, ledger_record, ledger_segment
from tests.storage.records import Records, opened


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as found:
        yield found


def a_record(subject: str, **changes: Any) -> Record:
    told: dict[str, Any] = {"kind": "decision", "subject": subject, "outcome": "refused", "reason": "alt.missing"}
    return Record(**told | {"epoch": 1, "settings_digest": "d", "body": {"b": 1, "a": 2}} | changes)


def append(records: Records, *subjects: str) -> None:
    with records.db.write() as conn:
        records.ledger.append_all(conn, "run:x", [a_record(each) for each in subjects])


def test_a_header_is_canonical_and_names_everything_once(records: Records) -> None:
    append(records, "s")
    with records.db.read() as conn:
        row = conn.execute(select(ledger_record)).one()
    header = json.loads(row.header)
    assert row.header == rfc8785.dumps(header).decode()
    fields = "schema kind segment sequence time subject outcome reason epoch settings_digest commitment"
    assert set(header) == set(fields.split())
    assert row.leaf == hashlib.sha256(b"\0" + row.header.encode()).hexdigest()


def test_a_header_commits_to_a_salted_body(records: Records) -> None:
    append(records, "s", "t")
    with records.db.read() as conn:
        headers = conn.execute(select(ledger_record.c.header).order_by(ledger_record.c.sequence)).scalars().all()
        bodies = conn.execute(select(ledger_body).order_by(ledger_body.c.sequence)).all()
    assert [row.body for row in bodies] == ['{"a":2,"b":1}'] * 2
    assert bodies[0].salt != bodies[1].salt
    for header, row in zip(headers, bodies, strict=True):
        commitment = hashlib.sha256(bytes.fromhex(row.salt) + row.body.encode()).hexdigest()
        assert json.loads(header)["commitment"] == commitment


def test_sequences_have_no_gap_and_segments_count_for_themselves(records: Records) -> None:
    append(records, "a", "b")
    append(records, "c")
    with records.db.write() as conn:
        at = records.ledger.append_all(conn, "run:y", [a_record("d")])
        assert [(each.segment, each.sequence) for each in at] == [("run:y", 0)]
        assert records.ledger.append_all(conn, "run:x", []) == []
        rows = conn.execute(select(ledger_record.c.subject, ledger_record.c.sequence)).all()
        sizes = conn.execute(select(ledger_segment.c.name, ledger_segment.c.size)).all()
    assert sorted(map(tuple, rows)) == [("a", 0), ("b", 1), ("c", 2), ("d", 0)]
    assert sorted(map(tuple, sizes)) == [("run:x", 3), ("run:y", 1)]


def test_a_record_that_was_rolled_back_never_was(records: Records) -> None:
    def break_off() -> None:
        with records.db.write() as conn:
            records.ledger.append_all(conn, "run:x", [a_record("a")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    append(records, "b")
    with records.db.read() as conn:
        assert [tuple(row) for row in conn.execute(select(ledger_record.c.subject, ledger_record.c.sequence))] == [
            ("b", 0)
        ]


def test_a_day_stands_where_a_time_would_say_too_much(records: Records) -> None:
    with records.db.write() as conn:
        records.ledger.append_all(conn, "incidents", [a_record("e", at=date(2026, 11, 23))])
        header = json.loads(conn.execute(select(ledger_record.c.header)).scalar_one())
    assert header["time"] == "2026-11-23"


@pytest.mark.parametrize(
    ("what", "epoch"),
    [
        ("blocklist.add", 2),
        ("hashlist.import", 2),
        ("tombstone.add", 2),
        ("threshold.change", 2),
        ("pair.export", 1),
        ("blocklists.show", 1),
    ],
)
def test_an_act_raises_the_epoch_if_it_changes_a_gate(records: Records, what: str, epoch: int) -> None:
    with records.db.write() as conn:
        returned = record_act(
            conn, records.ledger, what=what, subject="ours@1", by="ada", why="a test", body={"added": 3}
        )
        changes = conn.execute(select(gate_change)).all()
    assert (returned, records.epoch, len(changes)) == (epoch, epoch, epoch - 1)
    with records.db.read() as conn:
        header = json.loads(conn.execute(select(ledger_record.c.header)).scalar_one())
        body = json.loads(conn.execute(select(ledger_body.c.body)).scalar_one())
    assert (header["segment"], header["reason"], header["subject"]) == ("operators", what, "ours@1")
    assert (header["epoch"], body) == (epoch, {"added": 3, "by": "ada", "why": "a test"})


def test_what_is_committed_is_signed_with_the_size_of_its_segment(records: Records) -> None:
    with records.db.write() as conn:
        records.ledger.append_all(conn, run_segment("x"), [a_record("s"), a_record("t")])
    records.ledger.checkpoint()
    *_, last = Checkpoints(records.db.folder / CHECKPOINTS_FILE, records.keys).lines()
    assert last.checkpoint is not None
    assert last.checkpoint.segments["run:x"][0] == 2


@pytest.mark.parametrize(
    ("text", "said"), [('{"kind":"act"}', {"kind": "act"}), (None, {}), ("", {}), ("{", {}), ("[1]", {})]
)
def test_what_cannot_be_read_says_nothing(text: str | None, said: dict[str, Any]) -> None:
    assert parsed(text) == said


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_record SET header = '{}'",
        "UPDATE ledger_record SET leaf = 'ff'",
        "DELETE FROM ledger_record WHERE sequence = 1",
        "UPDATE ledger_body SET body = '{}'",
        "UPDATE ledger_body SET body = '{}', salt = '00'",
        "UPDATE ledger_body SET body = NULL",
        "UPDATE ledger_body SET body = NULL, salt = NULL, sequence = 9 WHERE sequence = 1",
        "DELETE FROM ledger_body WHERE sequence = 1",
        "UPDATE ledger_segment SET size = 1",
        "UPDATE ledger_segment SET peaks = '[]'",
        "UPDATE ledger_segment SET size = 3, name = 'run:y'",
        "DELETE FROM ledger_segment",
    ],
)
def test_the_database_lets_nobody_change_what_was_recorded(records: Records, statement: str) -> None:
    append(records, "s", "t")
    before = records.ledger_text
    with (
        pytest.raises(DBAPIError, match=r"never changed|changed or deleted"),
        records.db.write() as conn,
    ):
        conn.execute(text(statement))
    assert records.ledger_text == before


def test_a_body_can_be_blanked_and_its_segment_grows_on(records: Records) -> None:
    append(records, "s", "t")
    with records.db.write() as conn:
        conn.execute(text("UPDATE ledger_body SET body = NULL, salt = NULL WHERE sequence = 1"))
    append(records, "u")
    with records.db.read() as conn:
        assert [row.salt is None for row in conn.execute(select(ledger_body))] == [False, True, False]
        assert conn.execute(select(ledger_segment.c.size)).scalar_one() == 3

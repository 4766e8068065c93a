"""On PostgreSQL each role may do what it needs and no more: tried on a server, by logins with a password."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, Table, Update, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, ProgrammingError

from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.database import Database
from storage.incident_acts import Act, overdue
from storage.incident_records import IncidentRecords
from storage.incident_store import Incidents
from storage.incidents import new_key_pair
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.tables import (
    event,
    gate,
    incident,
    incident_act,
    incident_key,
    ledger_record,
    metadata,
    run,
    withdrawn_match,
)
from tests.storage import samples
from tests.storage.logins import AUDITOR, CRAWLER, OFFICER, Logins, logins

DAY = date(2026, 11, 23)
_RUN = {
    "id": "r",
    "spider": "pages",
    "arguments": {},
    "operator": "ada",
    "settings": {},
    "settings_digest": "00" * 32,
    "revisions": {},
    "epoch": 1,
    "code_version": "1",
    "provisional": False,
    "state": "running",
    "started_at": samples.NOON,
}
_RIGHTS = """
    SELECT 'table', relname, relacl::text FROM pg_class WHERE relacl IS NOT NULL
    UNION ALL SELECT 'column', attrelid::regclass || '.' || attname, attacl::text FROM pg_attribute
        WHERE attacl IS NOT NULL
    UNION ALL SELECT 'schema', nspname, nspacl::text FROM pg_namespace WHERE nspacl IS NOT NULL
    UNION ALL SELECT 'function', proname, proacl::text FROM pg_proc WHERE proacl IS NOT NULL
    ORDER BY 1, 2
"""
EVENT = "3f0c7a52-9a86-4d0e-8a5e-0c4f6a3f1b77"


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """One incident, added by the crawler, and the four who are at work."""

    crawler: Engine
    auditor: Engine
    officer: Engine
    owner: Engine
    incidents: Incidents
    private_key: str


def _blank(table: Table) -> Update:
    return update(table).values({next(iter(table.primary_key)).name: "x"})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logins]:
    with logins(tmp_path_factory.mktemp("owner")) as started:
        yield started


@pytest.fixture
def office(server: Logins, tmp_path: Path) -> Iterator[Office]:
    engines = [*map(server.engine, (CRAWLER, AUDITOR, OFFICER, None))]
    crawler, auditor, officer, owner = engines
    keys = KeyRing.create(tmp_path)
    Checkpoints(tmp_path / CHECKPOINTS_FILE, keys).create()
    private, public = new_key_pair()
    db = Database(officer, tmp_path)
    incidents = Incidents(db, Ledger(db, keys))
    try:
        _empty(owner)
        with crawler.begin() as conn:
            _add_incident(conn, keys, public)
        yield Office(
            crawler=crawler, auditor=auditor, officer=officer, owner=owner, incidents=incidents, private_key=private
        )
    finally:
        for each in engines:
            each.dispose()


def test_the_crawler_says_what_is_overdue(office: Office) -> None:
    with office.crawler.begin() as conn:
        assert (overdue(conn, DAY), overdue(conn, DAY + timedelta(days=9))) == (0, 1)
        conn.execute(insert(withdrawn_match), [{"key": "ab" * 32}])
        assert conn.execute(select(withdrawn_match.c.key)).scalars().all() == ["ab" * 32]


@pytest.mark.parametrize(
    "statement",
    [
        select(incident.c.sealed),
        select(incident),
        select(incident_key),
        select(incident_act.c.why),
        update(incident).values(sealed=None),
        delete(incident),
        delete(incident_key),
        delete(withdrawn_match),
        update(event).values(reason="x"),
        delete(event),
        text("DELETE FROM ledger_record"),
        text("UPDATE ledger_record SET header = ''"),
        text("DELETE FROM ledger_body"),
        text("UPDATE ledger_body SET sequence = 7"),
        text("DELETE FROM gate_change"),
        text("UPDATE gate_change SET by = 'somebody else'"),
        text("UPDATE alembic_version SET version_num = '0001'"),
        text("CREATE TABLE hidden (id int)"),
        text("SELECT incidents.sealed_sha256('x')"),
        text("TRUNCATE incidents.incident CASCADE"),
        text("DROP TABLE incidents.incident_key"),
        insert(incident_act).values(id="1", event_id=EVENT, act="read", by="x", why="x", details={}, at=samples.NOON),
    ],
    ids=str,
)
def test_the_crawler_may_neither_open_nor_change_what_it_added(office: Office, statement: object) -> None:
    _is_denied(office.crawler, statement)


@pytest.mark.parametrize(
    "statement",
    [
        select(incident.c.sealed),
        select(incident_key.c.sealed),
        text("UPDATE gate SET epoch = 7"),
        text("INSERT INTO tally VALUES ('r', 'stored', '', 1)"),
        text("DELETE FROM run"),
        text("UPDATE pair SET state = 'withdrawn'"),
        text("SELECT nextval('unindexed_number_seq')"),
        text("TRUNCATE shadow"),
        text("CREATE TABLE hidden (id int)"),
        update(incident_act).values(why="x"),
        delete(withdrawn_match),
    ],
    ids=str,
)
def test_the_auditor_opens_nothing_and_writes_nothing(office: Office, statement: object) -> None:
    _is_denied(office.auditor, statement)


def test_the_auditor_sees_that_an_incident_is_sealed_and_every_other_table(office: Office) -> None:
    with office.auditor.connect() as conn:
        assert conn.execute(
            text("SELECT length(incidents.sealed_sha256(event_id)) FROM incidents.incident")
        ).scalars().all() == [64]
        for table in metadata.sorted_tables:
            if table.schema is None:
                conn.execute(select(table))


@pytest.mark.parametrize(
    "statement",
    [
        update(incident_act).values(why="x"),
        delete(incident_act),
        delete(incident),
        update(incident).values(due=None),
        delete(event),
        text("DELETE FROM ledger_record"),
        text("SELECT * FROM sighting"),
        text("SELECT * FROM ledger_body"),
        text("UPDATE gate SET epoch = 7"),
        text("INSERT INTO incidents.incident (event_id) VALUES ('x')"),
    ],
    ids=str,
)
def test_the_safety_officer_may_not_change_what_happened(office: Office, statement: object) -> None:
    _is_denied(office.officer, statement)


def test_the_safety_officer_opens_follows_up_and_purges(office: Office) -> None:
    by = {"by": "grace", "why": "a test"}
    (record,) = office.incidents.open([EVENT], office.private_key, Act.READ, details={}, **by)
    assert record["picture"]["url"] == "https://pictures.example/1.jpg"
    office.incidents.record(EVENT, Act.SUBMITTED, details={"report_id": "4711"}, **by)
    assert [each.state for each in office.incidents.list()] == ["submitted"]
    office.incidents.purge([EVENT], **by)
    summary, acts = office.incidents.show(EVENT)
    assert summary.purged
    assert [each.act for each in acts] == [Act.READ, Act.SUBMITTED, Act.PURGED]


@pytest.mark.parametrize(
    "statement",
    [
        *(make(table) for table in (incident_act, event, ledger_record) for make in (delete, _blank)),
        *(text(f"TRUNCATE {each} CASCADE") for each in ("incidents.incident_act", "event", "ledger_record")),
    ],
    ids=str,
)
def test_not_even_the_owner_changes_what_happened(office: Office, statement: object) -> None:
    office.incidents.record(EVENT, Act.CLOSED, by="grace", why="a test")
    with pytest.raises(DBAPIError, match="never changed"), office.owner.begin() as conn:
        conn.execute(statement)  # type: ignore[call-overload]  # one of those above


def test_the_script_changes_nothing_when_it_is_run_again(server: Logins) -> None:
    def rights() -> list[object]:
        with server.engine().connect() as conn:
            return [*conn.execute(text(_RIGHTS))]

    before = rights()
    server.give_rights()
    assert rights() == before
    assert len(before) > 100


def _is_denied(engine: Engine, statement: object) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), engine.begin() as conn:
        conn.execute(statement)  # type: ignore[call-overload]  # one of those above


def _empty(owner: Engine) -> None:
    with owner.begin() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        named = ", ".join(
            str(each.fullname) for each in (incident, incident_key, incident_act, withdrawn_match, run, gate)
        )
        conn.execute(text(f"TRUNCATE {named}, ledger_record, ledger_body, ledger_segment CASCADE"))


def _add_incident(conn: Connection, keys: KeyRing, public_key: str) -> None:
    """As `storage/share_rows.py` does."""
    records = IncidentRecords(keys=keys, public_key=public_key, run_id="r")
    match = samples.match("p", 1)
    sealed = records.seal(EVENT, match, datetime.now(UTC))
    conn.execute(insert(gate).values(id=1, epoch=1))
    conn.execute(insert(run).values(**_RUN))
    said = {"filter": "exact-hash", "filter_version": "1", "reason": "hash.on-list", "outcome": "refused"}
    conn.execute(insert(event), [{"id": EVENT, "run_id": "r", "day": DAY, **said}])
    row = {"event_id": EVENT, "sealed": sealed.record, "key_id": sealed.key_id, "form": sealed.form}
    conn.execute(insert(incident), [{**row, "due": records.due(match, DAY)}])
    conn.execute(insert(incident_key), [{"event_id": EVENT, "sealed": sealed.data_key}])

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from storage import sqlite
from storage.database import Database, Left
from storage.errors import CannotOpen, NoSuchIncident, NotAllowed
from storage.incident_acts import Act, State, overdue
from storage.incidents import new_key_pair
from storage.tables import event, incident, incident_act, incident_key, ledger_record
from tests.combination import DATABASE
from tests.places import Place
from tests.storage.incidents import Office, office
from tests.storage.postgres import running_server


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as opened:
        yield opened


def read(desk: Office, *event_ids: str, key: str | None = None) -> list[dict[str, object]]:
    opened = desk.incidents.open(
        event_ids, key or desk.private_key, Act.READ, by="grace", why="looked into", details={}
    )
    return [*opened]


def ledger(desk: Office) -> list[tuple[str, str]]:
    with desk.crawl.records.db.read() as conn:
        here = ledger_record.c.segment == "operators"
        headers = conn.execute(select(ledger_record.c.header).where(here)).scalars()
        return [(each["subject"], each["reason"]) for each in map(json.loads, headers)]


def _files(desk: Office) -> bytes:
    """Return all that the database's files hold."""
    folder = desk.crawl.records.db.folder
    if DATABASE == "sqlite":
        return b"".join(each.read_bytes() for each in folder.glob("altsieve.db*"))
    return b"".join(running_server().files_of(Place.of(folder).database).values())


def test_the_list_says_where_each_stands_and_nothing_of_its_place(desk: Office) -> None:
    listed = desk.incidents.list()
    assert [each.state for each in listed] == [State.OPEN] * 3
    assert [each.event_id for each in listed] == sorted(each.event_id for each in listed)
    assert {each.due for each in listed} == {None, listed[0].day + timedelta(days=3)}
    assert "example" not in repr(listed)
    assert ledger(desk) == []


def test_a_suspect_is_not_to_be_reported(desk: Office) -> None:
    assert next(each for each in desk.incidents.list() if each.event_id == desk.suspect).reason == "hash.suspect"


def test_a_read_shows_the_record_and_is_recorded(desk: Office) -> None:
    wanted = desk.reported[0]
    (record,) = read(desk, wanted)
    assert record["event_id"] == wanted
    assert ledger(desk) == [(wanted, "incident.read")]
    assert [(each.act, each.by, each.why) for each in desk.incidents.show(wanted)[1]] == [
        (Act.READ, "grace", "looked into")
    ]


def test_a_read_is_recorded_before_anything_is_shown(desk: Office) -> None:
    """Here nothing can be shown, since the record was changed."""
    wanted = desk.reported[0]
    with desk.crawl.records.db.write() as conn:
        conn.execute(update(incident).values(sealed=b"\0"))
    with pytest.raises(CannotOpen):
        read(desk, wanted)
    assert ledger(desk) == [(wanted, "incident.read")]


def test_another_key_opens_nothing_and_records_nothing(desk: Office) -> None:
    with pytest.raises(CannotOpen, match="was sealed to key"):
        read(desk, *desk.reported, key=new_key_pair()[0])
    assert ledger(desk) == []


def test_an_incident_of_which_nothing_was_kept_says_so(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        with desk.crawl.records.db.write() as conn:
            conn.execute(update(incident).values(sealed=None, key_id=None))
        with pytest.raises(CannotOpen, match="nothing was kept"):
            read(desk, desk.reported[0])


def test_what_is_not_there_is_not_found(desk: Office) -> None:
    with pytest.raises(NoSuchIncident):
        desk.incidents.show("no-such-event")


def test_what_its_state_forbids_changes_nothing(desk: Office) -> None:
    wanted = desk.reported[0]
    desk.incidents.record(wanted, Act.HELD, by="grace", why="asked by a court")
    with pytest.raises(NotAllowed, match="it is held"):
        desk.incidents.purge([desk.suspect, wanted], by="grace", why="tidying")
    assert len(desk.crawl.rows(incident_key)) == 3
    assert ledger(desk) == [(wanted, "incident.hold")]


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_an_act_is_never_changed(desk: Office, verb: str) -> None:
    change = update(incident_act).values(why="x") if verb == "update" else delete(incident_act)
    desk.incidents.record(desk.suspect, Act.CLOSED, by="grace", why="false alarm")
    with pytest.raises(DBAPIError, match="never changed"), desk.crawl.records.db.write() as conn:
        conn.execute(change)


def test_to_purge_is_to_destroy_the_key_and_nothing_of_it_is_left(desk: Office) -> None:
    purged, kept = desk.reported
    with desk.crawl.records.db.read() as conn:
        keys = {row.event_id: row.sealed for row in conn.execute(select(incident_key))}
    done = desk.incidents.purge([purged], by="grace", why="kept long enough")
    assert done.left is (Left.NOWHERE if DATABASE == "sqlite" else Left.SERVER_LOG)
    left = _files(desk)
    assert keys[purged] not in left
    assert keys[kept] in left
    assert len(desk.crawl.rows(incident)) == 3
    with pytest.raises(NotAllowed, match="purged"):
        read(desk, purged)
    assert [each.purged for each in desk.incidents.list() if each.event_id == purged] == [True]


@pytest.mark.only("sqlite", why="PostgreSQL's log is not emptied by hand")
def test_while_somebody_reads_the_log_still_holds_the_key(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_TIMEOUT_S", 0)
    impatient = Database.open(f"sqlite:///{desk.crawl.records.db.folder}/altsieve.db")
    try:
        with desk.crawl.records.db.read() as conn:
            conn.execute(select(incident)).all()
            assert impatient.wipe() is Left.LOG
        assert impatient.wipe() is Left.NOWHERE
    finally:
        impatient.close()


@pytest.mark.only("postgresql", why="SQLite overwrites what is deleted")
def test_while_somebody_reads_the_files_still_hold_the_key(desk: Office) -> None:
    db, purged = desk.crawl.records.db, desk.reported[0]
    with db.read() as conn:
        key = conn.execute(select(incident_key.c.sealed).where(incident_key.c.event_id == purged)).scalar_one()
    with db.read() as conn:  # of another table: what is deleted now is still there for it
        conn.execute(select(event)).all()
        assert desk.incidents.purge([purged], by="grace", why="kept long enough").left is Left.FILES
        assert key in _files(desk)
    assert db.wipe(incident_key, incident) is Left.SERVER_LOG
    assert key not in _files(desk)


def test_a_record_of_the_first_form_is_purged_itself(desk: Office) -> None:
    wanted = desk.reported[0]
    with desk.crawl.records.db.write() as conn:
        conn.execute(update(incident).values(form=1))
    desk.incidents.purge([wanted], by="grace", why="kept long enough")
    assert {row.event_id for row in desk.crawl.rows(incident) if row.sealed is None} == {wanted}


def test_only_what_was_kept_long_enough_has_expired(desk: Office) -> None:
    day = desk.incidents.list()[0].day
    submitted, unreported = desk.reported
    desk.incidents.record(submitted, Act.SUBMITTED, by="grace", why="sent", details={"report_id": "4711"})
    assert desk.incidents.expired(365, today=day + timedelta(days=365)) == []
    expired = desk.incidents.expired(365, today=day + timedelta(days=367))
    assert unreported not in expired
    assert {submitted, desk.suspect} == {*expired}


def test_overdue_counts_what_nobody_exported_in_time(desk: Office) -> None:
    day = desk.incidents.list()[0].day
    late = day + timedelta(days=4)
    with desk.crawl.records.db.read() as conn:
        assert (overdue(conn, day + timedelta(days=3)), overdue(conn, late)) == (0, 2)
    desk.incidents.record(desk.reported[0], Act.CLOSED, by="grace", why="false alarm")
    with desk.crawl.records.db.read() as conn:
        assert overdue(conn, late) == 1
    assert sum(each.overdue for each in desk.incidents.list(today=late)) == 1
    numbers = desk.incidents.numbers(today=late)
    assert {each.event_id for each in numbers} == {each.event_id for each in desk.incidents.list()}
    assert sum(each.overdue for each in numbers) == 1
    assert {each.state for each in numbers if each.event_id == desk.reported[0]} == {State.CLOSED}
    assert {row.act for row in desk.crawl.rows(incident_act)} == {"closed"}

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rfc8785
from sqlalchemy import select, text

from storage.database import Database
from storage.errors import NoSuchRun, RunIsHeld
from storage.run_locks import RunLock
from storage.runs import Runs, RunState
from storage.tables import ledger_body, ledger_record
from tests.places import Place
from tests.storage import samples
from tests.storage.one_crawl import Crawl, start
from tests.storage.records import Records, opened

HOLDER = """
import sys
from storage.database import Database
from storage.run_locks import RunLock
RunLock(Database.open(sys.argv[1], sys.argv[2]), sys.argv[3]).take()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as found:
        yield found


def test_a_started_run_is_shown_with_what_it_was_started_with(records: Records) -> None:
    runs = Runs(records.db, records.ledger)
    before = datetime.now(UTC)
    run = start(runs)
    shown = runs.show(run.run_id)
    assert (shown.state, shown.finished_at, shown.epoch) == (RunState.RUNNING, None, 1)
    assert before <= shown.started_at <= datetime.now(UTC)
    assert (shown.spider, shown.operator, shown.settings) == ("pages", "tester", {"ALT_MIN_CHARACTERS": 5})
    assert shown.settings_digest == hashlib.sha256(rfc8785.dumps(dict(shown.settings))).hexdigest()
    assert (shown.candidates, shown.stored, shown.refused) == (0, 0, {})


def test_who_answers_and_on_what_basis_stands_in_the_row_and_in_the_ledger(records: Records) -> None:
    runs = Runs(records.db, records.ledger)
    told = {"spider": "pages", "arguments": {}, "operator": "The Archive", "contact": "https://archive.example/"}
    rest = {"settings": {"A": 1}, "code_version": "0.1.0", "provisional": False, "legal_basis": "Art. 4 DSM"}
    first, same, other = (
        runs.show(runs.start(**told, **rest, revisions={"alt-text": each}).run_id)  # type: ignore[arg-type]
        for each in ("1", "1", "2")
    )
    assert (first.operator, first.contact, first.legal_basis) == (
        "The Archive",
        "https://archive.example/",
        "Art. 4 DSM",
    )
    assert first.policy_digest == same.policy_digest != other.policy_digest
    with records.db.read() as conn:
        body = json.loads(conn.execute(select(ledger_body.c.body).order_by(ledger_body.c.segment)).scalars().all()[0])
    assert (body["legal_basis"], body["policy_digest"]) == ("Art. 4 DSM", first.policy_digest)


def test_the_newest_run_comes_first(records: Records) -> None:
    runs = Runs(records.db, records.ledger)
    made = [start(runs).run_id for _ in range(3)]
    assert [each.run_id for each in runs.list()] == made[::-1]


def test_counts_add_up(crawl: Crawl) -> None:
    page = crawl.new_page()
    crawl.record(page, samples.kept(page, 1), samples.kept(page, 2), samples.refused(page, 3), last=False)
    crawl.record(page, samples.unsure(page, 4), samples.failed(page, 5))
    crawl.new_page("other")
    shown = crawl.runs.show(crawl.run.run_id)
    assert (shown.candidates, shown.stored, shown.pages, shown.pages_pending) == (5, 2, 1, 1)
    assert shown.refused == {"alt.too-short": 1}
    assert shown.unsure == {"hash.low-quality": 1}
    assert shown.failed == {"fetch.failed": 1}


def test_start_and_end_are_in_the_ledger(crawl: Crawl) -> None:
    crawl.end()
    with crawl.records.db.read() as conn:
        about = ledger_record.c.subject == crawl.run.run_id
        headers = conn.execute(select(ledger_record.c.header).where(about).order_by(ledger_record.c.sequence)).scalars()
        assert [json.loads(each)["outcome"] for each in headers] == ["started", "finished"]
        first = conn.execute(select(ledger_body.c.body).where(ledger_body.c.sequence == 0)).scalars().first()
    assert json.loads(str(first))["settings"] == {"ALT_MIN_CHARACTERS": 5}


def test_an_ended_run_says_when_and_leaves_no_lock(crawl: Crawl) -> None:
    crawl.end()
    shown = crawl.runs.show(crawl.run.run_id)
    assert shown.state is RunState.FINISHED
    assert shown.finished_at is not None
    assert list(crawl.records.db.folder.glob("run-*.lock")) == []


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path, records: Records) -> None:
    lock = RunLock(records.db, "run")
    url = Place.of(tmp_path).database_url
    command = [sys.executable, "-c", HOLDER, url, str(tmp_path), "run"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert lock.is_held()
        with pytest.raises(RunIsHeld):
            lock.take()
        holder.kill()
        holder.wait()
        assert not lock.is_held()
        lock.take()
        assert lock.is_held()
        lock.release()
    assert not lock.is_held()


def test_a_run_is_worked_on_by_one_process(records: Records) -> None:
    runs = Runs(records.db, records.ledger)
    run = start(runs)
    with pytest.raises(RunIsHeld):
        Runs(records.db, records.ledger).reopen(run.run_id)
    runs.finish(run.run_id, RunState.STOPPED)
    again = Runs(records.db, records.ledger)
    reopened = again.reopen(run.run_id)
    assert replace(reopened, holder=run.holder) == run
    assert reopened.holder != run.holder
    assert again.show(run.run_id).state is RunState.RUNNING
    assert again.show(run.run_id).finished_at is None


def test_a_run_that_nobody_holds_broke_off(records: Records) -> None:
    runs = Runs(records.db, records.ledger)
    run = start(runs)
    _lose_lock(records.db, run.run_id)
    assert runs.show(run.run_id).state is RunState.BROKE_OFF


def test_a_run_that_is_not_there_is_not_reopened(records: Records) -> None:
    runs = Runs(records.db, records.ledger)
    for attempt in (runs.show, runs.reopen):
        with pytest.raises(NoSuchRun, match="altsieve runs"):
            attempt("none")
    assert list(records.db.folder.glob("run-*.lock")) == []


def _lose_lock(db: Database, run_id: str) -> None:
    if db.dialect == "sqlite":
        (db.folder / f"run-{run_id}.lock").unlink()
        return
    ours = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    query = f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND {ours}"  # noqa: S608
    with db.read() as conn:
        conn.execute(text(query)).all()

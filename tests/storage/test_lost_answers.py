"""What becomes of a transaction whose COMMIT reached PostgreSQL, but whose answer, or the COMMIT, was lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Connection

from storage.bulk import insert_all
from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.database import Database
from storage.errors import DatabaseUnavailable, OutcomeUnknown
from storage.frontier import NewPage
from storage.ledger import Ledger
from storage.recorder import Recorder
from storage.shares import Result, Share
from storage.tables import event as event_table
from storage.tables import gate_change, page, tally
from tests.faults.tcp_proxy import TcpProxy, tcp_proxy
from tests.places import Place
from tests.storage import samples
from tests.storage.one_crawl import WAIT_S, Crawl
from tests.storage.postgres import running_server
from tests.storage.samples import NOON

pytestmark = pytest.mark.only("postgresql", why="the COMMIT of SQLite is a call in the same process")


@dataclass(eq=False)
class Faults:
    """Let the connection break at the next COMMIT, before it is sent or before it is answered."""

    proxy: TcpProxy
    at_commit: str = ""
    heals: bool = True

    def commit(self, _conn: Connection) -> None:
        if self.at_commit == "before":
            self.proxy.cut_after(0)
        elif self.at_commit:
            self.proxy.swallow_answers()

    def error(self, _context: object) -> None:
        if self.at_commit:
            self.at_commit = ""
            if self.heals:
                self.proxy.heal()
            else:
                self.proxy.reset()


@contextmanager
def far_away(folder: Path) -> Iterator[tuple[Database, Faults]]:
    server = running_server()
    with tcp_proxy(str(server.folder / ".s.PGSQL.5432")) as proxy:
        host = f"postgresql+psycopg://postgres@127.0.0.1:{proxy.port}/{Place.of(folder).database}"
        db = Database.open(host, folder)
        faults = Faults(proxy)
        event.listen(db._engine, "commit", faults.commit)
        event.listen(db._engine, "handle_error", faults.error)
        try:
            yield db, faults
        finally:
            db.close()


@pytest.fixture
def far(crawl: Crawl) -> Iterator[tuple[Database, Faults]]:
    with far_away(crawl.records.db.folder) as opened:
        yield opened


def mark(db: Database, name: str) -> None:
    with db.write() as conn:
        conn.execute(text("CREATE TABLE IF NOT EXISTS mark (name TEXT)"))
        conn.execute(text("INSERT INTO mark VALUES (:name)"), {"name": name})


def marks(crawl: Crawl) -> list[str]:
    with crawl.records.db.read() as conn:
        return list(conn.execute(text("SELECT name FROM mark")).scalars())


def test_what_was_committed_without_an_answer_is_known_to_be(crawl: Crawl, far: tuple[Database, Faults]) -> None:
    db, faults = far
    mark(db, "first")
    faults.at_commit = "answer"
    mark(db, "second")
    assert marks(crawl) == ["first", "second"]


def test_what_was_never_committed_is_known_not_to_be(crawl: Crawl, far: tuple[Database, Faults]) -> None:
    db, faults = far
    mark(db, "first")
    faults.at_commit = "before"
    with pytest.raises(DatabaseUnavailable, match="nothing of this was stored"):
        mark(db, "second")
    assert marks(crawl) == ["first"]


@pytest.mark.parametrize("when", ["answer", "before"])
def test_nobody_says_that_nothing_was_stored_if_nobody_knows(far: tuple[Database, Faults], when: str) -> None:
    db, faults = far
    mark(db, "first")
    faults.at_commit, faults.heals = when, False
    with pytest.raises(OutcomeUnknown, match="cannot be asked whether"):
        mark(db, "second")


def copy_with_a_broken_connection(db: Database) -> None:
    rows = [{"epoch": each, "what": "x", "subject": "", "by": "", "why": "", "at": NOON} for each in range(100, 110)]
    with db.write() as conn:
        number = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
        running_server().ask(f"SELECT pg_terminate_backend({number}, 10000)")
        insert_all(conn, gate_change, rows)


def test_a_connection_that_breaks_while_rows_are_copied_is_said_to(crawl: Crawl) -> None:
    with pytest.raises(DatabaseUnavailable, match="nothing of this was stored"):
        copy_with_a_broken_connection(crawl.records.db)


@contextmanager
def recorder_of(crawl: Crawl, db: Database) -> Iterator[Recorder]:
    keys = crawl.records.keys
    checkpoints = Checkpoints(db.folder / CHECKPOINTS_FILE, keys)
    recorder = Recorder(db, Ledger(db, keys), checkpoints, keys, crawl.run)
    try:
        yield recorder
    finally:
        recorder.close()


@pytest.mark.parametrize("when", ["answer", "before"])
def test_a_recorder_writes_everything_once(crawl: Crawl, far: tuple[Database, Faults], when: str) -> None:
    db, faults = far
    matched, clean = crawl.new_page("1"), crawl.new_page("2")
    crawl.frontier.add([NewPage(url=f"https://pages.example/l{n}", depth=0, seed="s") for n in range(3)])
    with recorder_of(crawl, db) as recorder:
        faults.at_commit = when
        shares = [
            Share(page_id=matched, entries=(samples.match(matched, 1), samples.beside(matched, 2)), last=True),
            Share(page_id=clean, entries=(samples.refused(clean, 3),), last=True),
        ]
        leased = recorder.lease_pages(2)
        told = [recorder.submit(each) for each in shares]
        assert [each.result(WAIT_S).results for each in told] == [(Result.RECORDED,) * 2, (Result.RECORDED,)]
        assert len(leased.result(WAIT_S)) == 2
    assert faults.at_commit == ""
    assert len(crawl.rows(event_table)) == 2
    assert sorted(each.count for each in crawl.rows(tally)) == [1, 1, 1]
    assert sum(each.state == "leased" for each in crawl.rows(page)) == 2


def test_a_recorder_that_cannot_know_writes_nothing_again(crawl: Crawl, far: tuple[Database, Faults]) -> None:
    db, faults = far
    pages = [crawl.new_page(str(each)) for each in range(2)]
    with recorder_of(crawl, db) as recorder:
        faults.at_commit, faults.heals = "answer", False
        told = [recorder.submit(Share(page_id=each, entries=(samples.match(each, 1),), last=True)) for each in pages]
        assert {type(each.exception(WAIT_S)) for each in told} == {OutcomeUnknown}
        faults.proxy.heal()
    assert len(crawl.rows(event_table)) == 2

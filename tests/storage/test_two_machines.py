"""Two machines on one database, each with a state folder of its own that began as a copy of the first one's."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.database import Database
from storage.errors import RunIsHeld
from storage.frontier import Frontier
from storage.keys import HMAC_KEY, SIGNING_KEY, KeyRing
from storage.ledger import Ledger
from storage.recorder import Recorder
from storage.runs import Runs, RunState
from storage.verify import verify
from tests.places import Place
from tests.storage import samples
from tests.storage.one_crawl import Crawl, start
from tests.storage.records import Records

pytestmark = pytest.mark.only("postgresql", why="SQLite is for one machine")


@contextmanager
def another_machine(crawl: Crawl, folder: Path) -> Iterator[Crawl]:
    folder.mkdir()
    for name in (SIGNING_KEY, HMAC_KEY, CHECKPOINTS_FILE):
        shutil.copy(crawl.records.db.folder / name, folder / name)
    db = Database.open(Place.of(crawl.records.db.folder).database_url, folder)
    keys = KeyRing.load(folder)
    ledger, checkpoints = Ledger(db, keys), Checkpoints(folder / CHECKPOINTS_FILE, keys)
    runs = Runs(db, ledger)
    begun = start(runs)
    recorder = Recorder(db, ledger, checkpoints, keys, begun)
    records = Records(db=db, keys=keys, ledger=ledger)
    try:
        yield replace(
            crawl,
            records=records,
            runs=runs,
            run=begun,
            recorder=recorder,
            frontier=Frontier(db, begun.run_id),
            checkpoints=checkpoints,
        )
        recorder.close()
        runs.finish(begun.run_id, RunState.FINISHED)
    finally:
        db.close()


def store(crawl: Crawl, number: int) -> None:
    page_id = crawl.new_page(str(number))
    assert [each.value for each in crawl.record(page_id, samples.kept(page_id, number)).results] == ["stored"]


def test_the_checkpoints_of_each_prove_the_whole_ledger(crawl: Crawl, tmp_path: Path) -> None:
    store(crawl, 1)
    with another_machine(crawl, tmp_path / "other") as other:
        store(other, 2)
        store(crawl, 3)
        store(other, 4)
    crawl.end()
    assert list(verify(crawl.records.db, crawl.objects, crawl.checkpoints)) == []
    assert list(verify(crawl.records.db, crawl.objects, other.checkpoints)) == []
    for each in (crawl.checkpoints, other.checkpoints):
        each.sign(crawl.records.db, with_incidents=True)
        signed = {name for line in each.lines() if line.checkpoint for name in line.checkpoint.segments}
        assert {f"run:{crawl.run.run_id}", f"run:{other.run.run_id}"} <= signed


def test_a_run_is_worked_on_by_one_of_them(crawl: Crawl, tmp_path: Path) -> None:
    with another_machine(crawl, tmp_path / "other") as other:
        assert other.runs.show(crawl.run.run_id).state is RunState.RUNNING
        with pytest.raises(RunIsHeld):
            other.runs.reopen(crawl.run.run_id)

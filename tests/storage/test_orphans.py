from pathlib import Path

import pytest

from storage.orphans import delete_orphans
from storage.run_locks import StoreLock
from storage.runs import Runs, RunState
from storage.tables import picture
from tests.storage import samples
from tests.storage.one_crawl import Crawl, start


@pytest.fixture
def left_over(crawl: Crawl) -> Crawl:
    """A run at work that has kept one picture; beside it are an object of no picture and half an object."""
    page_id = crawl.new_page()
    crawl.record(page_id, samples.kept(page_id, 1))
    crawl.objects.put("aa/stray", b"x")
    (Path(crawl.objects.uri("").removeprefix("file://")) / "aa" / ".0123").write_bytes(b"half")
    return crawl


def break_off(crawl: Crawl) -> None:
    """Free the locks as the kernel does when a process is killed; the row still says that the run runs."""
    for lock in crawl.runs._locks[crawl.run.run_id]:
        lock.release()


def test_what_a_run_left_that_broke_off_is_deleted_and_nothing_else(left_over: Crawl) -> None:
    break_off(left_over)
    kept = {row.object_key for row in left_over.rows(picture)}
    assert delete_orphans(left_over.records.db, left_over.objects) == 2
    assert set(left_over.objects.keys()) == kept
    assert left_over.verify() == []


def test_nothing_is_deleted_while_a_run_is_at_work(left_over: Crawl) -> None:
    assert delete_orphans(left_over.records.db, left_over.objects) == 0
    break_off(left_over)
    other = Runs(left_over.records.db, left_over.records.ledger)
    run = start(other)
    assert delete_orphans(left_over.records.db, left_over.objects) == 0
    other.finish(run.run_id, RunState.FINISHED)
    assert delete_orphans(left_over.records.db, left_over.objects) == 2


def test_a_store_is_not_walked_through_when_no_run_broke_off(left_over: Crawl) -> None:
    left_over.end()
    assert delete_orphans(left_over.records.db, left_over.objects) == 0


def test_runs_hold_the_store_together_and_nobody_alone_beside_them(tmp_path: Path) -> None:
    one, other, alone = StoreLock(tmp_path), StoreLock(tmp_path), StoreLock(tmp_path)
    one.take_together()
    other.take_together()
    one.release()
    assert not alone.take_alone()
    other.release()
    assert alone.take_alone()
    alone.release()

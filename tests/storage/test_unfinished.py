from pathlib import Path

from storage.unfinished import delete_unfinished

from storage.objects import UNFINISHED
from storage.run_locks import StoreLock
from storage.runs import RunState
from tests.storage import samples
from tests.storage.one_crawl import Crawl


def leave_unfinished(crawl: Crawl) -> None:
    """As a kill does in the middle of a put."""
    folder = Path(crawl.objects.uri("").removeprefix("file://")) / UNFINISHED
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "0123").write_bytes(b"half")


def test_what_was_cut_off_is_deleted_and_nothing_else(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, samples.kept(page_id, 1))
    crawl.objects.put_all({"notes/of-somebody-else.txt": b"not ours"})
    before = set(crawl.objects.keys())
    crawl.runs.finish(crawl.run.run_id, RunState.STOPPED)
    leave_unfinished(crawl)
    assert delete_unfinished(crawl.records.db, crawl.objects) == 1
    assert set(crawl.objects.keys()) == before


def test_nothing_is_deleted_while_a_run_is_at_work(crawl: Crawl) -> None:
    leave_unfinished(crawl)
    assert delete_unfinished(crawl.records.db, crawl.objects) == 0
    crawl.runs.finish(crawl.run.run_id, RunState.STOPPED)
    assert delete_unfinished(crawl.records.db, crawl.objects) == 1


def test_runs_hold_the_store_together_and_nobody_alone_beside_them(tmp_path: Path) -> None:
    one, other, alone = StoreLock(tmp_path), StoreLock(tmp_path), StoreLock(tmp_path)
    one.take_together()
    other.take_together()
    one.release()
    assert not alone.take_alone()
    other.release()
    assert alone.take_alone()
    alone.release()

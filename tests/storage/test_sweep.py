from pathlib import Path

import pytest

from storage.folder_objects import UNFINISHED
from storage.runs import RunState
from storage.sweep import Swept, sweep
from storage.tables import doomed_object, object_intent
from tests.storage import samples
from tests.storage.one_crawl import WAIT_S, Crawl

KEY = "ab/cd/abcd"


def leave_unfinished(crawl: Crawl) -> None:
    """As a kill does in the middle of a put."""
    folder = Path(crawl.objects.uri("").removeprefix("file://")) / UNFINISHED
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "0123").write_bytes(b"half")


def put(crawl: Crawl) -> None:
    """As far as a crawl comes that is killed between an object and its row."""
    crawl.recorder.intend([KEY]).result(timeout=WAIT_S)
    crawl.objects.put_all({KEY: b"bytes"})


@pytest.mark.only("folder", why="in S3 an upload that was cut off is no file, and has its test where S3 is tested")
def test_what_was_cut_off_is_deleted_and_nothing_else(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, samples.kept(page_id, 1))
    crawl.objects.put_all({"notes/of-somebody-else.txt": b"not ours"})
    before = set(crawl.objects.keys())
    put(crawl)
    crawl.runs.finish(crawl.run.run_id, RunState.STOPPED)
    leave_unfinished(crawl)
    assert sweep(crawl.records.db, crawl.objects) == Swept(given_up=1, deleted=1, unfinished=1)
    assert set(crawl.objects.keys()) == before
    assert crawl.rows(object_intent) == crawl.rows(doomed_object) == []


def test_what_a_run_at_work_is_putting_stays(crawl: Crawl) -> None:
    put(crawl)
    assert sweep(crawl.records.db, crawl.objects) == Swept(given_up=0, deleted=0, unfinished=0)
    assert crawl.objects.exists(KEY)
    crawl.runs.finish(crawl.run.run_id, RunState.STOPPED)
    assert sweep(crawl.records.db, crawl.objects) == Swept(given_up=1, deleted=1, unfinished=0)
    assert not crawl.objects.exists(KEY)


def test_what_was_given_up_by_others_is_not_stored_without_its_bytes(crawl: Crawl) -> None:
    """As when a run was taken for dead, because the connection that held its lock broke."""
    page_id = crawl.new_page()
    kept = samples.kept(page_id, 1)
    crawl.recorder.intend([kept.object_key]).result(timeout=WAIT_S)
    crawl.recorder.give_up([kept.object_key]).result(timeout=WAIT_S)
    receipt = crawl.submit(page_id, kept)
    assert [each.value for each in receipt.results] == ["epoch-moved"]
    assert receipt.lost_keys == {kept.object_key}
    assert crawl.counts("picture", "pair", "sighting") == (0, 0, 0)
    assert [each.value for each in crawl.record(page_id, kept).results] == ["stored"]

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from storage.errors import NotReady
from storage.folder_objects import UNFINISHED
from storage.repair import Repaired, repair
from storage.runs import RunState
from storage.tables import doomed_object, object_intent, pair
from tests.storage import samples
from tests.storage.keys import object_key
from tests.storage.one_crawl import WAIT_S, Crawl

NOTHING = Repaired(given_up=0, deleted=0, orphans=0, unfinished=0, foreign=0)
ORPHAN = object_key("0f" * 32)


def mended(crawl: Crawl) -> Repaired:
    return repair(crawl.records.db, crawl.objects, crawl.checkpoints)


def record(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, samples.kept(page_id, 1), samples.kept(page_id, 2))


def was_killed_after_it_put(crawl: Crawl) -> None:
    crawl.recorder.intend([ORPHAN]).result(timeout=WAIT_S)
    crawl.objects.put_all({ORPHAN: b"bytes"})
    crawl.runs.finish(crawl.run.run_id, RunState.STOPPED)


def was_killed_before_it_put(crawl: Crawl) -> None:
    crawl.recorder.intend([ORPHAN]).result(timeout=WAIT_S)
    crawl.runs.finish(crawl.run.run_id, RunState.STOPPED)


def has_bytes_that_nothing_names(crawl: Crawl) -> None:
    crawl.objects.put_all({ORPHAN: b"bytes"})


def has_bytes_of_a_release_before(crawl: Crawl) -> None:
    crawl.objects.put_all({f"0f/0f/{'0f' * 32}": b"bytes"})


LEFT: dict[Callable[[Crawl], None], tuple[str, Repaired]] = {
    was_killed_after_it_put: ("object.left", replace(NOTHING, given_up=1, deleted=1)),
    was_killed_before_it_put: ("object.left", replace(NOTHING, given_up=1)),
    has_bytes_that_nothing_names: ("object.orphan", replace(NOTHING, orphans=1)),
    has_bytes_of_a_release_before: ("object.orphan", replace(NOTHING, orphans=1)),
}


@pytest.mark.parametrize("leave", LEFT, ids=lambda each: each.__name__)
def test_what_a_crash_left_is_found_and_cleared_away(crawl: Crawl, leave: Callable[[Crawl], None]) -> None:
    code, expected = LEFT[leave]
    record(crawl)
    held = crawl.rows(pair)
    leave(crawl)
    assert [each.code for each in crawl.verify()] == [code]
    assert mended(crawl) == expected
    assert crawl.verify() == []
    assert mended(crawl) == NOTHING
    assert crawl.rows(pair) == held
    crawl.settle()
    assert crawl.rows(object_intent) == crawl.rows(doomed_object) == []


@pytest.mark.only("folder", why="in S3 an upload that was cut off is no file, and has its test where S3 is tested")
def test_what_is_cut_off_half_way_is_deleted(crawl: Crawl, tmp_path: Path) -> None:
    folder = tmp_path / "objects" / UNFINISHED
    folder.mkdir(parents=True)
    (folder / "0123").write_bytes(b"half")
    assert [each.code for each in crawl.verify()] == ["object.orphan"]
    assert mended(crawl).unfinished == 1
    assert crawl.verify() == []


def test_what_is_not_named_as_objects_are_is_left_alone(crawl: Crawl) -> None:
    crawl.objects.put_all({"notes/of-somebody-else.txt": b"not ours"})
    assert mended(crawl) == replace(NOTHING, foreign=1)
    assert [each.code for each in crawl.verify()] == ["object.orphan"]


def test_what_a_run_at_work_is_putting_stays(crawl: Crawl) -> None:
    crawl.recorder.intend([ORPHAN]).result(timeout=WAIT_S)
    crawl.objects.put_all({ORPHAN: b"bytes"})
    assert crawl.verify() == []
    assert mended(crawl) == NOTHING
    assert crawl.objects.exists(ORPHAN)
    crawl.recorder.give_up([ORPHAN]).result(timeout=WAIT_S)
    assert mended(crawl) == replace(NOTHING, deleted=1)
    assert not crawl.objects.exists(ORPHAN)


def test_the_store_of_another_database_is_left_alone(crawl: Crawl) -> None:
    record(crawl)
    of_another = {object_key(f"{number:064x}"): b"bytes" for number in range(101)}
    crawl.objects.put_all(of_another)
    with pytest.raises(NotReady, match=r"101 objects .* has 2 pictures, so none was deleted: see that DATABASE_URL"):
        mended(crawl)
    assert len(list(crawl.objects.keys())) == 103
    crawl.objects.delete(next(iter(of_another)))
    assert mended(crawl).orphans == 100


def test_what_was_lost_is_not_repaired(crawl: Crawl) -> None:
    record(crawl)
    key = samples.kept("p", 1).object_key
    body = crawl.objects.get(key)
    crawl.objects.delete(key)
    assert mended(crawl) == NOTHING
    assert [each.code for each in crawl.verify()] == ["object.missing"]
    crawl.objects.put_all({key: body})


def test_a_record_that_was_not_signed_before_the_crash_is(crawl: Crawl) -> None:
    record(crawl)
    mended(crawl)
    signed = {name for line in crawl.checkpoints.lines() if line.checkpoint for name in line.checkpoint.segments}
    assert f"run:{crawl.run.run_id}" in signed

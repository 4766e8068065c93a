"""Two at work on the same picture, each time at the worst moment: whatever comes first, no row is without its bytes."""

import asyncio
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from crawler.object_shelf import ObjectGone, ObjectShelf
from storage.doomed_objects import delete_doomed
from storage.errors import ObjectsUnavailable, RunWasTaken
from storage.folder_objects import FolderStore
from storage.objects import new_key
from storage.recorder import Recorder
from storage.runs import Runs, RunState
from storage.shares import Kept, Receipt, Share
from storage.sweep import Swept, sweep
from storage.tables import doomed_object, object_intent, pair, picture, run
from storage.withdrawal import Target, TargetKind, Why, Withdrawals, take_back
from storage.withdrawal_targets import Held
from tests.storage import samples
from tests.storage.one_crawl import WAIT_S, Crawl, start

NUMBER = 1
BODY = samples.bytes_of(NUMBER)
DIGEST = samples.kept("p", NUMBER).pair.facts.digests.sha256


def withdraw(crawl: Crawl) -> None:
    withdrawals = Withdrawals(crawl.records.db, crawl.records.ledger, crawl.objects)
    assert withdrawals.withdraw(Target(kind=TargetKind.IMAGE, value=DIGEST), by="ann", why="a test") is not None


def rescan_takes_it_back(crawl: Crawl) -> None:
    """Without a tombstone that bars: a filter refuses it by today's thresholds."""
    why = Why(by="ann", why="re-scan", reason="image.too-small", bars=False)
    with crawl.records.db.write() as conn:
        take_back(conn, crawl.records.ledger, Held(pictures=frozenset({DIGEST})), why)
    delete_doomed(crawl.records.db, crawl.objects)


def store(crawl: Crawl, name: str = "first", *, text: str | None = None) -> None:
    page_id = crawl.new_page(name)
    crawl.record(page_id, samples.kept(page_id, NUMBER, text=text))


def put(crawl: Crawl, recorder: Recorder | None = None) -> str:
    """Say it and put it, as far as a crawl comes before its final transaction."""
    key = new_key(DIGEST)
    (recorder or crawl.recorder).intend([key]).result(timeout=WAIT_S)
    crawl.objects.put_all({key: BODY})
    return key


def submit(crawl: Crawl, key: str, name: str = "later", *, text: str = "another caption of it") -> Receipt:
    page_id = crawl.new_page(name)
    kept = replace(samples.kept(page_id, NUMBER, text=text, epoch=crawl.records.epoch), object_key=key)
    return crawl.submit(page_id, kept)


def objects(crawl: Crawl) -> int:
    return len([*crawl.objects.keys()])


@pytest.mark.parametrize("moment", ["before it is said", "before it is put", "before the final transaction"])
def test_what_is_withdrawn_while_a_crawl_stores_it_is_not_stored(crawl: Crawl, moment: str) -> None:
    store(crawl)
    if moment == "before it is said":
        withdraw(crawl)
    key = new_key(DIGEST)
    crawl.recorder.intend([key]).result(timeout=WAIT_S)
    if moment == "before it is put":
        withdraw(crawl)
    crawl.objects.put_all({key: BODY})
    if moment == "before the final transaction":
        withdraw(crawl)
    receipt = submit(crawl, key)
    assert [each.value for each in receipt.results] == ["tombstoned"]
    assert receipt.held_keys == frozenset()
    crawl.recorder.give_up([key]).result(timeout=WAIT_S)
    delete_doomed(crawl.records.db, crawl.objects)
    assert (crawl.rows(pair), crawl.rows(picture), objects(crawl)) == ([], [], 0)
    assert crawl.verify() == []


def test_what_is_taken_back_while_a_crawl_means_to_use_its_bytes_is_not_stored_without_them(crawl: Crawl) -> None:
    store(crawl)
    (held,) = crawl.rows(picture)
    rescan_takes_it_back(crawl)
    receipt = submit(crawl, held.object_key)
    assert [each.value for each in receipt.results] == ["epoch-moved"]
    assert receipt.lost_keys == {held.object_key}
    assert (crawl.rows(pair), crawl.rows(picture), objects(crawl)) == ([], [], 0)
    assert [each.value for each in submit(crawl, put(crawl), "again").results] == ["stored"]
    assert crawl.verify() == []


def test_bytes_that_are_gone_by_then_are_put_anew_if_there_are_any(crawl: Crawl) -> None:
    async def shelved(body: bytes | None) -> str:
        with ThreadPoolExecutor(1) as threads:
            shelf = ObjectShelf(crawl.objects, crawl.records.db, threads, crawl.recorder, attempts=1)
            return await shelf.put(DIGEST, body)

    store(crawl)
    (held,) = crawl.rows(picture)
    assert asyncio.run(shelved(None)) == held.object_key
    rescan_takes_it_back(crawl)
    with pytest.raises(ObjectGone):
        asyncio.run(shelved(None))
    key = asyncio.run(shelved(BODY))
    assert [each.value for each in submit(crawl, key).results] == ["stored"]


def test_of_two_workers_with_one_picture_one_keeps_its_bytes_and_the_other_gives_them_up(crawl: Crawl) -> None:
    with another(crawl) as (other, recorder):
        ours, theirs = put(crawl), put(crawl, recorder)
        assert objects(crawl) == 2
        assert submit(crawl, ours, text="a caption").held_keys == {ours}
        page_id = other
        receipt = recorder.submit(
            Share(page_id=page_id, entries=(kept_as(page_id, theirs, "a caption of the other"),), last=True)
        ).result(timeout=WAIT_S)
        assert [each.value for each in receipt.results] == ["stored"]
        assert receipt.held_keys == frozenset()
        assert recorder.give_up([theirs]).result(timeout=WAIT_S) == 1
        delete_doomed(crawl.records.db, crawl.objects)
    assert [row.object_key for row in crawl.rows(picture)] == [ours]
    assert (len(crawl.rows(pair)), objects(crawl), crawl.rows(object_intent)) == (2, 1, [])
    assert crawl.verify() == []


@contextmanager
def another(crawl: Crawl) -> Iterator[tuple[str, Recorder]]:
    """A second run at work on the same database, with a page."""
    runs = Runs(crawl.records.db, crawl.records.ledger)
    begun = start(runs)
    recorder = Recorder(crawl.records.db, crawl.records.ledger, crawl.checkpoints, crawl.records.keys, begun)
    beside = replace(
        crawl, runs=runs, run=begun, recorder=recorder, frontier=type(crawl.frontier)(crawl.records.db, begun.run_id)
    )
    try:
        yield beside.new_page("of-the-other"), recorder
    finally:
        recorder.close()
        runs.finish(begun.run_id, RunState.FINISHED)


def kept_as(page_id: str, key: str, text: str) -> Kept:
    return replace(samples.kept(page_id, NUMBER, text=text), object_key=key)


class Late(FolderStore):
    """A store behind a proxy that holds a PUT back, and whose client is told that it failed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._held_back: dict[str, bytes] = {}

    @property
    def late_s(self) -> float:
        return 3600.0

    def put_all(self, objects: Mapping[str, bytes]) -> None:
        self._held_back = dict(objects)
        raise ObjectsUnavailable("no answer came")

    def arrives(self) -> None:
        super().put_all(self._held_back)


def test_a_put_that_arrives_after_the_deletion_is_deleted_again(crawl: Crawl, tmp_path: Path) -> None:
    late = Late(tmp_path / "late")
    key = new_key(DIGEST)
    crawl.recorder.intend([key]).result(timeout=WAIT_S)
    with pytest.raises(ObjectsUnavailable):
        late.put_all({key: BODY})
    crawl.recorder.give_up([key]).result(timeout=WAIT_S)
    assert delete_doomed(crawl.records.db, late) == 0
    late.arrives()
    assert late.exists(key)
    assert delete_doomed(crawl.records.db, late) == 1
    assert not late.exists(key)
    assert len(crawl.rows(doomed_object)) == 1  # for as long as more may arrive
    with crawl.records.db.write() as conn:
        conn.execute(update(doomed_object).values(doomed_at=datetime.now(UTC) - timedelta(seconds=3601)))
    delete_doomed(crawl.records.db, late)
    assert crawl.rows(doomed_object) == []


def test_a_late_put_never_stands_in_for_the_attempt_that_came_through(crawl: Crawl, tmp_path: Path) -> None:
    """The second attempt has a key of its own, so that what arrives under the first is nobody's."""
    late = Late(tmp_path / "objects")
    first = new_key(DIGEST)
    crawl.recorder.intend([first]).result(timeout=WAIT_S)
    with pytest.raises(ObjectsUnavailable):
        late.put_all({first: b"half of what it w"})
    crawl.recorder.give_up([first]).result(timeout=WAIT_S)
    assert [each.value for each in submit(crawl, put(crawl)).results] == ["stored"]
    late.arrives()
    assert sweep(crawl.records.db, late) == Swept(given_up=0, deleted=1, unfinished=0)
    (held,) = crawl.rows(picture)
    assert crawl.objects.get(held.object_key) == BODY
    with crawl.records.db.write() as conn:
        conn.execute(doomed_object.delete())


def test_a_run_that_another_process_has_reopened_records_nothing_more(crawl: Crawl) -> None:
    """As when the connection that held its lock broke, and the process did not."""
    page_id = crawl.new_page()
    crawl.record(page_id, samples.kept(page_id, 2))
    with crawl.records.db.write() as conn:
        conn.execute(update(run).values(holder="of another"))
    with pytest.raises(RunWasTaken):
        crawl.recorder.intend([new_key(DIGEST)]).result(timeout=WAIT_S)
    with pytest.raises(RunWasTaken):
        crawl.submit(page_id, kept_as(page_id, new_key(DIGEST), "a caption"))
    assert (len(crawl.rows(pair)), crawl.rows(object_intent)) == (1, [])


def test_what_a_reopened_run_left_said_is_given_up_and_what_it_says_now_is_not(crawl: Crawl) -> None:
    left = put(crawl)
    crawl.runs.finish(crawl.run.run_id, RunState.STOPPED)
    again = Runs(crawl.records.db, crawl.records.ledger)
    reopened = again.reopen(crawl.run.run_id)
    recorder = Recorder(crawl.records.db, crawl.records.ledger, crawl.checkpoints, crawl.records.keys, reopened)
    now = put(crawl, recorder)
    assert sweep(crawl.records.db, crawl.objects) == Swept(given_up=0, deleted=0, unfinished=0)
    recorder.close()
    again.finish(crawl.run.run_id, RunState.STOPPED)
    assert sweep(crawl.records.db, crawl.objects) == Swept(given_up=2, deleted=2, unfinished=0)
    assert not any(map(crawl.objects.exists, (left, now)))

"""An object is said before it is put, there before it is recorded, and gone again if nothing keeps it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from crawler import object_shelf
from crawler.object_shelf import ObjectGone, ObjectShelf
from storage.errors import ObjectsUnavailable
from storage.folder_objects import FolderStore
from storage.object_intents import intended
from storage.tables import doomed_object, object_intent
from tests.storage import samples
from tests.storage.one_crawl import Crawl, crawling

ONE, TWO = "1a" * 32, "2b" * 32


class Watched(FolderStore):
    """Notes what it is asked to put, and fails as often as it is told to: after the bytes have arrived, or before."""

    def __init__(self, folder: Path, crawl: Crawl) -> None:
        super().__init__(folder)
        self._crawl = crawl
        self.groups: list[list[str]] = []
        self.failures: list[str] = []
        self.said_before: list[bool] = []

    def put_all(self, objects: Mapping[str, bytes]) -> None:
        self.groups.append(sorted(objects))
        with self._crawl.records.db.read() as conn:
            self.said_before.append(intended(conn, list(objects)) == set(objects))
        failure = self.failures.pop() if self.failures else ""
        if failure != "before":
            super().put_all(objects)
        if failure:
            raise ObjectsUnavailable("the store is busy")


@dataclass(frozen=True, kw_only=True)
class Bench:
    crawl: Crawl
    store: Watched
    shelf: ObjectShelf
    pauses: list[float] = field(default_factory=list)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with crawling(tmp_path) as crawl, ThreadPoolExecutor(2) as threads:
        store = Watched(tmp_path / "objects", crawl)
        shelf = ObjectShelf(store, crawl.records.db, threads, crawl.recorder, attempts=3)
        found = Bench(crawl=crawl, store=store, shelf=shelf)

        def no_pause(attempt: int) -> float:
            found.pauses.append(attempt)
            return 0.0

        monkeypatch.setattr(object_shelf, "_pause_s", no_pause)
        yield found


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 20))


def left(bench: Bench) -> tuple[int, int, int]:
    """Return how many intents, doomed objects and objects there are."""
    rows = bench.crawl.rows(object_intent), bench.crawl.rows(doomed_object), [*bench.store.keys()]
    return len(rows[0]), len(rows[1]), len(rows[2])


def test_what_is_put_was_said_to_be_before(bench: Bench) -> None:
    async def test() -> None:
        key = await bench.shelf.put(ONE, b"abc")
        assert bench.store.get(key) == b"abc"

    run(test)
    assert bench.store.said_before == [True]
    assert left(bench) == (1, 0, 1)


def test_what_nothing_keeps_is_gone(bench: Bench) -> None:
    async def test() -> None:
        key = await bench.shelf.put(ONE, b"abc")
        assert await bench.shelf.holds(ONE)
        await bench.shelf.done_with(key, kept=False)
        assert not await bench.shelf.holds(ONE)

    run(test)
    assert left(bench) == (0, 0, 0)


def test_what_a_picture_has_stays_whatever_another_pair_says_of_it(bench: Bench) -> None:
    kept = samples.kept(bench.crawl.new_page(), 1)
    sha256 = kept.pair.facts.digests.sha256
    bench.crawl.record(kept.candidate.visit.page_id, kept)

    async def test() -> None:
        assert await bench.shelf.put(sha256, b"other bytes, which are not needed") == kept.object_key
        await bench.shelf.done_with(kept.object_key, kept=False)
        assert await bench.shelf.holds(sha256)

    run(test)
    assert bench.store.groups == []
    assert bench.crawl.objects.get(kept.object_key) == samples.bytes_of(1)


def test_what_is_put_at_once_goes_to_the_store_together(bench: Bench) -> None:
    async def test() -> None:
        keys = await asyncio.gather(*(bench.shelf.put(each, each.encode()) for each in (ONE, TWO)))
        await bench.shelf.put("3c" * 32, b"3")
        assert [sorted(keys)] == bench.store.groups[:1]
        assert [bench.store.get(key) for key in keys] == [ONE.encode(), TWO.encode()]

    run(test)
    assert [len(each) for each in bench.store.groups] == [2, 1]


def test_a_pair_whose_bytes_were_taken_back_is_not_put(bench: Bench) -> None:
    async def test() -> None:
        key = await bench.shelf.put(ONE, b"a")
        assert await bench.shelf.put(ONE, None) == key
        await bench.shelf.done_with(key, kept=False)
        assert bench.store.exists(key)  # the other one may still be recorded
        await bench.shelf.done_with(key, kept=False)
        with pytest.raises(ObjectGone):
            await bench.shelf.put(ONE, None)

    run(test)


@pytest.mark.parametrize("arrived", ["before", "after"])
def test_an_attempt_that_fails_is_given_up_with_its_keys_and_the_next_has_others(bench: Bench, arrived: str) -> None:
    bench.store.failures = [arrived, arrived]

    async def test() -> None:
        keys = await asyncio.gather(bench.shelf.put(ONE, b"1"), bench.shelf.put(TWO, b"2"))
        assert bench.store.groups[2] == sorted(keys)

    run(test)
    assert bench.pauses == [1, 2]
    assert len({key for group in bench.store.groups for key in group}) == 6
    bench.shelf.sweep()
    assert left(bench) == (2, 0, 2)


def test_the_last_attempt_that_fails_is_told_to_everybody_in_its_group(bench: Bench) -> None:
    bench.store.failures = ["after"] * 3

    async def test() -> None:
        told = await asyncio.gather(bench.shelf.put(ONE, b"1"), bench.shelf.put(TWO, b"2"), return_exceptions=True)
        assert [type(each) for each in told] == [ObjectsUnavailable] * 2
        assert bench.store.exists(await bench.shelf.put("3c" * 32, b"3"))

    run(test)
    bench.shelf.sweep()
    assert left(bench) == (1, 0, 1)


def test_bytes_that_are_put_while_they_are_being_given_up_are_there(bench: Bench) -> None:
    async def test() -> None:
        first = await bench.shelf.put(ONE, b"abc")
        given_up = asyncio.ensure_future(bench.shelf.done_with(first, kept=False))
        await asyncio.sleep(0)
        second = await bench.shelf.put(ONE, b"abc")
        await given_up
        assert (bench.store.exists(first), bench.store.exists(second)) == (False, True)

    run(test)


def test_what_fails_is_not_tried_again_once_the_run_is_to_end(bench: Bench) -> None:
    bench.store.failures = ["before"] * 2

    async def test() -> None:
        bench.shelf.lose_patience()
        for sha256 in (ONE, TWO):
            with pytest.raises(ObjectsUnavailable):
                await bench.shelf.put(sha256, b"1")

    run(test)
    assert len(bench.store.groups) == 1
    bench.shelf.sweep()
    assert left(bench) == (0, 2, 0)  # the next run deletes them


def test_what_does_not_fail_is_put_until_the_run_has_ended(bench: Bench) -> None:
    async def test() -> None:
        bench.shelf.lose_patience()
        assert bench.store.exists(await bench.shelf.put(ONE, b"1"))

    run(test)


def test_the_end_of_patience_cuts_a_pause_short(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def long_pause(attempt: int) -> float:
        asyncio.get_running_loop().call_soon(bench.shelf.lose_patience)
        return 3600.0

    monkeypatch.setattr(object_shelf, "_pause_s", long_pause)
    bench.store.failures = ["before"]

    async def test() -> None:
        with pytest.raises(ObjectsUnavailable):
            await bench.shelf.put(ONE, b"1")

    run(test)


@pytest.mark.parametrize("attempt", [1, 2, 5, 40])
def test_each_pause_is_longer_and_none_is_long(attempt: int) -> None:
    pauses = [object_shelf._pause_s(attempt) for _ in range(20)]
    assert len(set(pauses)) > 1
    assert all(min(30, 0.5 * 2 ** (attempt - 1)) / 2 <= each <= 30 for each in pauses)

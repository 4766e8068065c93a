"""An object is there before it is recorded, and gone again if nothing keeps it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import pytest

from crawler.object_shelf import ObjectGone, ObjectShelf
from storage.objects import FolderStore


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


class NewestFirst(Executor):
    """Does what waits when it is told to, in the order that threads may take just as well."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._waiting.append((future, lambda: fn(*args, **kwargs)))
        return future

    async def finish(self, *tasks: "asyncio.Task[None]") -> None:
        while not all(each.done() for each in tasks):
            for _ in range(10):
                await asyncio.sleep(0)
            while self._waiting:
                future, work = self._waiting.pop()
                future.set_result(work())


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 5))


@pytest.mark.parametrize(
    ("kept", "in_database", "stays"),
    [(True, True, True), (False, False, False), (False, True, True)],
    ids=["kept", "not kept", "kept by another pair"],
)
def test_only_what_something_keeps_stays(
    tmp_path: Path, threads: ThreadPoolExecutor, kept: bool, in_database: bool, stays: bool
) -> None:
    async def test() -> None:
        store = FolderStore(tmp_path)
        shelf = ObjectShelf(store, threads, lambda key: in_database)
        await shelf.put("ab/cd/abcd", b"abc")
        assert store.get("ab/cd/abcd") == b"abc"
        await shelf.done_with("ab/cd/abcd", kept=kept)
        assert await shelf.holds("ab/cd/abcd") is stays

    run(test)


def test_what_is_put_at_once_goes_to_the_store_together(tmp_path: Path, threads: ThreadPoolExecutor) -> None:
    class Counted(FolderStore):
        groups: ClassVar[list[list[str]]] = []

        def put_all(self, objects: Mapping[str, bytes]) -> None:
            self.groups.append(sorted(objects))
            super().put_all(objects)

    async def test() -> None:
        store = Counted(tmp_path)
        shelf = ObjectShelf(store, threads, lambda key: True)
        await asyncio.gather(*(shelf.put(key, key.encode()) for key in ("a/1", "a/2", "b/1")))
        await shelf.put("d/1", b"d")
        assert store.groups == [["a/1", "a/2", "b/1"], ["d/1"]]
        assert [store.get(key) for key in ("a/1", "a/2", "b/1", "d/1")] == [b"a/1", b"a/2", b"b/1", b"d"]

    run(test)


def test_a_pair_whose_bytes_were_taken_back_is_not_put(tmp_path: Path, threads: ThreadPoolExecutor) -> None:
    async def test() -> None:
        shelf = ObjectShelf(FolderStore(tmp_path), threads, lambda _: False)
        await shelf.put("a/1", b"a")
        await shelf.put("a/1", None)
        await shelf.done_with("a/1", kept=False)
        await shelf.done_with("a/1", kept=False)
        with pytest.raises(ObjectGone):
            await shelf.put("a/1", None)

    run(test)


def test_a_put_that_fails_is_told_to_everybody_in_its_group(tmp_path: Path, threads: ThreadPoolExecutor) -> None:
    async def test() -> None:
        (tmp_path / "a" / "1").mkdir(parents=True)
        shelf = ObjectShelf(FolderStore(tmp_path), threads, lambda key: True)
        told = await asyncio.gather(*(shelf.put(key, b"1") for key in ("a/1", "a/2")), return_exceptions=True)
        assert [type(each) for each in told] == [IsADirectoryError] * 2
        await shelf.put("a/3", b"3")

    run(test)


def test_bytes_that_another_page_is_about_to_record_stay(tmp_path: Path, threads: ThreadPoolExecutor) -> None:
    async def test() -> None:
        recorded: set[str] = set()
        shelf = ObjectShelf(FolderStore(tmp_path), threads, recorded.__contains__)
        await shelf.put("ab/cd/abcd", b"abc")
        await shelf.put("ab/cd/abcd", None)
        await shelf.done_with("ab/cd/abcd", kept=False)
        assert await shelf.holds("ab/cd/abcd")
        recorded.add("ab/cd/abcd")
        await shelf.done_with("ab/cd/abcd", kept=True)
        assert await shelf.holds("ab/cd/abcd")

    run(test)


def test_bytes_that_are_put_while_they_are_being_taken_back_are_there(tmp_path: Path) -> None:
    async def test() -> None:
        store, threads = FolderStore(tmp_path), NewestFirst()
        shelf = ObjectShelf(store, threads, lambda key: False)
        await threads.finish(asyncio.ensure_future(shelf.put("ab/cd/abcd", b"abc")))
        taken_back = asyncio.ensure_future(shelf.done_with("ab/cd/abcd", kept=False))
        await threads.finish(taken_back, asyncio.ensure_future(shelf.put("ab/cd/abcd", b"abc")))
        assert store.exists("ab/cd/abcd")
        await threads.finish(asyncio.ensure_future(shelf.done_with("ab/cd/abcd", kept=False)))
        assert not store.exists("ab/cd/abcd")

    run(test)

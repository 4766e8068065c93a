"""An object is there before it is recorded, and gone again if nothing keeps it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from crawler.object_shelf import ObjectShelf
from storage.objects import FolderStore


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


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

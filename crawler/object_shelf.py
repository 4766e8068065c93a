"""Put the bytes of clean pictures into the object store, and take back those that nothing keeps after all."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor

from storage.objects import ObjectStore


class ObjectShelf:
    """Every `put` is answered by one `done_with`. `is_kept` says whether the database has a picture with that key."""

    def __init__(self, objects: ObjectStore, threads: Executor, is_kept: Callable[[str], bool]) -> None:
        self._objects = objects
        self._threads = threads
        self._is_kept = is_kept
        self._using: Counter[str] = Counter()
        self._unwanted: set[str] = set()

    async def put(self, key: str, body: bytes | None) -> None:
        """Return once the bytes survive a power cut; without bytes the object is there already."""
        self._using[key] += 1
        await self._in_thread(self._put, key, body)

    async def holds(self, key: str) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._objects.exists, key)

    async def done_with(self, key: str, *, kept: bool) -> None:
        if not kept:
            self._unwanted.add(key)
        self._using[key] -= 1
        if self._using[key] == 0:
            del self._using[key]
            if key in self._unwanted:
                self._unwanted.discard(key)
                await self._in_thread(self._delete_unless_kept, key, None)

    def _put(self, key: str, body: bytes | None) -> None:
        if body is not None:  # even if it is there: another process may have been killed before it was durable
            self._objects.put(key, body)

    def _delete_unless_kept(self, key: str, _: bytes | None) -> None:
        if not self._is_kept(key):
            self._objects.delete(key)

    async def _in_thread(self, work: Callable[[str, bytes | None], None], key: str, body: bytes | None) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, work, key, body)

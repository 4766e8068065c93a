"""Put the bytes of clean pictures into the object store, and take back those that nothing keeps after all."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor

from crawler.turns import Turns
from storage.database import Database
from storage.doomed_objects import delete_doomed
from storage.objects import ObjectStore


class ObjectGone(RuntimeError):
    """A row without bytes would be worse than a run that breaks off and is resumed."""


class ObjectShelf:
    """Every `put` is answered by one `done_with`. `is_kept` says whether the database has a picture with that key.

    What is put at once, as the pairs of a page are, goes to the store together. But one key is either put or
    taken back: bytes that are put while they are being taken back would be gone when `put` returns.
    """

    def __init__(self, objects: ObjectStore, threads: Executor, is_kept: Callable[[str], bool]) -> None:
        self._objects = objects
        self._threads = threads
        self._is_kept = is_kept
        self._using: Counter[str] = Counter()
        self._unwanted: set[str] = set()
        self._turns = Turns(1)
        self._group: dict[str, bytes] = {}
        self._group_put: asyncio.Task[None] | None = None

    async def put(self, key: str, body: bytes | None) -> None:
        """Return once the bytes survive a power cut; without bytes the object has to be there already."""
        self._using[key] += 1
        async with self._turns.of(key):
            if body is not None:  # even if it is there: another process may have been killed before it was durable
                await self._put_in_group(key, body)
            elif not await self.holds(key):
                raise ObjectGone("the object of a pair that was to be stored was taken back meanwhile")

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
                async with self._turns.of(key):
                    await asyncio.get_running_loop().run_in_executor(self._threads, self._delete_unless_kept, key)

    def sweep(self, db: Database) -> None:
        """Delete what matches took back; call it once the run is over, when nothing is put any more."""
        delete_doomed(db, self._objects)

    async def _put_in_group(self, key: str, body: bytes) -> None:
        if not self._group or self._group_put is None:
            self._group_put = asyncio.get_running_loop().create_task(self._put_group())
        self._group[key] = body
        await asyncio.shield(self._group_put)

    async def _put_group(self) -> None:
        """Runs after all that asked in the same turn of the event loop."""
        group, self._group = self._group, {}
        await asyncio.get_running_loop().run_in_executor(self._threads, self._objects.put_all, group)

    def _delete_unless_kept(self, key: str) -> None:
        if not self._is_kept(key):
            self._objects.delete(key)

"""Put the bytes of clean pictures into the object store, and give up those that nothing keeps after all."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from crawler.stopping import Stopped, StopSign
from crawler.turns import Turns
from storage.database import Database
from storage.doomed_objects import delete_doomed
from storage.errors import ObjectsUnavailable
from storage.kept_pictures import keys_of
from storage.objects import ObjectStore, new_key
from storage.recorder import Recorder

_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 30.0
T = TypeVar("T")
_log = logging.getLogger(__name__)


class ObjectGone(RuntimeError):
    """A row without bytes would be worse than a run that breaks off and is resumed."""


class ObjectShelf:
    """Every `put` is answered by one `done_with`.

    Before bytes are put, the database says that they will be; what is put at once, as the pairs of a page are, is said
    and put together. An attempt that fails is given up with its keys: the next one has others.
    """

    def __init__(
        self,
        objects: ObjectStore,
        db: Database,
        threads: Executor,
        recorder: Recorder,
        *,
        attempts: int,
    ) -> None:
        self._objects = objects
        self._threads = threads
        self._recorder = recorder
        self._db = db
        self._attempts = attempts
        self._keys: dict[str, str] = {}
        """Of pictures that somebody is using now."""
        self._using: Counter[str] = Counter()
        self._turns = Turns(1)
        self._group: dict[str, bytes | None] = {}
        self._group_put: asyncio.Task[dict[str, str]] | None = None
        self._last_failure: ObjectsUnavailable | None = None
        self._out_of_patience = StopSign()

    async def put(self, sha256: str, body: bytes | None) -> str:
        """Return the object key once the bytes survive a power cut; without bytes they have to be there already."""
        async with self._turns.of(sha256):
            key = self._keys.get(sha256) or await self._key_in_group(sha256, body)
            if key is None:
                raise ObjectGone("the object of a pair that was to be stored was taken back meanwhile")
            self._keys[sha256] = key
            self._using[key] += 1
        return key

    async def holds(self, sha256: str) -> bool:
        return sha256 in self._keys or sha256 in await self._in_thread(keys_of, self._db, [sha256])

    async def done_with(self, key: str, *, kept: bool) -> None:
        """`kept` says that a picture has it; what none has is given up once nobody uses it any more."""
        self._using[key] -= 1
        if self._using[key] > 0:
            return
        del self._using[key]
        self._keys = {sha256: each for sha256, each in self._keys.items() if each != key}
        since = datetime.now(UTC)
        if not kept and await asyncio.wrap_future(self._recorder.give_up([key])) > 0:
            await self._in_thread(self.sweep, since)

    def sweep(self, since: datetime | None = None) -> None:
        """Delete what was given up or taken back; call it once the run is over, too.

        A store that failed when it was last asked is left alone then: the next run deletes.
        """
        if self._out_of_patience.is_raised and self._last_failure is not None:
            return
        try:
            delete_doomed(self._db, self._objects, since=since)
        except ObjectsUnavailable as error:
            _log.warning("could not delete what was given up: %s", str(error))

    def lose_patience(self) -> None:
        """Try nothing again from now on that has failed: the run is to end."""
        self._out_of_patience.raise_it("the run ends")

    async def _key_in_group(self, sha256: str, body: bytes | None) -> str | None:
        if not self._group or self._group_put is None:
            self._group_put = asyncio.get_running_loop().create_task(self._put_group())
        self._group[sha256] = body
        return (await asyncio.shield(self._group_put)).get(sha256)

    async def _put_group(self) -> dict[str, str]:
        """Runs after all that asked in the same turn of the event loop; returns the key of each picture that has one.

        What is held keeps its key; what is not, and has no bytes any more, has none.
        """
        group, self._group = self._group, {}
        held = await self._in_thread(keys_of, self._db, list(group))
        bodies = {sha256: body for sha256, body in group.items() if body is not None and sha256 not in held}
        return held | (await self._put_all(bodies) if bodies else {})

    async def _put_all(self, group: Mapping[str, bytes]) -> dict[str, str]:
        for attempt in range(1, self._attempts + 1):
            keys = {sha256: new_key(sha256) for sha256 in group}
            await asyncio.wrap_future(self._recorder.intend(keys.values()))
            try:
                await self._in_thread(self._attempt, {keys[sha256]: body for sha256, body in group.items()})
            except ObjectsUnavailable as error:
                await asyncio.wrap_future(self._recorder.give_up(list(keys.values())))
                _log.warning("attempt %d to store %d objects failed: %s", attempt, len(group), str(error))
                if attempt == self._attempts or not await self._waited(_pause_s(attempt)):
                    raise
            else:
                return keys
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, objects: Mapping[str, bytes]) -> None:
        if self._out_of_patience.is_raised and self._last_failure is not None:
            raise self._last_failure
        try:
            self._objects.put_all(objects)
        except ObjectsUnavailable as error:
            self._last_failure = error
            raise
        self._last_failure = None

    async def _waited(self, seconds: float) -> bool:
        """Return whether there is to be another attempt."""
        with suppress(Stopped):
            await self._out_of_patience.rest(seconds)
        return not self._out_of_patience.is_raised

    async def _in_thread(self, does: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, does, *arguments)


def _pause_s(attempt: int) -> float:
    """Double it each time, and spread it: all writers fail at the same moment."""
    longest = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** (attempt - 1))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - chance to part writers, and no secret

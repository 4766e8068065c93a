"""Keep the lineup at the gate epoch while a run goes on: tightened, never loosened."""

import asyncio
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import Protocol

from filters.decision import Lineup
from filters.lineup import Material, Thresholds, build_lineup


class Lists(Protocol):
    """Where the material comes from; called in a thread."""

    def epoch(self) -> int: ...

    def load(self, floor: Material | None) -> Material:
        """Return what the lists hold now, and everything that `floor` refuses too."""


class LineupWatch:
    """`lineup` is the one that counts now; whoever asks takes it once and uses it to the end of one decision."""

    def __init__(self, lists: Lists, names: tuple[str, ...], thresholds: Thresholds, threads: Executor) -> None:
        self._lists = lists
        self._names = names
        self._thresholds = thresholds
        self._threads = threads
        self._renewing = asyncio.Lock()
        self.material, self.lineup = self._built(None)

    async def watch(self, every_s: float = 1.0) -> None:
        while True:
            await asyncio.sleep(every_s)
            await self.renew()

    async def renew(self) -> Lineup:
        """Return the lineup of the epoch that the database is at, and of lists that are still fresh."""
        loop = asyncio.get_running_loop()
        async with self._renewing:
            epoch = await loop.run_in_executor(self._threads, self._lists.epoch)
            if epoch != self.lineup.epoch or self._has_become_stale():
                self.material, self.lineup = await loop.run_in_executor(self._threads, self._built, self.material)
        return self.lineup

    def _has_become_stale(self) -> bool:
        if self.material.hosts is not None and not self.material.hosts.is_whole:
            return True
        known = self.material.known
        if known is None:
            return False
        return not known.is_whole or (known.fresh_until is not None and known.fresh_until < datetime.now(UTC))

    def _built(self, floor: Material | None) -> tuple[Material, Lineup]:
        material = self._lists.load(floor)
        return material, build_lineup(self._names, self._thresholds, material)

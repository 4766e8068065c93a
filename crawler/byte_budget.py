"""Bound the bytes of pictures that a run holds at once."""

import asyncio
from collections import deque


class ByteBudget:
    """One budget for the run. Who wants bytes reserves the most they may become, and gives back what they did not."""

    def __init__(self, total_bytes: int) -> None:
        self._total = total_bytes
        self._free = total_bytes
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @property
    def used_bytes(self) -> int:
        return self._total - self._free

    async def reserve(self, size_bytes: int) -> "Ticket":
        """Wait, first come first served, until so many bytes are free; more than there are at all is all of them."""
        size_bytes = min(size_bytes, self._total)
        if self._waiting or size_bytes > self._free:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append((size_bytes, turn))
            try:
                await turn
            except asyncio.CancelledError:
                self._give_up(size_bytes, turn)
                raise
        else:
            self._free -= size_bytes
        return Ticket(self, size_bytes)

    def _give_up(self, size_bytes: int, turn: asyncio.Future[None]) -> None:
        if turn.done() and not turn.cancelled():
            self._give_back(size_bytes)  # it was granted in the same instant
            return
        self._waiting.remove((size_bytes, turn))
        self._give_back(0)

    def _give_back(self, size_bytes: int) -> None:
        self._free += size_bytes
        while self._waiting and self._waiting[0][0] <= self._free:
            wanted, turn = self._waiting.popleft()
            if not turn.done():
                self._free -= wanted
                turn.set_result(None)


class Ticket:
    """Bytes reserved for one picture. Each holder releases once; the bytes are free when the last has."""

    def __init__(self, budget: ByteBudget, size_bytes: int) -> None:
        self._budget = budget
        self._size = size_bytes
        self._holders = 1

    @property
    def holders(self) -> int:
        return self._holders

    def shrink(self, size_bytes: int) -> None:
        freed, self._size = self._size - size_bytes, size_bytes
        self._budget._give_back(freed)

    def grow(self, by_bytes: int) -> None:
        """Take more at once: who waits for bytes while it holds some could wait for itself."""
        self.shrink(self._size + by_bytes)

    def hold(self) -> None:
        self._holders += 1

    def release(self) -> None:
        if self._holders == 0:
            raise RuntimeError("a ticket was given back twice")
        self._holders -= 1
        if self._holders == 0:
            self.shrink(0)

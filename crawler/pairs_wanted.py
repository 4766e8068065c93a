"""Stop a run cleanly once it has stored as many pairs as were asked for, and not one more."""

import asyncio
from collections import deque
from collections.abc import Callable


class PairsWanted:
    """A pair takes its place before its share is committed, and gives it back if it was not stored after all.

    While all places are taken, others wait: `hurry` is called so that those who have a place learn at once whether they
    are stored. `enough` is called once, when the last place has led to a stored pair.
    """

    def __init__(self, wanted: int | None, *, enough: Callable[[], None], hurry: Callable[[], None]) -> None:
        self._wanted = wanted
        self._enough = enough
        self._hurry = hurry
        self._taken = 0
        self._stored = 0
        self._waiting: deque[asyncio.Future[bool]] = deque()
        self._ended = wanted == 0

    async def take(self) -> bool:
        """Return whether a place was had; False once there are enough, or the run stops."""
        if self._ended:
            return False
        if self._wanted is None or self._taken < self._wanted:
            self._taken += 1
            return True
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._hurry()
        return await turn

    def give_back(self) -> None:
        self._taken -= 1
        if self._waiting and not self._ended:
            self._taken += 1
            self._waiting.popleft().set_result(True)

    def stored(self) -> None:
        self._stored += 1
        if self._stored == self._wanted:
            self.end()
            self._enough()

    def end(self) -> None:
        """Let nobody wait any longer."""
        self._ended = True
        while self._waiting:
            self._waiting.popleft().set_result(False)

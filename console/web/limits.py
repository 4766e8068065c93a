"""Count how often somebody asks, and say how long they have to wait."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException

MOST: Final = 10_000
"""So many who ask are remembered; then those who have not asked for longest are forgotten."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """So many at once, and one more after so many seconds each."""

    at_once: int
    every_s: float


class Limit:
    """One bucket for each who asks: of each is held only when it will be full again."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._rate, self._clock, self._most = rate, clock, most
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, who: Hashable) -> float:
        """Return 0 if they may, else for how many seconds they may not; to have asked in vain costs nothing."""
        with self._lock:
            now = self._clock()
            full_at = max(self._full_at.get(who, now), now)
            wait_s = full_at - now - (self._rate.at_once - 1) * self._rate.every_s
            if wait_s > 0:
                return wait_s
            self._full_at[who] = full_at + self._rate.every_s
            self._full_at.move_to_end(who)
            if len(self._full_at) > self._most:
                self._full_at.popitem(last=False)
            return 0.0

    def require(self, who: Hashable) -> None:
        """Raise 429, which says when to come again."""
        if wait_s := self.take(who):
            raise too_many(wait_s)

    def __len__(self) -> int:
        return len(self._full_at)


def too_many(wait_s: float) -> HTTPException:
    seconds = math.ceil(wait_s)
    says = f"That was too often: come again in {seconds} s."
    return HTTPException(HTTPStatus.TOO_MANY_REQUESTS, says, headers={"Retry-After": str(seconds)})

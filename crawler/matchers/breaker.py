"""Ask a service that fails no more for a while, so that a crawl does not wait for it at each picture."""

import threading
import time
from collections.abc import Callable

FAILURES_IN_A_ROW = 5
REST_S = 30.0


class CircuitBreaker:
    """Open after so many failures in a row. After a rest one question is let through, and its answer decides.

    May be used by several threads. While it is open nothing is asked, and so nothing is kept.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until = 0.0

    def lets_through(self) -> bool:
        with self._lock:
            if self._failures < FAILURES_IN_A_ROW:
                return True
            if self._clock() < self._rests_until:
                return False
            self._rests_until = self._clock() + REST_S
            return True

    def answered(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_IN_A_ROW:
                self._rests_until = self._clock() + REST_S

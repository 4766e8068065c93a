"""Hold what waits for the recorder, up to a bound: whoever hands in more waits until there is room."""

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Intake(Generic[T]):
    """A queue that is bounded by the weight of what is in it; what is heavier than the bound goes in by itself."""

    most: int
    _waiting: deque[tuple[T, int]] = field(default_factory=deque)
    _weight: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def weight(self) -> int:
        return self._weight

    def put(self, item: T, weight: int) -> None:
        """Wait while the database is too slow for what is handed in; the order of those who wait is not kept."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting or self._weight + weight <= self.most)
            self._waiting.append((item, weight))
            self._weight += weight
            self._changed.notify_all()

    def get(self, timeout_s: float | None) -> T | None:
        """Take out what has waited longest; None if nothing has come in time."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._waiting, timeout_s):
                return None
            item, weight = self._waiting.popleft()
            self._weight -= weight
            self._changed.notify_all()
            return item

"""Stop a run cleanly once it has stored as many pairs as were asked for, and not one more."""

from collections.abc import Callable


class PairsWanted:
    """A pair takes its place before its share is committed, and gives it back if it was not stored after all."""

    def __init__(self, wanted: int | None, enough: Callable[[], None]) -> None:
        self._wanted = wanted
        self._enough = enough
        self._taken = 0
        self._stored = 0

    def take(self) -> bool:
        if self._wanted is not None and self._taken >= self._wanted:
            return False
        self._taken += 1
        return True

    def give_back(self) -> None:
        self._taken -= 1

    def stored(self) -> None:
        self._stored += 1
        if self._wanted is not None and self._stored == self._wanted:
            self._enough()

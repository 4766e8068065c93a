"""Let one process work on a run, and see whether one still does."""

from storage.database import Database
from storage.errors import RunIsHeld
from storage.locks import Lock


class RunLock:
    """The lock of one run, held until `release` or the end of the process."""

    def __init__(self, db: Database, run_id: str) -> None:
        self._locks = db.locks
        self._name = f"run-{run_id}"
        self._lock: Lock | None = None

    def take(self, held: str = "another process works on this run") -> None:
        """Raise `RunIsHeld`, which says `held`, if another one has it."""
        self._lock = self._locks.take(self._name)
        if self._lock is None:
            raise RunIsHeld(held)

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def is_held(self) -> bool:
        """Say whether any process, this one included, works on the run."""
        return self._locks.is_held(self._name)

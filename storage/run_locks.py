"""Let one process work on a run, and see whether one still does: the kernel frees locks when their process ends."""

import fcntl
import os
import time
from pathlib import Path

from storage.errors import RunIsHeld

_TRIES = 20
_PAUSE_S = 0.01
"""A look at the lock holds it for an instant, so one failure does not mean that someone works on the run."""


class RunLock:
    """The lock of one run, held until `release` or the end of the process."""

    def __init__(self, folder: Path, run_id: str) -> None:
        self._path = folder / f"run-{run_id}.lock"
        self._descriptor: int | None = None

    def take(self, held: str = "another process works on this run") -> None:
        """Raise `RunIsHeld`, which says `held`, if another one has it."""
        for _ in range(_TRIES):
            self._descriptor = locked(self._path, fcntl.LOCK_EX)
            if self._descriptor is not None:
                return
            time.sleep(_PAUSE_S)
        raise RunIsHeld(held)

    def release(self) -> None:
        if self._descriptor is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None

    def is_held(self) -> bool:
        """Say whether any process, this one included, works on the run."""
        if not self._path.exists():
            return False
        descriptor = locked(self._path, fcntl.LOCK_SH)
        if descriptor is None:
            return True
        os.close(descriptor)
        return False


class StoreLock:
    """Held together by all runs at work, because they put objects before the database knows of them."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "objects.lock"
        self._descriptor: int | None = None

    def take_together(self) -> None:
        """Wait until nobody has the store alone."""
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def take_alone(self) -> bool:
        """Say whether no run was at work; if so, none can start until `release`."""
        self._descriptor = locked(self._path, fcntl.LOCK_EX)
        return self._descriptor is not None

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def locked(path: Path, kind: int) -> int | None:
    """Return the open and locked file; None if someone else has it, or has just removed it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        if path.exists() and os.fstat(descriptor).st_ino == path.stat().st_ino:
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None

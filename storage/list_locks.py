"""Let one process at a time change a list: an import writes it in many transactions."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from storage.errors import StorageError
from storage.run_locks import locked

_PAUSE_S = 0.02
WAIT_S: Final = 10.0
"""Changes by hand take milliseconds, so the next one waits for its turn; an import of millions takes minutes."""


class ListIsHeld(StorageError):
    """Another process is changing the list."""


@contextmanager
def alone_with(folder: Path, name: str, *, wait_s: float = WAIT_S) -> Iterator[None]:
    """Hold the list until the block is left; the kernel frees it if the process ends before."""
    path = folder / f"list-{name}.lock"
    descriptor = _taken(path, time.monotonic() + wait_s)
    if descriptor is None:
        raise ListIsHeld(f"list {name} is being imported or changed by another process; try again when it is done")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _taken(path: Path, until_s: float) -> int | None:
    while (descriptor := locked(path, fcntl.LOCK_EX)) is None:
        if time.monotonic() >= until_s:
            return None
        time.sleep(_PAUSE_S)
    return descriptor

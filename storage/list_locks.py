"""Let one process at a time change a list: an import writes it in many transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from storage.database import Database
from storage.errors import StorageError
from storage.locks import Lock

WAIT_S: Final = 10.0
"""Changes by hand take milliseconds, so the next one waits for its turn; an import of millions takes minutes."""


class ListIsHeld(StorageError):
    """Another process is changing the list."""


@contextmanager
def alone_with(db: Database, name: str, *, wait_s: float = WAIT_S) -> Iterator[Lock]:
    """Hold the list until the block is left; it is free as soon as the process is gone."""
    lock = db.locks.take(f"list-{name}", wait_s=wait_s)
    if lock is None:
        raise ListIsHeld(f"list {name} is being imported or changed by another process; try again when it is done")
    try:
        yield lock
    finally:
        lock.release()

"""Let a few at a time work under one key, and remember a key no longer than somebody does."""

import asyncio
from weakref import WeakValueDictionary


class Turns:
    """`async with turns.of(key)`: at most `at_once` are inside for one key, and others do not wait for them.

    Who waits or works holds the key's semaphore, and nobody else does: a run meets more keys than it could keep.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._in_use: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    def __len__(self) -> int:
        """Return under how many keys somebody waits or works."""
        return len(self._in_use)

    def of(self, key: str) -> asyncio.Semaphore:
        return self._in_use.setdefault(key, asyncio.Semaphore(self._at_once))

"""Let every part of a crawl see that it is to stop."""

import asyncio


class Stopped(Exception):
    """The crawl stops before this was decided: leave it for the run's resumption."""


class StopSign:
    """Raised once, for good; `reason` is what the engine is told."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._resting: set[asyncio.Future[None]] = set()

    @property
    def is_raised(self) -> bool:
        return self.reason is not None

    def raise_it(self, reason: str) -> None:
        self.reason = self.reason or reason
        for each in self._resting:
            if not each.done():
                each.set_result(None)

    def check(self) -> None:
        if self.is_raised:
            raise Stopped(self.reason)

    async def rest(self, seconds: float) -> None:
        """Sleep, and raise `Stopped` as soon as the sign is raised."""
        self.check()
        raised: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._resting.add(raised)
        try:
            await asyncio.wait([raised], timeout=seconds)
        finally:
            self._resting.discard(raised)
        self.check()

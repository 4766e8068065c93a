"""Let every part of a crawl see that it is to stop."""


class Stopped(Exception):
    """The crawl stops before this was decided: leave it for the run's resumption."""


class StopSign:
    """Raised once, for good; `reason` is what the engine is told."""

    def __init__(self) -> None:
        self.reason: str | None = None

    @property
    def is_raised(self) -> bool:
        return self.reason is not None

    def raise_it(self, reason: str) -> None:
        self.reason = self.reason or reason

    def check(self) -> None:
        if self.is_raised:
            raise Stopped(self.reason)

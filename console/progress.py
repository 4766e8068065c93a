"""Tell how a crawl gets on, from the events of the crawling process."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from crawler.events import Progress

_WINDOW_S: Final = 30.0
"""Rates are of this long: a crawl that slows down shows it."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Where the crawl is to stop; None for no limit."""

    pages: int | None = None
    pairs: int | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a crawl is: the newest event, and those of the last half minute that rates are taken from."""

    limits: Limits = Limits()
    recent: tuple[tuple[float, Progress], ...] = ()
    now: Progress = field(default_factory=lambda: Progress(pages=0, pages_pending=0, candidates=0, stored=0))

    def after(self, event: Progress, at_s: float) -> "Standing":
        """Return the standing after an event that came at `at_s` of a clock that never goes back."""
        first_kept = next((i for i, (then, _) in enumerate(self.recent) if then >= at_s - _WINDOW_S), len(self.recent))
        return replace(self, now=event, recent=(*self.recent[first_kept:], (at_s, event)))

    @property
    def begun(self) -> bool:
        return self.now.pages + self.now.candidates > 0 or self.now.idle_s is not None

    def line(self) -> str:
        """Return all of it in one line, for a log."""
        return f"{self.counts()}, {self.pace()}"

    def counts(self) -> str:
        return ", ".join(
            (
                f"pages {self.now.pages} ({self.now.pages_pending} waiting)",
                f"pairs {self.now.candidates}",
                f"kept {self.now.stored}",
                f"refused {total(self.now.refused)}",
                f"unsure {total(self.now.unsure)}",
                f"failed {total(self.now.failed)}",
            )
        )

    def pace(self) -> str:
        if self.now.idle_s is not None:
            return (
                f"every page left was put off, by its host or after a failure; goes on in {duration(self.now.idle_s)}"
            )
        left = self.left_s()
        rate = f"{self.rate('candidates'):.1f} pairs/s"
        return rate if left is None else f"{rate}, about {duration(left)} left"

    def reasons(self) -> list[tuple[str, str, int]]:
        """Return (outcome, reason, count) of what was not kept, most frequent first."""
        counts = {"refused": self.now.refused, "unsure": self.now.unsure, "failed": self.now.failed}
        rows = [(outcome, reason, n) for outcome, by_reason in counts.items() for reason, n in by_reason.items()]
        return sorted(rows, key=lambda row: (-row[2], row[1]))

    def rate(self, what: str) -> float:
        """Return how many a second, over the last half minute."""
        if len(self.recent) < 2:
            return 0.0
        (since, old), (until, new) = self.recent[0], self.recent[-1]
        grown: float = getattr(new, what) - getattr(old, what)
        return grown / (until - since) if until > since else 0.0

    def left_s(self) -> float | None:
        """Return the seconds to the limit that comes first; None without a limit, or while nothing moves."""
        goals = (("pages", self.limits.pages), ("stored", self.limits.pairs))
        times = [
            max(0, goal - getattr(self.now, what)) / self.rate(what)
            for what, goal in goals
            if goal is not None and self.rate(what) > 0
        ]
        return min(times, default=None)


def total(counts: Mapping[str, int]) -> int:
    return sum(counts.values())


def duration(seconds: float) -> str:
    """Return a length of time as people say it: `45 s`, `3 min 20 s`, `2 h 05 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"

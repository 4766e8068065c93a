"""Count what a run has decided, for whoever watches it; the counts that last are in the database."""

from collections import Counter

from crawler.events import Progress
from filters.verdict import Outcome
from storage.recorder import BesideMatch, Entry, Failed, Kept, Match, Receipt, Refused, Result, Share
from storage.runs import RunSummary

_OVERRULED = {
    Result.DUPLICATE: "duplicate.pair",
    Result.FLOODED: "duplicate.image-caption-flood",
    Result.CAPTION_FLOODED: "duplicate.caption-flood",
    Result.TOMBSTONED: "withdrawn.tombstone",
}
"""Why a pair that was clean when it was judged was not stored after all."""


class RunCounts:
    """Begins with what a resumed run had decided before."""

    def __init__(self, before: RunSummary | None = None) -> None:
        self.pages = 0 if before is None else before.pages
        self.stored = 0 if before is None else before.stored
        self._refused = Counter({} if before is None else before.refused)
        self._unsure = Counter({} if before is None else before.unsure)
        self._failed = Counter({} if before is None else before.failed)

    def add(self, share: Share, receipt: Receipt) -> None:
        self.pages += receipt.page_done
        for entry, result in zip(share.entries, receipt.results, strict=True):
            if result is Result.STORED:
                self.stored += 1
            elif result not in (Result.ALREADY, Result.EPOCH_MOVED):
                self._add(entry, result)

    def progress(self, pages_pending: int, idle_s: float | None = None) -> Progress:
        not_stored = self._refused.total() + self._unsure.total() + self._failed.total()
        return Progress(
            pages=self.pages,
            pages_pending=pages_pending,
            candidates=self.stored + not_stored,
            stored=self.stored,
            refused=dict(self._refused),
            unsure=dict(self._unsure),
            failed=dict(self._failed),
            idle_s=idle_s,
        )

    def _add(self, entry: Entry, result: Result) -> None:
        match entry:
            case Failed():
                self._failed[entry.reason] += 1
            case Refused() | Match():
                decisive = entry.decision.decisive
                if decisive is not None:
                    counts = self._unsure if decisive.outcome is Outcome.UNSURE else self._refused
                    counts[str(decisive.reason)] += 1
            case BesideMatch():
                self._unsure["page.incident"] += 1
            case Kept():
                self._refused[_OVERRULED[result]] += 1

"""Record pairs through the recorder as a crawl does, and say what they cost until each is durable."""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from benchmarks.durable_rows import PAIRS_PER_PAGE, kept_on_page, page_url
from benchmarks.durable_stores import Place
from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.database import Database
from storage.frontier import NewPage
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.migrate import upgrade
from storage.objects import ObjectStore
from storage.recorder import Recorder
from storage.runs import Runs, RunState
from storage.shares import Kept, Receipt, Result, Share

_PAGES_OPEN: Final = 64
"""So many pages are on their way at once."""
_PICTURE: Final = os.urandom(62_000)
_MADE_AT_ONCE: Final = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """CPU time is that of this process and of the database's server."""

    pairs: int
    wall_s: float
    cpu_s: float

    @property
    def pairs_per_s(self) -> float:
        return self.pairs / self.wall_s

    @property
    def cpu_us(self) -> float:
        return self.cpu_s / self.pairs * 1e6


@contextmanager
def laid_down(place: Place) -> Iterator[Database]:
    upgrade(place.url, str(place.folder))
    db = Database.open(place.url, place.folder)
    try:
        yield db
    finally:
        db.close()


def crawl(db: Database, place: Place, pairs: int, objects: ObjectStore | None, *, seed: int) -> Cost:
    """Record so many pairs, those that are timed apart from making them; checkpoints are signed all the while."""
    keys = KeyRing.load(db.folder)
    ledger = Ledger(db, keys)
    runs = Runs(db, ledger)
    run = runs.start(
        spider="pages",
        arguments={},
        operator="benchmark",
        contact=None,
        settings={},
        revisions={},
        code_version="0",
        provisional=False,
    )
    recorder = Recorder(db, ledger, Checkpoints(db.folder / CHECKPOINTS_FILE, keys), keys, run)
    spent = [
        _record(recorder, place, objects, shares)
        for shares in _shares(recorder, pairs // PAIRS_PER_PAGE, run.epoch, seed)
    ]
    recorder.close()
    runs.finish(run.run_id, RunState.FINISHED)
    wall, cpu = (sum(each) for each in zip(*spent, strict=True))
    return Cost(pairs=pairs, wall_s=wall, cpu_s=cpu)


def _shares(recorder: Recorder, pages: int, epoch: int, seed: int) -> Iterator[list[Share]]:
    for first in range(0, pages, _MADE_AT_ONCE // PAIRS_PER_PAGE):
        numbers = range(first, min(pages, first + _MADE_AT_ONCE // PAIRS_PER_PAGE))
        found = [NewPage(url=page_url(each + seed * 1_000_000), depth=1, seed="benchmark") for each in numbers]
        recorder.submit_pages(found).result()
        leased = recorder.lease_pages(len(found)).result()
        yield [
            Share(
                page_id=page.page_id,
                entries=tuple(kept_on_page(page.page_id, number + seed * 1_000_000, epoch, seed)),
                last=True,
            )
            for page, number in zip(leased, numbers, strict=True)
        ]


def _record(
    recorder: Recorder, place: Place, objects: ObjectStore | None, shares: Sequence[Share]
) -> tuple[float, float]:
    """Return wall and CPU seconds from the first intent until the last pair is durable."""
    wall, cpu = time.perf_counter(), place.cpu_s()
    with ThreadPoolExecutor(_PAGES_OPEN) as pages:
        receipts = list(pages.map(lambda share: _record_page(recorder, objects, share), shares))
    if {each for receipt in receipts for each in receipt.results} != {Result.STORED}:
        raise RuntimeError("not all pairs were stored")
    return time.perf_counter() - wall, place.cpu_s() - cpu


def _record_page(recorder: Recorder, objects: ObjectStore | None, share: Share) -> Receipt:
    """Say what will be put, put it, and hand the page in, each once the step before is durable."""
    keys = [each.object_key for each in share.entries if isinstance(each, Kept)]
    recorder.intend(keys).result()
    if objects is not None:
        objects.put_all({each: _PICTURE + each.encode() for each in keys})
    return recorder.submit(share).result()

"""Hold everything that one run works with, for the pipeline, the spiders and the scheduler."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Self

from scrapy.settings import BaseSettings

from crawler.canaries import Canaries
from crawler.extracted import Extracted, Sitemap
from crawler.hearing import Hearing
from crawler.inspection import Inspection
from crawler.lineup_watch import LineupWatch
from crawler.matchers.remote_matchers import RemoteMatchers
from crawler.object_shelf import ObjectShelf
from crawler.pace import Pace
from crawler.page_book import PageBook
from crawler.page_queue import PageQueue
from crawler.pairs_wanted import PairsWanted
from crawler.pictures import Pictures
from crawler.retry import Retries
from crawler.run_counts import RunCounts
from crawler.run_models import scorers_of
from crawler.run_plan import RunPlan
from crawler.scoring import Scoring
from crawler.shadows import Shadows
from crawler.stopping import StopSign
from crawler.success import Success
from crawler.suspension import Suspension
from crawler.worker_tasks import (
    DrawRequest,
    ExtractRequest,
    Inspected,
    InspectRequest,
    Scored,
    ScoreRequest,
    SitemapRequest,
)
from crawler.workers import WorkerPool, cores
from filters.candidate import Candidate
from storage.database import Database
from storage.drafts import sighting_keys
from storage.frontier import Frontier
from storage.keys import KeyRing
from storage.recorder import Recorder
from storage.runs import Run, Runs


@dataclass(kw_only=True, eq=False)
class Workers:
    """The worker processes of a run; each pool starts its own when first asked."""

    inspect: WorkerPool[InspectRequest, Inspected]
    extract: WorkerPool[ExtractRequest, Extracted]
    sitemap: WorkerPool[SitemapRequest, Sitemap]
    draw: WorkerPool[DrawRequest, bytes]
    score: WorkerPool[ScoreRequest, Scored]

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        memory_bytes = settings.getint("WORKER_MEMORY_BYTES")
        page_timeout_s = settings.getfloat("PAGE_TIMEOUT_S")
        inspectors = settings.getint("INSPECTION_WORKERS") or cores()
        extractors = settings.getint("EXTRACTION_WORKERS")
        inspection_timeout_s = settings.getfloat("INSPECTION_TIMEOUT_S")
        return cls(
            inspect=WorkerPool("inspect", size=inspectors, timeout_s=inspection_timeout_s, memory_bytes=memory_bytes),
            extract=WorkerPool("extract", size=extractors, timeout_s=page_timeout_s, memory_bytes=memory_bytes),
            sitemap=WorkerPool("sitemap", size=1, timeout_s=page_timeout_s * 4, memory_bytes=memory_bytes),
            draw=WorkerPool("draw", size=min(2, inspectors), timeout_s=inspection_timeout_s, memory_bytes=memory_bytes),
            score=scorers_of(settings),
        )

    def close(self) -> None:
        for pool in (self.inspect, self.extract, self.sitemap, self.draw, self.score):
            pool.close()


@dataclass(kw_only=True, eq=False)
class OpenRun:
    """A run between its opening and its end; `crawler.run_extension` does both."""

    run: Run
    plan: RunPlan
    public: bool
    db: Database
    keys: KeyRing
    runs: Runs
    frontier: Frontier
    recorder: Recorder
    watch: LineupWatch
    counts: RunCounts
    stop: StopSign
    pace: Pace
    retries: Retries
    success: Success
    suspension: Suspension
    workers: Workers
    scoring: Scoring
    shelf: ObjectShelf
    queue: PageQueue
    book: PageBook
    pictures: Pictures
    hearing: Hearing
    inspection: Inspection
    canaries: Canaries
    matchers: RemoteMatchers
    pairs_wanted: PairsWanted
    shadows: Shadows
    judging: Executor
    close_threads: Callable[[], None]

    def keys_of(self, candidate: Candidate) -> tuple[str, str]:
        """Return the HMACs that tell candidates of a page apart: of the picture's URL, and of the text."""
        return sighting_keys(self.keys, candidate)

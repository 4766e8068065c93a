"""Put together what a run works with: each part is made once, when another one first needs it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler.byte_budget import ByteBudget
from crawler.canaries import Canaries, looking_only
from crawler.canary_web import CanaryWeb
from crawler.consent_documents import ConsentDocuments
from crawler.desk import RunDesk
from crawler.fetcher import Fetcher, FetchLimits
from crawler.ground import Ground, objects_of
from crawler.hearing import Hearing
from crawler.inspection import Inspection, Matchers
from crawler.lineup_watch import LineupWatch
from crawler.matchers.nobody import Nobody
from crawler.matchers.remote_matchers import RemoteMatchers
from crawler.network_gate import is_inside
from crawler.object_shelf import ObjectShelf
from crawler.open_run import OpenRun, Workers
from crawler.origins import Origins
from crawler.own_requests import OwnRequests
from crawler.pace import Pace, PaceLimits
from crawler.page_book import PageBook
from crawler.page_queue import PageQueue, QueueLimits
from crawler.pairs_wanted import PairsWanted
from crawler.pictures import Pictures
from crawler.readiness import networks_of
from crawler.retry import Retries
from crawler.run_counts import RunCounts
from crawler.run_plan import RunPlan
from crawler.scoring import Scoring
from crawler.shadows import Shadows, share_of
from crawler.stopping import StopSign
from crawler.success import Success, SuccessLimits
from crawler.suspension import Suspension
from filters.decision import Lineup
from filters.thresholds import Thresholds
from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.frontier import Frontier, PageState
from storage.objects import ObjectStore
from storage.recorder import Recorder
from storage.runs import Run, RunSummary

Download: TypeAlias = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """What the opened run calls back."""

    download: Download
    enough: Callable[[], None]
    broke_off: Callable[[BaseException], None]
    collapsed: Callable[[str], None]


@dataclass(kw_only=True, eq=False)
class Assembly:
    """The parts of one run."""

    ground: Ground
    plan: RunPlan
    settings: BaseSettings
    hooks: Hooks
    watch: LineupWatch
    matchers: RemoteMatchers
    run: Run
    public: bool
    workers: Workers
    scoring: Scoring

    def put_together(self) -> OpenRun:
        self.frontier.release_leases()
        return OpenRun(
            run=self.run,
            plan=self.plan,
            public=self.public,
            db=self.ground.db,
            keys=self.ground.keys,
            runs=self.ground.runs,
            frontier=self.frontier,
            recorder=self.recorder,
            watch=self.watch,
            counts=self.counts,
            stop=self.stop,
            pace=self.pace,
            retries=self.retries,
            success=Success(SuccessLimits.from_settings(self.settings), self.hooks.collapsed),
            suspension=self.suspension,
            workers=self.workers,
            scoring=self.scoring,
            shelf=self.shelf,
            queue=self.queue,
            book=self.book,
            pictures=self.pictures,
            hearing=self.hearing,
            inspection=self.inspection,
            canaries=self.canaries,
            matchers=self.matchers,
            pairs_wanted=self.pairs_wanted,
            shadows=Shadows(self.ground.keys, share_of(self.settings.get("SHADOW_SHARE"))),
            judging=self.ground.judging,
            close_threads=self.ground.close,
        )

    @cached_property
    def stop(self) -> StopSign:
        return StopSign()

    @cached_property
    def frontier(self) -> Frontier:
        return Frontier(self.ground.db, self.run.run_id)

    @cached_property
    def before(self) -> RunSummary:
        """What a run that is gone on with had counted."""
        return self.ground.runs.show(self.run.run_id)

    @cached_property
    def counts(self) -> RunCounts:
        return RunCounts(self.before)

    @cached_property
    def retries(self) -> Retries:
        return Retries.from_settings(self.settings, is_inside)

    @cached_property
    def pace(self) -> Pace:
        return Pace(PaceLimits.from_settings(self.settings), self.retries.first)

    @cached_property
    def recorder(self) -> Recorder:
        return Recorder(
            self.ground.db,
            self.ground.ledger,
            Checkpoints(self.ground.db.folder / CHECKPOINTS_FILE, self.ground.keys),
            self.ground.keys,
            self.run,
            incident_public_key=self.settings.get("INCIDENT_PUBLIC_KEY") or None,
            incident_due_days=self.settings.getint("INCIDENT_DUE_DAYS"),
            max_captions_per_image=self.settings.getint("MAX_CAPTIONS_PER_IMAGE"),
            max_pictures_per_caption=self.settings.getint("MAX_PICTURES_PER_CAPTION"),
            objects=self.objects,
        )

    @cached_property
    def objects(self) -> ObjectStore:
        return objects_of(self.settings)

    @cached_property
    def queue(self) -> PageQueue:
        pages = self.frontier.counts()
        return PageQueue(
            self.recorder,
            QueueLimits(max_open=self.settings.getint("MAX_OPEN_PAGES"), max_pages=self.plan.spec.max_pages),
            pending=pages[PageState.PENDING],
            handed_out=pages[PageState.DONE] + pages[PageState.FAILED],
            leaves_out=self.suspension.leaves_out,
        )

    @cached_property
    def suspension(self) -> Suspension:
        return Suspension(self.recorder, self.settings.getint("INCIDENT_HOST_LIMIT"))

    @cached_property
    def shelf(self) -> ObjectShelf:
        return ObjectShelf(
            self.objects,
            self.ground.db,
            self.ground.threads,
            self.recorder,
            attempts=self.settings.getint("OBJECTS_ATTEMPTS"),
        )

    @cached_property
    def documents(self) -> ConsentDocuments:
        return ConsentDocuments()

    @cached_property
    def book(self) -> PageBook:
        """A page may hold half of its part of all bytes, and fewer pairs than Scrapy lets a page have under way."""
        desk = RunDesk(
            recorder=self.recorder,
            documents=self.documents,
            shelf=self.shelf,
            watch=self.watch,
            judging=self.ground.judging,
            queue=self.queue,
            counts=self.counts,
            suspension=self.suspension,
            broke_off=self.hooks.broke_off,
        )
        per_page = self.settings.getint("BYTES_IN_FLIGHT") // (2 * self.settings.getint("MAX_OPEN_PAGES"))
        return PageBook(desk, hold_bytes=per_page, hold_entries=self.settings.getint("CONCURRENT_ITEMS") * 2 // 5)

    @cached_property
    def pictures(self) -> Pictures:
        budget = ByteBudget(self.settings.getint("BYTES_IN_FLIGHT"))
        limits = FetchLimits.from_settings(self.settings)
        fetcher = Fetcher(self.hooks.download, budget, self.stop, limits, self.retries, self.hearing.origins.ask_ahead)
        return Pictures(fetcher.fetch, lambda url: self.ground.keys.hmac("image", url))

    @cached_property
    def hearing(self) -> Hearing:
        agent = str(self.settings["ROBOTSTXT_USER_AGENT"])
        own = OwnRequests(self.hooks.download, self.stop, timeout_s=self.settings.getfloat("DOWNLOAD_TIMEOUT"))
        origins = Origins(
            own.get,
            self.documents,
            agent=agent,
            protocols=self.settings.getlist("CONSENT_PROTOCOLS"),
            ai_tokens=self.settings.getlist("AI_TOKENS"),
            heed=self.pace.heed,
        )
        return Hearing(origins=origins, documents=self.documents, agent=agent)

    @cached_property
    def canaries(self) -> Canaries:
        """They have bytes of their own to wait for, so that pictures which wait for them hold none of theirs."""
        web = CanaryWeb(self.workers.draw.run, networks_of(self.settings))
        limits = FetchLimits.from_settings(self.settings)
        budget = ByteBudget(limits.most_bytes * limits.in_flight)
        fetcher = Fetcher(web.download, budget, self.stop, limits, self.retries, web.ask_ahead)
        inspection = self._inspection(lambda: looking_only(self.watch.lineup), Nobody(), None)
        return Canaries(self.plan.spec.canaries or 0, Pictures(fetcher.fetch, str), inspection.judge)

    @cached_property
    def inspection(self) -> Inspection:
        return self._inspection(lambda: self.watch.lineup, self.matchers, self.scoring)

    def _inspection(self, lineup: Callable[[], Lineup], matchers: Matchers, scoring: Scoring | None) -> Inspection:
        return Inspection(
            lineup,
            self.workers.inspect,
            self.ground.judging,
            self.stop,
            matchers,
            scoring,
            max_pixels=self.settings.getint("IMAGE_MAX_PIXELS"),
            max_frames=self.settings.getint("IMAGE_MAX_FRAMES"),
            private_metadata=Thresholds.from_settings(self.settings).private_metadata,
        )

    @cached_property
    def pairs_wanted(self) -> PairsWanted:
        most = self.plan.spec.max_pairs
        wanted = None if most is None else max(0, most - self.before.stored)
        if wanted == 0:
            self.queue.stop()
        return PairsWanted(wanted, enough=self.hooks.enough, hurry=self.book.hurry)

"""Open a run: see that everything is ready, then put together what it works with."""

import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import msgspec
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler import readiness
from crawler.byte_budget import ByteBudget
from crawler.consent_documents import ConsentDocuments
from crawler.deciding_settings import deciding, require_those_of
from crawler.desk import RunDesk
from crawler.fetcher import Fetcher, FetchLimits
from crawler.hearing import Hearing
from crawler.inspection import Inspection
from crawler.launch_spec import LaunchSpec
from crawler.lineup_watch import LineupWatch
from crawler.network_gate import installed_resolver, is_inside
from crawler.object_shelf import ObjectShelf
from crawler.open_run import OpenRun, Workers
from crawler.origins import Origins
from crawler.own_requests import OwnRequests
from crawler.pace import Pace, PaceLimits
from crawler.page_book import PageBook
from crawler.page_queue import PageQueue, QueueLimits
from crawler.pairs_wanted import PairsWanted
from crawler.pictures import Pictures
from crawler.retry import Retries
from crawler.run_counts import RunCounts
from crawler.run_lists import RunLists
from crawler.run_plan import RunPlan, plan_of
from crawler.stopping import StopSign
from crawler.success import Success, SuccessLimits
from crawler.user_agent import code_version
from crawler.workers import WorkerPool
from filters.domain_blocklist import DomainBlocklist
from filters.lineup import BadSetting, Thresholds, UnknownFilter
from filters.verdict import Outcome, Verdict
from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.database import Database
from storage.errors import NotReady
from storage.frontier import Frontier, PageState
from storage.incidents import require_public_key
from storage.kept_objects import is_kept
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.objects import open_objects
from storage.operators import login_name
from storage.recorder import Recorder
from storage.runs import Run, Runs
from storage.unfinished import delete_unfinished

Download = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """What the opened run calls back."""

    download: Download
    enough: Callable[[], None]
    broke_off: Callable[[BaseException], None]
    collapsed: Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a run stands on."""

    db: Database
    keys: KeyRing
    ledger: Ledger
    runs: Runs
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, "storage"))
    judging: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "judging"))

    @classmethod
    def lay(cls, database_url: str) -> "Ground":
        db = Database.open(database_url)
        db.require_migrated()
        keys = KeyRing.load(db.folder)
        ledger = Ledger(db, keys)
        return cls(db=db, keys=keys, ledger=ledger, runs=Runs(db, ledger))

    def close(self) -> None:
        self.threads.shutdown()
        self.judging.shutdown()
        self.db.close()


def with_its_spider(spec: LaunchSpec, database_url: str) -> LaunchSpec:
    """Scrapy makes the spider before the run is opened: take that of the run that is gone on with or retried."""
    earlier = spec.resume or spec.retry
    if earlier is None:
        return spec
    ground = Ground.lay(database_url)
    try:
        return replace(spec, spider=ground.runs.show(earlier).spider)
    finally:
        ground.close()


def open_run(spec: LaunchSpec, settings: BaseSettings, hooks: Hooks) -> OpenRun:
    """Raise `NotReady`, which says what to type next, before anything of the run is written."""
    readiness.require_safe_settings(settings)
    readiness.require_guarded_resolver()
    ground = Ground.lay(settings["DATABASE_URL"])
    try:
        return _opened(ground, spec, settings, hooks)
    except BaseException:
        ground.close()
        raise


def _opened(ground: Ground, spec: LaunchSpec, settings: BaseSettings, hooks: Hooks) -> OpenRun:
    plan = plan_of(spec, ground.db, ground.runs)
    public = readiness.is_public(plan.spec.seeds, readiness.networks_of(settings))
    readiness.require_contact(settings, public=public)
    require_public_key(_incident_public_key(settings))
    watch = _watch(ground, plan, settings)
    if plan.spec.resume is not None:
        require_those_of(ground.runs.show(plan.spec.resume), settings)
    readiness.require_lists(watch.material, public=public, provisional=plan.spec.provisional)
    delete_unfinished(ground.db, open_objects(settings["OBJECTS_URL"]))
    run = _run(ground, plan, settings, watch)
    return _put_together(ground, plan, settings, hooks, watch, run, public=public)


def _watch(ground: Ground, plan: RunPlan, settings: BaseSettings) -> LineupWatch:
    lists = RunLists(
        db=ground.db,
        networks=tuple(settings.getlist("ALLOW_NETWORKS")),
        provisional=plan.spec.provisional,
        max_age=readiness.max_age_of(settings),
    )
    try:
        thresholds = Thresholds.from_settings(settings)
        return LineupWatch(lists, tuple(settings.getlist("LINEUP")), thresholds, ground.threads)
    except (BadSetting, UnknownFilter) as error:
        raise NotReady(str(error)) from None


def _run(ground: Ground, plan: RunPlan, settings: BaseSettings, watch: LineupWatch) -> Run:
    if plan.spec.resume is not None:
        return ground.runs.reopen(plan.spec.resume)
    asked_for = msgspec.to_builtins(plan.spec)
    return ground.runs.start(
        spider=plan.spec.spider,
        arguments={name: asked_for[name] for name in asked_for if name not in ("settings", "log_file")},
        operator=login_name(),
        contact=settings.get("CONTACT_URL"),
        settings=deciding(settings),
        revisions={each.name: each.revision for each in watch.lineup.filters},
        code_version=code_version(),
        provisional=plan.spec.provisional,
    )


def _put_together(
    ground: Ground, plan: RunPlan, settings: BaseSettings, hooks: Hooks, watch: LineupWatch, run: Run, *, public: bool
) -> OpenRun:
    _block_addresses(watch)
    frontier = Frontier(ground.db, run.run_id)
    frontier.release_leases()
    before = ground.runs.show(run.run_id)
    pages = frontier.counts()
    stop = StopSign()
    counts = RunCounts(before)
    budget = ByteBudget(settings.getint("BYTES_IN_FLIGHT"))
    recorder = _recorder(ground, run, settings)
    limits = QueueLimits(max_open=settings.getint("MAX_OPEN_PAGES"), max_pages=plan.spec.max_pages)
    queue = PageQueue(
        recorder,
        limits,
        pending=pages[PageState.PENDING],
        handed_out=pages[PageState.DONE] + pages[PageState.FAILED],
    )
    shelf = ObjectShelf(open_objects(settings["OBJECTS_URL"]), ground.threads, lambda key: is_kept(ground.db, key))
    documents = ConsentDocuments()
    desk = RunDesk(
        recorder=recorder,
        documents=documents,
        shelf=shelf,
        watch=watch,
        judging=ground.judging,
        queue=queue,
        counts=counts,
        broke_off=hooks.broke_off,
    )
    workers = _workers(settings)
    retries = Retries.from_settings(settings, is_inside)
    fetcher = Fetcher(hooks.download, budget, stop, FetchLimits.from_settings(settings), retries)
    book = _book(desk, settings)
    wanted = None if plan.spec.max_pairs is None else max(0, plan.spec.max_pairs - before.stored)
    if wanted == 0:
        queue.stop()
    return OpenRun(
        run=run,
        plan=plan,
        public=public,
        db=ground.db,
        keys=ground.keys,
        runs=ground.runs,
        frontier=frontier,
        recorder=recorder,
        watch=watch,
        counts=counts,
        stop=stop,
        pace=Pace(PaceLimits.from_settings(settings), retries.first),
        retries=retries,
        success=Success(SuccessLimits.from_settings(settings), hooks.collapsed),
        workers=workers,
        shelf=shelf,
        queue=queue,
        book=book,
        pictures=Pictures(fetcher.fetch, lambda url: ground.keys.hmac("image", url)),
        hearing=_hearing(hooks, settings, documents, stop),
        inspection=Inspection(
            lambda: watch.lineup,
            workers.inspect,
            ground.judging,
            stop,
            max_pixels=settings.getint("IMAGE_MAX_PIXELS"),
            max_frames=settings.getint("IMAGE_MAX_FRAMES"),
        ),
        pairs_wanted=PairsWanted(wanted, enough=hooks.enough, hurry=book.hurry),
        close_threads=ground.close,
    )


def _block_addresses(watch: LineupWatch) -> None:
    """Have the resolver ask the lists of the moment, before any connection is made."""

    def blocked(address: str) -> Verdict | None:
        said = (each.judge_resolved(address) for each in watch.lineup.filters if isinstance(each, DomainBlocklist))
        return next((each for each in said if each.outcome is not Outcome.CLEAN), None)

    if (resolver := installed_resolver()) is not None:
        resolver.blocked = blocked


def _recorder(ground: Ground, run: Run, settings: BaseSettings) -> Recorder:
    checkpoints = Checkpoints(ground.db.folder / CHECKPOINTS_FILE, ground.keys)
    return Recorder(
        ground.db,
        ground.ledger,
        checkpoints,
        ground.keys,
        run.run_id,
        run.settings_digest,
        incident_public_key=_incident_public_key(settings),
        max_captions_per_image=settings.getint("MAX_CAPTIONS_PER_IMAGE"),
    )


def _hearing(hooks: Hooks, settings: BaseSettings, documents: ConsentDocuments, stop: StopSign) -> Hearing:
    agent = str(settings["ROBOTSTXT_USER_AGENT"])
    own = OwnRequests(hooks.download, stop, timeout_s=settings.getfloat("DOWNLOAD_TIMEOUT"))
    origins = Origins(
        own.get,
        documents,
        agent=agent,
        protocols=settings.getlist("CONSENT_PROTOCOLS"),
        ai_tokens=settings.getlist("AI_TOKENS"),
    )
    return Hearing(origins=origins, documents=documents, agent=agent)


def _incident_public_key(settings: BaseSettings) -> str | None:
    return settings.get("INCIDENT_PUBLIC_KEY") or None


def _book(desk: RunDesk, settings: BaseSettings) -> PageBook:
    """A page may hold back half of its part of all bytes, and fewer pairs than Scrapy lets a page have under way."""
    per_page = settings.getint("BYTES_IN_FLIGHT") // (2 * settings.getint("MAX_OPEN_PAGES"))
    return PageBook(desk, hold_bytes=per_page, hold_entries=settings.getint("CONCURRENT_ITEMS") * 2 // 5)


def _workers(settings: BaseSettings) -> Workers:
    memory_bytes = settings.getint("WORKER_MEMORY_BYTES")
    page_timeout_s = settings.getfloat("PAGE_TIMEOUT_S")
    inspectors = settings.getint("INSPECTION_WORKERS") or os.cpu_count() or 1
    extractors = settings.getint("EXTRACTION_WORKERS")
    inspection_timeout_s = settings.getfloat("INSPECTION_TIMEOUT_S")
    return Workers(
        inspect=WorkerPool("inspect", size=inspectors, timeout_s=inspection_timeout_s, memory_bytes=memory_bytes),
        extract=WorkerPool("extract", size=extractors, timeout_s=page_timeout_s, memory_bytes=memory_bytes),
        sitemap=WorkerPool("sitemap", size=1, timeout_s=page_timeout_s * 4, memory_bytes=memory_bytes),
    )

"""Open the run before anything is crawled, tell how it goes, and end it in order."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, Self

import msgspec
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.python import global_object_name
from twisted.python.failure import Failure

from crawler import readiness
from crawler.assembly import Hooks
from crawler.events import Failed, Finished, Silence, Started, Warned
from crawler.frontier_spider import FrontierSpider
from crawler.items import candidate_of
from crawler.json_log import name_run
from crawler.log_format import keep_quiet
from crawler.open_run import OpenRun
from crawler.opening import open_run
from crawler.run_models import warnings_of
from crawler.stop_downloads import stop_downloads
from crawler.workers import WorkerDied, WorkerNotStarted
from storage.canary_results import save_canary_results
from storage.errors import NotReady, StorageError
from storage.runs import RunState

PROGRESS_EVERY_S = 0.5


class RunExtension:
    """Scrapy builds extensions before middlewares, scheduler and pipeline, which all find the run through this one."""

    def __init__(self, crawler: Crawler, spider: FrontierSpider) -> None:
        self._crawler = crawler
        self._teller = spider.teller
        self._background: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Task[None] | None = None
        self._canaries: asyncio.Task[None] | None = None
        self._trouble: str | None = None
        hooks = Hooks(
            download=self._download,
            enough=self._enough,
            broke_off=self._share_failed,
            collapsed=self.break_off,
        )
        self.run: OpenRun = open_run(spider.spec, crawler.settings, hooks)
        name_run(crawler.settings, self.run.run.run_id)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        keep_quiet()
        if not isinstance(crawler.spider, FrontierSpider):
            raise TypeError("only spiders of the frontier can be run: their pages are durable")
        try:
            extension = cls(crawler, crawler.spider)
        except NotReady as error:
            if isinstance(crawler.spider.teller, Silence):
                _say_aloud(str(error))
                raise SystemExit(3) from None
            raise
        for handler, signal in (
            (extension.started, signals.engine_started),
            (extension.item_ended, signals.item_scraped),
            (extension.item_ended, signals.item_dropped),
            (extension.item_failed, signals.item_error),
            (extension.spider_failed, signals.spider_error),
            (extension.closed, signals.spider_closed),
        ):
            crawler.signals.connect(handler, signal)
        return extension

    async def started(self) -> None:
        found = [global_object_name(type(each)) for each in self._crawler.engine.scraper.itemproc.middlewares]
        if tuple(found) != readiness.STEPS:  # Scrapy drops a step that raises NotConfigured, and goes on without it
            self.break_off("a step of the pipeline is missing")
            return
        self._teller.tell(Started(run_id=self.run.run.run_id))
        self._warn()
        self._begin(self._tell_progress())
        self._begin(self._watch_lists())
        self._begin(self._warm_up())
        self._canaries = self._begin(self._show_canaries())

    def _warn(self) -> None:
        for message in warnings_of(self._crawler.settings, self.run.watch.material.models):
            self._teller.tell(Warned(message=message))
            if isinstance(self._teller, Silence):
                _say_aloud(f"warning: {message}")

    def item_ended(self, item: object) -> None:
        """Give back the bytes that the item held: they count until the last pair of that picture has ended."""
        if (candidate := candidate_of(item)) is not None:
            self.run.pictures.release(candidate)

    def item_failed(self, item: object, failure: Failure) -> None:
        self.item_ended(item)
        self.break_off(f"a step of the pipeline failed: {_told(failure.value)}")

    def spider_failed(self, failure: Failure) -> None:
        self.break_off(f"the spider failed: {_told(failure.value)}")

    def break_off(self, why: str) -> None:
        """Record nothing more, end, and say so: state broke-off, exit code 4."""
        self._trouble = self._trouble or why
        self.run.book.break_off()
        self._end_early("broke-off")

    async def closed(self, reason: str) -> None:
        if reason == "finished" and self._canaries is not None:
            await self._canaries  # what was asked for is shown to the end, however short the crawl was
        self.stop("stopped" if reason == "shutdown" else "closed")
        for task in [*self._background]:
            task.cancel()
        try:
            await asyncio.to_thread(self._close)
            summary = self.run.runs.show(self.run.run.run_id)
        except Exception as error:
            self._trouble = self._trouble or f"its end could not be recorded: {_told(error)}"
            raise
        finally:
            self.run.close_threads()
            if self._trouble is not None:
                self._teller.tell(Failed(exit=4, message=f"the run broke off: {self._trouble}"))
        fields: dict[str, Any] = msgspec.to_builtins(summary)
        self._teller.tell(Finished(run_id=summary.run_id, state=summary.state, summary=fields))

    @property
    def exit_code(self) -> int:
        return 0 if self._trouble is None else 4

    def stop(self, reason: str) -> None:
        """Let what has its bytes be decided within the grace, and abandon the rest."""
        if self.run.stop.is_raised:
            return
        self.run.stop.raise_it(reason)
        self.run.queue.stop()
        self.run.pairs_wanted.end()
        self.run.canaries.give_up()
        stop_downloads(self._crawler)
        self._begin(self._end_workers())

    def _close(self) -> None:
        run = self.run
        run.shelf.lose_patience()
        try:
            run.recorder.close()
        except Exception as error:  # noqa: BLE001  whatever it is, the run must still say that it broke off
            self._trouble = self._trouble or f"the ledger could not be signed ({type(error).__name__})"
        run.workers.close()
        run.matchers.close()
        run.frontier.release_leases()
        save_canary_results(run.db, run.run.run_id, run.canaries.results)
        run.runs.finish(run.run.run_id, self._state())
        run.shelf.sweep()

    def _state(self) -> RunState:
        if self._trouble is not None:
            return RunState.BROKE_OFF
        return RunState.STOPPED if self.run.stop.reason == "stopped" else RunState.FINISHED

    def _enough(self) -> None:
        self._end_early("enough")

    def _share_failed(self, reason: BaseException) -> None:
        self.break_off(f"what was decided could not be recorded: {_told(reason)}")

    def _end_early(self, reason: str) -> None:
        if not self.run.stop.is_raised:
            self.stop(reason)
            self._closing = asyncio.get_running_loop().create_task(
                self._crawler.engine.close_spider_async(reason=reason)
            )

    async def _tell_progress(self) -> None:
        while True:
            queue = self.run.queue
            self._teller.tell(self.run.counts.progress(queue.pending + len(queue.open_pages), queue.idle_s()))
            await asyncio.sleep(PROGRESS_EVERY_S)
            if not self._crawler.engine.running:  # SIGINT or SIGTERM: Scrapy tells nobody else before the end
                self.stop("stopped")

    async def _warm_up(self) -> None:
        """Start the workers while the first page is on its way."""
        try:
            await asyncio.gather(self.run.workers.extract.warm_up(), self.run.workers.inspect.warm_up())
        except WorkerNotStarted as error:
            self.break_off(str(error))
        except WorkerDied:
            return  # the run has ended before they were ready

    async def _watch_lists(self) -> None:
        try:
            await self.run.watch.watch()
        except StorageError as error:
            self.break_off(f"the lists could not be read again ({type(error).__name__})")

    async def _show_canaries(self) -> None:
        why = await self.run.canaries.show()
        if why is not None:
            self.break_off(why)

    async def _end_workers(self) -> None:
        await asyncio.sleep(self._crawler.settings.getfloat("STOP_GRACE_S"))
        self.run.matchers.close()
        self.run.shelf.lose_patience()
        await asyncio.to_thread(self.run.workers.close)

    async def _download(self, request: Request) -> Response:
        return await self._crawler.engine.download_async(request)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task


def run_of(crawler: Crawler) -> OpenRun:
    """Return the run that a crawler works on."""
    extension = crawler.get_extension(RunExtension)
    if extension is None:
        raise RuntimeError("the run was not opened: EXTENSIONS must hold crawler.run_extension.RunExtension")
    return extension.run


def _told(reason: BaseException | None) -> str:
    """What other exceptions say may hold what was judged."""
    return str(reason) if isinstance(reason, StorageError) else type(reason).__name__


def _say_aloud(message: str) -> None:
    """With plain `scrapy crawl` nobody else says so."""
    sys.stderr.write(f"{message}\n")

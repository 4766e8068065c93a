"""Stand in for Scrapy's scheduler: pages come from the durable frontier, and are done only by their last decision."""

import asyncio
from collections import deque
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred

from crawler.frontier_spider import PAGE, FrontierSpider
from crawler.open_run import OpenRun
from crawler.run_extension import run_of
from storage.frontier import FrontierPage


class FrontierScheduler(BaseScheduler):
    """Scrapy's interface has no acknowledgement, so the frontier is told by who records the last decision of a page.

    Only requests of pages that were handed out are queued here, in memory: redirects and retries of them too, so that
    all of a page ends with it.
    """

    def __init__(self, crawler: Crawler, run: OpenRun) -> None:
        self._crawler = crawler
        self._run = run
        self._ready: deque[Request] = deque()
        self._feeding: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        scheduler = cls(crawler, run_of(crawler))
        crawler.signals.connect(scheduler.start, signals.engine_started)
        return scheduler

    def open(self, spider: Spider) -> None:
        if not isinstance(spider, FrontierSpider):
            raise TypeError(f"{type(spider).__name__} is no spider of the frontier")
        self._spider = spider

    async def start(self) -> None:
        self._feeding = asyncio.get_running_loop().create_task(self._run.queue.feed(self._hand_out))

    def close(self, reason: str) -> "Deferred[None]":
        return deferred_from_coro(self._end_feeding())

    def has_pending_requests(self) -> bool:
        return bool(self._ready) or self._run.queue.has_work()

    def enqueue_request(self, request: Request) -> bool:
        if PAGE not in request.meta:
            raise ValueError("pages reach the frontier through the queue, not as requests")
        self._ready.append(request)
        return True

    def next_request(self) -> Request | None:
        return self._ready.popleft() if self._ready else None

    async def _end_feeding(self) -> None:
        self._run.queue.stop()
        if self._feeding is not None:
            await self._feeding

    def _hand_out(self, page: FrontierPage) -> None:
        if self._crawler.engine.spider is not None:
            self._crawler.engine.crawl(self._spider.request_for(page))

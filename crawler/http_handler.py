"""Download over HTTP so that a stop can end what is under way."""

import asyncio

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response

from crawler.stop_downloads import STOP_DOWNLOADS


class HttpHandler(HTTP11DownloadHandler):
    """Scrapy's handler; `cancel_all` ends what is under way and refuses what comes after it.

    Nothing else frees a downloader's slot early: cancelling who waits for `engine.download_async` does not.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        inside = crawler.settings.getint("ALLOWED_NETWORKS_CONCURRENCY")
        self._pool.maxPersistentPerHost = max(self._pool.maxPersistentPerHost, inside)
        self._under_way: set[asyncio.Task[Response]] = set()
        self._cancelled = False
        crawler.signals.connect(self.cancel_all, STOP_DOWNLOADS)

    async def download_request(self, request: Request) -> Response:
        if self._cancelled:
            raise DownloadCancelledError("the crawl stops")
        task = asyncio.get_running_loop().create_task(super().download_request(request))
        self._under_way.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            raise DownloadCancelledError("the crawl stops") from None
        finally:
            self._under_way.discard(task)

    def cancel_all(self) -> None:
        self._cancelled = True
        for task in self._under_way:
            task.cancel()

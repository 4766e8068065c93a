"""End at once what is being downloaded or waits for its turn, so that a crawl stops within seconds."""

from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError

STOP_DOWNLOADS = object()
"""Signal to the download handlers: end what is under way, and begin nothing more."""


def stop_downloads(crawler: Crawler) -> None:
    _empty_queues(crawler.engine.downloader)
    crawler.signals.send_catch_log(STOP_DOWNLOADS)


def _empty_queues(downloader: Downloader) -> None:
    """A polite slot hands out one request a second, and nobody else would end those that wait."""
    for slot in downloader.slots.values():
        while slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(DownloadCancelledError("the crawl stops"))

"""Ask no host that wants to be left alone, that asks for pauses nobody can make, or that was given up."""

from typing import Self, cast

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.downloader import BoundedDownloader, begins_a_page
from crawler.gates import HostGivenUp, HostWaits, NotReachable
from crawler.network_gate import ROBOTS, installed_resolver, key_of
from crawler.open_run import OpenRun
from crawler.retry import Retry, retry_of_status
from crawler.run_extension import run_of
from filters.network_gate import NetworkReason

_UNANSWERED = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)


class HostGate:
    """Stands before the consent gate, so that robots.txt is not asked for either, and is told how requests end.

    A host whose robots.txt asks for too long pauses is left out once that was read; robots.txt itself may be read anew.
    """

    def __init__(self, crawler: Crawler, run: OpenRun) -> None:
        self._crawler = crawler
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        gate = cls(crawler, run_of(crawler))
        crawler.signals.connect(gate.answered, signals.response_downloaded)
        return gate

    def process_request(self, request: Request) -> None:
        parsed = urlparse_cached(request)
        host = key_of(parsed.hostname or "")
        if self._run.success.is_given_up(host):
            raise HostGivenUp
        if self._run.pace.is_too_slow(host) and parsed.path != ROBOTS:
            raise NotReachable(NetworkReason.CRAWL_DELAY)
        wait_s = self._run.pace.wait_of(host)
        if self._run.pace.is_too_long(wait_s):
            raise HostWaits(host, wait_s)
        if begins_a_page(request):
            self._downloader.require_room(host)

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Count what was not answered; a stop ends requests too, and says nothing of their hosts."""
        if not isinstance(exception, _UNANSWERED) or self._run.stop.is_raised:
            return
        host = key_of(urlparse_cached(request).hostname or "")
        self._failed(host)
        if isinstance(exception, CannotResolveHostError) and self._run.success.unresolved(host):
            await self._doubt_every_name()

    def answered(self, request: Request, response: Response) -> None:
        host = key_of(urlparse_cached(request).hostname or "")
        if retry_of_status(response.status) is Retry.TRANSIENT:
            self._failed(host)
        else:
            self._run.success.answered(host)

    def _failed(self, host: str) -> None:
        self._run.success.failed(host)
        if self._run.success.is_given_up(host):
            self._downloader.put_off(host, HostGivenUp())

    @property
    def _downloader(self) -> BoundedDownloader:
        return cast("BoundedDownloader", self._crawler.engine.downloader)

    async def _doubt_every_name(self) -> None:
        """A page may name many hosts that do not exist; so ask again for some that did, before the run ends."""
        resolver = installed_resolver()
        resolves = None if resolver is None else await resolver.still_resolves()
        if resolves is None:
            resolves = self._run.success.anything_answered
        if not resolves:
            self._run.success.no_name_resolves()

"""Keep each host's limit of concurrent requests and its pace, also where there is no delay between them."""

import time
from collections.abc import Coroutine
from typing import Any

from scrapy import Request, signals
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred

from crawler.gates import HostWaits, NotNow, NotReachable
from crawler.hops import hops_of
from crawler.network_gate import ROBOTS, key_of
from crawler.pace import Pace
from crawler.run_extension import run_of
from filters.network_gate import NetworkReason


def begins_a_page(request: Request) -> bool:
    return "page_id" in request.meta and not hops_of(request)


class HostSlot(Slot):
    """Lets no request out before its host may be asked again."""

    __slots__ = ("_host", "_pace", "sent_a_page")

    def __init__(self, like: Slot, host: str, pace: Pace) -> None:
        super().__init__(like.concurrency, like.delay, like.jitter)
        self._host = host
        self._pace = pace
        self.sent_a_page = False
        """Whether the request that left last began a page."""

    def wait_s(self) -> float:
        """Return after how long a request that joins the queue now may leave, as far as one can tell."""
        between = max(self.delay, self._pace.delay_of(self._host))
        first = max(self.lastseen + between - time.monotonic(), self._pace.wait_of(self._host), 0.0)
        return first + len(self.queue) * between

    def download_delay(self) -> float:
        """Return how long after the last request the next may leave."""
        asked = max(self._pace.delay_of(self._host), self._pace.not_before(self._host) - self.lastseen)
        return max(super().download_delay(), asked)


class BoundedDownloader(Downloader):
    """Scrapy 2.19 counts a request as under way once its task runs, so without a delay it sends all that wait at once.

    That is more than the host was promised, and more connections than are kept for reuse: half of them were new.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pace = run_of(crawler).pace
        crawler.signals.connect(self._answered, signals.response_downloaded)

    def _get_slot(self, request: Request, spider: Any = None) -> tuple[str, Slot]:
        key = self.get_slot_key(request)
        if key not in self.slots:
            _, slot = super()._get_slot(request)
            self.slots[key] = HostSlot(slot, key, self._pace)
        return key, self.slots[key]

    async def _enqueue_request(self, request: Request) -> Response:
        """Look once more at what the host asks for: its robots.txt may have been read since the first gate."""
        if self._pace.is_too_slow(self.get_slot_key(request)) and urlparse_cached(request).path != ROBOTS:
            raise NotReachable(NetworkReason.CRAWL_DELAY)
        if begins_a_page(request):
            self._require_turn(request)
        return await super()._enqueue_request(request)

    def require_room(self, host: str) -> None:
        """Raise `HostWaits` where a page that came now would only take the place of others for too long."""
        slot = self.slots.get(host)
        wait_s = slot.wait_s() if isinstance(slot, HostSlot) else self._pace.wait_of(host)
        if self._pace.is_too_long_for_a_page(wait_s):
            raise HostWaits(host, wait_s)

    def _require_turn(self, request: Request) -> None:
        """Likewise, of pages that came together; one that waits for what was asked on its own account stays in line."""
        host, slot = self._get_slot(request)
        if slot.queue or (isinstance(slot, HostSlot) and slot.sent_a_page):
            self.require_room(host)

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: "Deferred[Response]"
    ) -> Coroutine[Any, Any, None]:
        slot.transferring.add(request)
        if isinstance(slot, HostSlot):
            slot.sent_a_page = begins_a_page(request)
        return super()._wait_for_download(slot, request, queue_dfd)

    def _answered(self, request: Request, response: Response) -> None:
        """Scrapy says so before it lets the next request of the host out."""
        host = key_of(urlparse_cached(request).hostname or "")
        retry_after = response.headers.get("Retry-After")
        self._pace.answered(host, response.status, None if retry_after is None else retry_after.decode("latin-1"))
        wait_s = self._pace.wait_of(host)
        if self._pace.is_too_long(wait_s):
            self.put_off(host, HostWaits(host, wait_s))

    def put_off(self, host: str, why: NotNow) -> None:
        """End what waits for its turn at a host that is not asked any more."""
        slot = self.slots.get(host)
        while slot is not None and slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(why)

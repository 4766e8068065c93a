"""Keep each host's limit of concurrent requests, also where there is no delay between them."""

from collections.abc import Coroutine
from typing import Any

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.http import Response
from twisted.internet.defer import Deferred


class BoundedDownloader(Downloader):
    """Scrapy 2.19 counts a request as under way once its task runs, so without a delay it sends all that wait at once.

    That is more than the host was promised, and more connections than are kept for reuse: half of them were new.
    """

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: "Deferred[Response]"
    ) -> Coroutine[Any, Any, None]:
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)

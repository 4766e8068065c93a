"""Download over HTTP so that a stop can end what is under way, and no answer has a head or redirects without end."""

import asyncio
import time

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import HTTP11ClientProtocol, ResponseFailed
from twisted.web._newclient import Request as TxRequest
from twisted.web.iweb import IResponse

from crawler.stop_downloads import STOP_DOWNLOADS

TIME_LEFT = "altsieve_time_left"
"""Key in a request's meta: the seconds left for it and all that it redirects to. Scrapy hands on the same object."""

KEPT_IDLE_S = 2  # a connection is left before its server would close it under a request: some do after 3 seconds
MAX_HEAD_BYTES = 64 << 10  # status line and headers of one answer, with those of every 1xx before it


class HttpHandler(HTTP11DownloadHandler):
    """Scrapy's handler; `cancel_all` ends what is under way and refuses what comes after it. Nothing is sent twice.

    Nothing else frees a downloader's slot early: cancelling who waits for `engine.download_async` does not.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        inside = crawler.settings.getint("ALLOWED_NETWORKS_CONCURRENCY")
        self._pool._factory = _Factory
        self._pool.retryAutomatically = False  # at once, past the pace of the host
        self._pool.cachedConnectionTimeout = KEPT_IDLE_S
        self._pool.maxPersistentPerHost = max(self._pool.maxPersistentPerHost, inside)
        self._under_way: set[asyncio.Task[Response]] = set()
        self._cancelled = False
        crawler.signals.connect(self.cancel_all, STOP_DOWNLOADS)

    async def download_request(self, request: Request) -> Response:
        if self._cancelled:
            raise DownloadCancelledError("the crawl stops")
        left = request.meta.setdefault(TIME_LEFT, TimeLeft(float(request.meta["download_timeout"])))
        request.meta["download_timeout"] = left.need()
        task = asyncio.get_running_loop().create_task(super().download_request(request))
        self._under_way.add(task)
        begun_at = time.monotonic()
        try:
            return await task
        except asyncio.CancelledError:
            raise DownloadCancelledError("the crawl stops") from None
        except DownloadFailedError as error:
            if _head_was_too_large(error):
                raise DownloadCancelledError("the head is too large") from None
            raise
        finally:
            self._under_way.discard(task)
            left.spend(time.monotonic() - begun_at)

    def cancel_all(self) -> None:
        self._cancelled = True
        for task in self._under_way:
            task.cancel()


class TimeLeft:
    """What is left of a time limit; waiting for the host's turn costs none of it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def need(self) -> float:
        if self._seconds <= 0:
            raise DownloadTimeoutError("no time is left")
        return self._seconds

    def spend(self, seconds: float) -> None:
        self._seconds -= seconds


class _HeadTooLarge(Exception):
    """The status line and headers, or one line of them, are longer than any honest server's."""


class _Parser(_LenientHTTPClientParser):
    """Scrapy's parser, which limits the length of a line but not their number.

    It has no `__init__`, since `_Protocol` puts it in the place of a parser that is already made.
    """

    _head_bytes = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802  Twisted's name
        self._head_bytes += len(line) + len(self.delimiter)
        if self._head_bytes > MAX_HEAD_BYTES:
            raise _HeadTooLarge
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802  Twisted's name
        raise _HeadTooLarge


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: TxRequest) -> Deferred[IResponse]:
        answer = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = _Parser
        return answer

    def _giveUp(self, reason: Failure) -> None:  # noqa: N802  Twisted's name
        """Abort where the head is too large: any other end of TLS waits for the server, and reads on meanwhile."""
        if isinstance(reason.value, _HeadTooLarge) and self.transport is not None:
            self.transport.abortConnection()
        super()._giveUp(reason)  # type: ignore[no-untyped-call]  # Twisted has no type for it


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802  Twisted's name
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # Twisted has no type for it


def _head_was_too_large(error: DownloadFailedError) -> bool:
    failed = error.__cause__
    return isinstance(failed, ResponseFailed) and any(isinstance(each.value, _HeadTooLarge) for each in failed.reasons)

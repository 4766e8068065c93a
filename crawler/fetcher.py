"""Fetch the bytes behind one URL through `engine.download_async`, bounded in number, bytes and time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached

from crawler.byte_budget import ByteBudget, Ticket
from crawler.fetch_failure import FetchFailure, FetchReason, failure_in, failure_of
from crawler.gates import NotReachable, RefusedByGate
from crawler.hops import HOPS, headers_of, heard_of, hops_of
from crawler.network_gate import SCHEMES, key_of
from crawler.pictures import Answer, Arrived, Blocked, Missed
from crawler.retry import Retries, Retry
from crawler.stopping import StopSign
from crawler.turns import Turns
from filters.facts import Fetched
from filters.network_gate import NetworkReason

ACCEPT = "image/avif,image/webp,image/png,image/jpeg,image/*;q=0.8"


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchLimits:
    most_bytes: int
    timeout_s: float
    in_flight: int

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls(
            most_bytes=settings.getint("IMAGE_MAX_BYTES"),
            timeout_s=settings.getfloat("FETCH_TIMEOUT_S"),
            in_flight=settings.getint("IMAGES_IN_FLIGHT"),
        )


class Fetcher:
    """The deadline is the downloader's own: cancelling who waits for it would free nothing (scrapy-traps 6).

    What its host says of a picture is asked ahead, and a host has at most a quarter of all turns, by the address asked
    for first: a slow one does not keep others waiting.
    """

    def __init__(
        self,
        download: Callable[[Request], Awaitable[Response]],
        budget: ByteBudget,
        stop: StopSign,
        limits: FetchLimits,
        retries: Retries,
        ask_ahead: Callable[[str], Awaitable[None]],
    ) -> None:
        self._download = download
        self._budget = budget
        self._stop = stop
        self._limits = limits
        self._retries = retries
        self._ask_ahead = ask_ahead
        self._turns = asyncio.Semaphore(limits.in_flight)
        self._turns_of_host = Turns(max(1, limits.in_flight // 4))

    async def fetch(self, url: str) -> Answer:
        """Try again, a few times and soon, what may come right by itself; meanwhile it holds no turn and no bytes."""
        tries = 0
        while True:
            answer = await self._try(url)
            tries += 1
            if not isinstance(answer, Missed) or not answer.failure.may_be_tried_soon:
                return answer
            wait_s = self._retries.after_image(tries, _host_of(url))
            if wait_s is None:
                return answer
            await self._stop.rest(wait_s)

    async def _try(self, url: str) -> Answer:
        try:
            request = self._request(url)
        except NotReachable as refusal:
            return Blocked(verdict=refusal.verdict)
        if isinstance(request, FetchFailure):
            return Missed(failure=request)
        host = urlparse_cached(request).hostname or ""
        await self._ask_ahead(url)
        async with self._turns_of_host.of(host), self._turns:  # in this order: who waits for its host takes no turn
            self._stop.check()
            ticket = await self._budget.reserve(self._limits.most_bytes)
            answer: Answer | None = None
            try:
                answer = await self._ask(request, ticket)
            finally:
                if not isinstance(answer, Arrived):
                    ticket.release()
            return answer

    def _request(self, url: str) -> Request | FetchFailure:
        if url.partition(":")[0].lower() not in SCHEMES:
            raise NotReachable(NetworkReason.SCHEME)
        meta = {
            HOPS: [],
            "download_maxsize": self._limits.most_bytes,
            "download_timeout": self._limits.timeout_s,
        }
        headers = {"Accept": ACCEPT, "Accept-Encoding": "identity"}
        try:
            return Request(url, callback=NO_CALLBACK, headers=headers, meta=meta, dont_filter=True)
        except ValueError:
            evidence = {"error": "InvalidURL", "retry": Retry.PERMANENT.value}
            return FetchFailure(reason=FetchReason.FAILED, evidence=evidence)

    async def _ask(self, request: Request, ticket: Ticket) -> Answer:
        self._stop.check()
        requested_at = datetime.now(UTC)
        try:
            response = await self._download(request)
            failure = failure_in(response)
        except RefusedByGate as refusal:
            return Blocked(verdict=refusal.verdict, hops=hops_of(request))
        except Exception as error:  # noqa: BLE001  whatever a server can bring about is a picture that did not arrive
            self._stop.check()
            return Missed(failure=failure_of(error, hops_of(request)), hops=hops_of(request))
        self._stop.check()
        if failure is not None:
            return Missed(failure=failure, hops=hops_of(request))
        ticket.shrink(len(response.body))
        fetched = Fetched(
            hops=hops_of(request),
            status=response.status,
            headers=headers_of(response),
            requested_at=requested_at,
            fetched_at=datetime.now(UTC),
            consent=heard_of(request),
        )
        return Arrived(fetched=fetched, body=response.body, ticket=ticket)


def _host_of(url: str) -> str:
    return key_of(urlsplit(url).hostname or "")

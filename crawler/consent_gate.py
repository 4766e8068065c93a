"""Let out no request that its host's robots.txt forbids, nor one for a picture that its host says is not to be used."""

from collections.abc import Iterable
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.gates import RefusedByGate
from crawler.hearing import Hearing
from crawler.hops import HEARD
from crawler.open_run import OpenRun
from crawler.own_requests import OWN
from crawler.readings import NoRoom
from crawler.run_extension import run_of
from filters.consent import Consent, ConsentReason
from filters.signals.signal import Scope, Signal
from filters.verdict import Verdict


class ConsentGate:
    """Stands below RedirectMiddleware, so that it asks and hears on every hop, before the request and after the answer.

    A page is read for its links although its use is denied; what is denied then is each pair on it. Our own requests
    for robots.txt and the like pass: every other gate has seen them.
    """

    def __init__(self, run: OpenRun) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(run_of(crawler))

    async def process_request(self, request: Request) -> None:
        if OWN in request.meta:
            return
        scope = Scope.PAGE_HOST if _is_page(request) else Scope.IMAGE_HOST
        try:
            said = await self._hearing.of_host(request.url, scope)
        except NoRoom:
            raise RefusedByGate(self._not_asked(scope)) from None
        self._refuse_if_denied((said.robots,))
        if scope is Scope.IMAGE_HOST:
            self._refuse_if_denied(said.others)
        _note(request.meta.setdefault(HEARD, []), said.signals)

    async def process_response(self, request: Request, response: Response) -> Response:
        if OWN in request.meta or HEARD not in request.meta:
            return response
        scope = Scope.PAGE if _is_page(request) else Scope.IMAGE_RESPONSE
        try:
            said = await self._hearing.of_answer(request.url, response, scope)
        except NoRoom:
            raise RefusedByGate(self._not_asked(scope)) from None
        _note(request.meta[HEARD], said)
        return response

    @property
    def _hearing(self) -> Hearing:
        return self._run.hearing

    @property
    def _filter(self) -> Consent:
        """The one of the lineup that counts now; it is in the floor."""
        return next(each for each in self._run.watch.lineup.filters if isinstance(each, Consent))

    def _not_asked(self, scope: Scope) -> Verdict:
        return self._filter.unsure(ConsentReason.NOT_ASKED, scope=scope.value, retry="transient")

    def _refuse_if_denied(self, signals: Iterable[Signal]) -> None:
        if (verdict := self._filter.objection(signals)) is not None:
            raise RefusedByGate(verdict)


def _is_page(request: Request) -> bool:
    return "page_id" in request.meta


def _note(heard: list[Signal], signals: Iterable[Signal]) -> None:
    """A request that is tried again hears the same again."""
    known = {(each.saying, each.scope, each.url) for each in heard}
    heard.extend(each for each in signals if (each.saying, each.scope, each.url) not in known)

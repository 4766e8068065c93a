"""Read pages of the frontier: a page's links are durable before its candidates, and its end is its last decision."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.events import Silence, Teller
from crawler.extracted import Found
from crawler.fetch_failure import FetchFailure, failure_in, failure_of
from crawler.gates import HostWaits, RefusedByGate
from crawler.hops import HOPS, headers_of, heard_of, hops_of
from crawler.launch_spec import LaunchSpec
from crawler.network_gate import key_of
from crawler.open_run import OpenRun
from crawler.page_failure import PageReason, Unread
from crawler.page_links import page_links
from crawler.scope import Scope
from crawler.spider_arguments import spec_from
from crawler.stopping import Stopped
from crawler.workers import PageRefused, WorkerDied, WorkerTooSlow
from filters.candidate import Candidate, PageVisit
from filters.measure.languages.roster import require_known
from filters.signals.licences import licence_links, nearest_first
from filters.signals.page import PageStatements
from storage.frontier import FrontierPage, NewPage
from storage.known_pages import known_urls

PAGE = "altsieve_page"
"""Key in a request's meta: the FrontierPage it is for. Scrapy copies it to the requests of redirects and retries."""

_SEEN_URLS = 2_000_000


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a page holds: candidates, URLs of pages to read, and what it says of its use."""

    title: str = ""
    found: Sequence[Found] = ()
    links: Sequence[str] = ()
    statements: PageStatements = field(default_factory=PageStatements)


class FrontierSpider(Spider):
    """Decides nothing. Started with a LaunchSpec, or by `scrapy crawl` with arguments of the same names."""

    def __init__(self, spec: LaunchSpec | None = None, teller: Teller | None = None, **arguments: str) -> None:
        super().__init__()
        self.spec = spec or spec_from(self.name, arguments)
        self.teller: Teller = teller or Silence()
        self._seen: set[int] = set()

    @property
    def run(self) -> OpenRun:
        from crawler.run_extension import run_of  # it needs this class before it can open a run

        return run_of(self.crawler)

    @property
    def agent(self) -> str:
        """The name that pages may address us by."""
        return str(self.settings["ROBOTSTXT_USER_AGENT"])

    @cached_property
    def detectors(self) -> tuple[str, ...]:
        """Who is asked for the language of captions."""
        return require_known(self.settings.getlist("LANGUAGE_DETECTORS"))

    @property
    def personal_data(self) -> str:
        """The policy for personal data in captions."""
        return str(self.settings["PERSONAL_DATA"])

    async def start(self) -> AsyncIterator[Any]:
        """Put the seeds into the frontier; requests come from there, and no item comes from here (scrapy-traps 2)."""
        plan = self.run.plan
        self.scope = Scope(
            (*plan.spec.seeds, *(each.url for each in plan.seeds)),
            allow=plan.spec.allow,
            deny=plan.spec.deny,
            pages_per_host=plan.spec.max_pages_per_host,
        )
        for run_id in filter(None, (self.run.run.run_id, plan.retried)):
            self._count(known_urls(self.run.db, run_id))
        self._count(each.url for each in plan.seeds)
        await self.run.queue.add(plan.seeds)
        nothing: tuple[Request, ...] = ()
        for each in nothing:
            yield each

    def request_for(self, page: FrontierPage) -> Request:
        meta = {PAGE: page, "page_id": page.page_id, HOPS: [], "download_maxsize": self.most_bytes(page)}
        return Request(page.url, callback=self.read, errback=self.unread, meta=meta, dont_filter=True)

    async def read(self, response: Response) -> AsyncIterator[Candidate]:
        page: FrontierPage = response.meta[PAGE]
        try:
            visit, content = await self._visited(page, response)
        except Unread as problem:
            await self._fail(page, problem.failure)
            return
        except RefusedByGate as refusal:  # a redirect that leads out of the web
            await self._fail(page, failure_of(refusal, ()))
            return
        except (asyncio.CancelledError, Stopped):
            if not self.run.stop.is_raised:
                raise
            self.run.queue.ended(page.page_id)
            return
        await self.run.queue.add(self._new_pages(page, visit, page_links(content.links, content.found)))
        candidates = await self._undecided(page, _candidates(visit, content))
        candidates = await self.run.hearing.of_pictures(candidates, response, content.statements)
        ended = self.run.book.open(page.page_id, candidates)
        for each in candidates:
            yield each
        await ended

    async def unread(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        page: FrontierPage = request.meta[PAGE]
        problem = failure.value or OSError()
        if isinstance(problem, HostWaits) and not self.run.stop.is_raised:
            same = problem.host == key_of(page.host)
            await self.run.queue.postpone(page.page_id, _in(problem.wait_s), whole_host=same)
            return
        await self._fail(page, failure_of(problem, hops_of(request)))

    def most_bytes(self, page: FrontierPage) -> int:
        return self.settings.getint("PAGE_MAX_BYTES")

    @abstractmethod
    async def content_of(self, page: FrontierPage, response: Response) -> Content:
        """Return what the page holds, or raise Unread."""

    async def _visited(self, page: FrontierPage, response: Response) -> tuple[PageVisit, Content]:
        if (failure := failure_in(response)) is not None:
            raise Unread(failure)
        if page.depth == 0:
            self.scope.include_host_of(response.url)
        self.scope.include_host_of(page.url)  # it was in scope when it was found, before a resumption too
        if not self.scope.covers(response.url):
            raise Unread(PageReason.OFF_SITE)
        try:
            content = await self.content_of(page, response)
        except PageRefused as refusal:
            raise Unread(refusal.reason) from None
        except WorkerTooSlow:
            raise Unread(PageReason.TOO_SLOW) from None
        except WorkerDied:
            raise Unread(PageReason.CRASHED) from None
        visit = _visit(page, response, content.title)
        return await self.run.hearing.of_page(visit, response, content.statements), content

    async def _fail(self, page: FrontierPage, failure: FetchFailure) -> None:
        """Try it once more later, or record why it was not read; what we ended ourselves stays for the resumption."""
        wait_s = self._wait_of(page, failure)
        if self.run.stop.is_raised:
            self.run.queue.ended(page.page_id)
        elif wait_s is not None:
            await self.run.queue.postpone(page.page_id, _in(wait_s))
        else:
            documents = self.run.hearing.named_in(failure.evidence)
            failed = self.run.recorder.fail_page(page.page_id, failure.reason, failure.evidence, documents)
            await asyncio.wrap_future(failed)
            self.run.queue.ended(page.page_id)
        self.run.hearing.let_go(page.page_id)

    def _wait_of(self, page: FrontierPage, failure: FetchFailure) -> float | None:
        """Return after how many seconds a page is tried once more; None if it is not."""
        host = key_of(page.host)
        wait_s = self.run.retries.after_page(page.attempts, host) if failure.may_be_tried_soon else None
        return None if wait_s is None else max(wait_s, self.run.pace.wait_of(host))

    def _new_pages(self, page: FrontierPage, visit: PageVisit, links: Iterable[str]) -> list[NewPage]:
        depth = page.depth + 1
        deepest = self.run.plan.spec.depth
        if not self.run.plan.follows_links_of(page.url) or (deepest is not None and depth > deepest):
            return []
        new = [each for each in links if self._is_new(each) and self.scope.take(each)]
        return [NewPage(url=each, depth=depth, seed=page.seed, found_on=visit.final_url) for each in new]

    def _count(self, urls: Iterable[str]) -> None:
        for each in urls:
            if self._is_new(each):
                self.scope.count(each)

    def _is_new(self, url: str) -> bool:
        """Spare the database links that were seen lately; it alone knows all of them."""
        mark = hash(url)
        if mark in self._seen:
            return False
        if len(self._seen) >= _SEEN_URLS:
            self._seen.clear()
        self._seen.add(mark)
        return True

    async def _undecided(self, page: FrontierPage, candidates: Iterable[Candidate]) -> list[Candidate]:
        """Leave out repetitions, what an earlier attempt has decided, and when retrying what needs no other try."""
        run = self.run
        decided = await asyncio.to_thread(run.frontier.decided_keys, page.page_id) if page.attempts > 1 else set()
        only = run.plan.only_images.get(page.url)
        left: dict[tuple[str, str], Candidate] = {}
        for each in candidates:
            keys = run.keys_of(each)
            if keys not in decided and (not only or keys[0] in only):
                left.setdefault(keys, each)
        return list(left.values())


def _in(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def _visit(page: FrontierPage, response: Response, title: str) -> PageVisit:
    request = response.request
    return PageVisit(
        page_id=page.page_id,
        url=page.url,
        final_url=response.url,
        hops=() if request is None else hops_of(request),
        status=response.status,
        headers=headers_of(response),
        fetched_at=datetime.now(UTC),
        depth=page.depth,
        seed=page.seed,
        found_on=page.found_on,
        title=title,
        consent=None if request is None else heard_of(request),
    )


def _candidates(visit: PageVisit, content: Content) -> Iterable[Candidate]:
    of_the_page = (*content.statements.licences, *licence_links(visit.headers, visit.final_url))
    return (
        Candidate(
            visit=visit,
            image_url_found=each.image_url_found,
            image_url=each.image_url,
            text_raw=each.text_raw,
            text=each.text,
            text_source=each.text_source,
            language=each.language,
            licences=nearest_first((*each.licences, *of_the_page)),
        )
        for each in content.found
    )

"""Crawl the pages that sitemaps list, with the captions that image sitemaps give for them."""

from dataclasses import replace
from functools import cached_property
from itertools import islice
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.addresses import Base
from crawler.extracted import Sitemap
from crawler.fetch_failure import failure_in, failure_of
from crawler.frontier_spider import Content, FrontierSpider
from crawler.hops import HOPS, hops_of
from crawler.page_failure import Unread
from crawler.page_links import page_links
from crawler.sitemap_captions import SitemapCaptions
from crawler.spiders.pages import HTML, content_type, html_content
from crawler.worker_tasks import SitemapRequest
from storage.frontier import FrontierPage

MOST_BYTES = 50_000_000
"""What sitemaps.org allows one to be, unpacked."""

MOST_NAMED_SITEMAPS = 1000
"""A site with more of them has an index of them."""

_ROBOTS_MOST_BYTES = 512 * 1024
"""What RFC 9309 asks to be read of one is 500 KiB."""

_DEEPEST = 5
"""Indexes of indexes of sitemaps, beyond which a site is only making them up."""


class SitemapSpider(FrontierSpider):
    """A bare host as seed stands for the sitemaps that its robots.txt names, else for /sitemap.xml.

    A sitemap is a page of the frontier like any other, so that it too is done only by its last decision. The pages it
    lists are read for their candidates, with what the sitemap says of their pictures; their links are not followed.
    """

    name = "sitemap"

    @cached_property
    def captions(self) -> SitemapCaptions:
        return SitemapCaptions(self._read_again)

    def most_bytes(self, page: FrontierPage) -> int:
        return MOST_BYTES if _may_be_sitemap(page) else super().most_bytes(page)

    async def content_of(self, page: FrontierPage, response: Response) -> Content:
        if urlsplit(response.url).path == "/robots.txt":
            return Content(links=named_sitemaps(response.body, response.url))
        if page.depth == 0 and _is_bare(response.url):
            return Content(links=[urljoin(response.url, "/robots.txt")])
        if content_type(response)[0] in HTML:
            content = await html_content(self, response)
            return replace(content, found=(*content.found, *await self.captions.of(page.url, page.found_on)), links=())
        if page.depth > _DEEPEST:
            return Content()
        read = await self._read(response)
        self.captions.keep(response.url, read)
        pictures = (found for each in read.pages for found in each.found)
        return Content(links=[*page_links((*read.sitemaps, *(each.url for each in read.pages)), pictures)])

    async def _read(self, response: Response) -> Sitemap:
        request = SitemapRequest(
            body=response.body,
            url=response.url,
            max_bytes=MOST_BYTES,
            detectors=self.detectors,
            personal_data=self.personal_data,
        )
        return await self.run.workers.sitemap.run(request)

    async def _read_again(self, url: str) -> Sitemap:
        """Read a sitemap that was read by an earlier process; one that is gone for good gives no captions any more."""
        meta = {"page_id": "", HOPS: [], "download_maxsize": MOST_BYTES}
        request = Request(url, callback=NO_CALLBACK, meta=meta, dont_filter=True)
        try:
            response = await self.crawler.engine.download_async(request)
            failure = failure_in(response)
        except Exception as error:  # noqa: BLE001  whatever a server can bring about
            self.run.stop.check()
            failure = failure_of(error, hops_of(request))
        if failure is None:
            return await self._read(response)
        if failure.is_transient:
            raise Unread(failure)
        return Sitemap(pages=(), sitemaps=())


def _may_be_sitemap(page: FrontierPage) -> bool:
    return page.depth == 0 or urlsplit(page.url).path.endswith((".xml", ".gz", ".txt"))


def _is_bare(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def named_sitemaps(robots_txt: bytes, url: str) -> list[str]:
    """Return the sitemaps that the robots.txt at this URL names, or /sitemap.xml; unreadable addresses are left out."""
    lines = robots_txt[:_ROBOTS_MOST_BYTES].decode("utf-8", errors="replace").splitlines()
    named = (line.partition(":")[2] for line in lines if line.strip().lower().startswith("sitemap:"))
    base = Base(url)
    readable = (resolved for each in named if (resolved := base.resolve(each)) is not None)
    return list(dict.fromkeys(islice(readable, MOST_NAMED_SITEMAPS))) or [urljoin(url, "/sitemap.xml")]

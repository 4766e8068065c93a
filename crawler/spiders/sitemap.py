"""Crawl the pages that sitemaps list, and take the captions that image sitemaps give."""

from dataclasses import replace
from itertools import islice
from urllib.parse import urljoin, urlsplit

from scrapy.http import Response

from crawler.addresses import Base
from crawler.frontier_spider import Content, FrontierSpider
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
    lists are read for their candidates; their links are not followed.
    """

    name = "sitemap"

    def most_bytes(self, page: FrontierPage) -> int:
        return MOST_BYTES if _may_be_sitemap(page) else super().most_bytes(page)

    async def content_of(self, page: FrontierPage, response: Response) -> Content:
        if urlsplit(response.url).path == "/robots.txt":
            return Content(links=named_sitemaps(response.body, response.url))
        if page.depth == 0 and _is_bare(response.url):
            return Content(links=[urljoin(response.url, "/robots.txt")])
        if content_type(response)[0] in HTML:
            return replace(await html_content(self, response), links=())
        if page.depth > _DEEPEST:
            return Content()
        read = await self.run.workers.sitemap.run(
            SitemapRequest(body=response.body, url=response.url, max_bytes=MOST_BYTES)
        )
        found = [found for each in read.pages for found in each.found]
        return Content(found=found, links=[*read.sitemaps, *(each.url for each in read.pages)])


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

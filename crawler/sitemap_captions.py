"""Keep the captions that sitemaps give until the pages are read on which their pictures stand."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from crawler.extracted import Found, Sitemap

MOST_SITEMAPS: Final = 8
"""Pages are read in the order they were found, so those of one sitemap follow each other."""


class SitemapCaptions:
    """The captions of the sitemaps read lately, by the page that each stands on: what that page says counts for them.

    They are in memory only, as they hold the addresses of pictures. A sitemap that is not known any more, as after a
    resumption, is read again with `read`, once however many of its pages wait.
    """

    def __init__(self, read: Callable[[str], Awaitable[Sitemap]]) -> None:
        self._read = read
        self._known: OrderedDict[str, Mapping[str, tuple[Found, ...]]] = OrderedDict()
        self._reading = asyncio.Lock()

    def keep(self, sitemap_url: str, sitemap: Sitemap) -> None:
        captions: dict[str, tuple[Found, ...]] = {}
        for page in sitemap.pages:
            if page.found:
                captions[page.url] = (*captions.get(page.url, ()), *page.found)
        self._known[sitemap_url] = captions
        self._known.move_to_end(sitemap_url)
        while len(self._known) > MOST_SITEMAPS:
            self._known.popitem(last=False)

    async def of(self, page_url: str, sitemap_url: str | None) -> tuple[Found, ...]:
        """Return what the sitemap that a page was found in says of its pictures."""
        if sitemap_url is None:
            return ()
        async with self._reading:
            if sitemap_url not in self._known:
                self.keep(sitemap_url, await self._read(sitemap_url))
            return self._known[sitemap_url].get(page_url, ())

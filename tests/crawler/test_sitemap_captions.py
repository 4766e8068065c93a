import asyncio

import pytest

from crawler.extracted import Found, Sitemap, SitemapPage
from crawler.sitemap_captions import MOST_SITEMAPS, SitemapCaptions
from filters.candidate import TextSource


def found(text: str) -> Found:
    return Found(
        image_url_found="/a.jpg",
        image_url="https://a.example/a.jpg",
        text_raw=text,
        text=text,
        text_source=TextSource.SITEMAP,
    )


def sitemap(*pages: tuple[str, str]) -> Sitemap:
    return Sitemap(pages=tuple(SitemapPage(url=url, found=(found(text),)) for url, text in pages), sitemaps=())


class Web:
    """Counts which sitemaps are read again."""

    def __init__(self) -> None:
        self.read: list[str] = []

    async def __call__(self, url: str) -> Sitemap:
        self.read.append(url)
        await asyncio.sleep(0)
        return sitemap(("/page", f"of {url}"))


def test_captions_are_those_of_the_page_though_it_is_listed_twice() -> None:
    captions = SitemapCaptions(Web())
    captions.keep("/s", sitemap(("/page", "one"), ("/other", "two"), ("/page", "three")))
    assert [each.text for each in asyncio.run(captions.of("/page", "/s"))] == ["one", "three"]
    assert asyncio.run(captions.of("/none", "/s")) == ()


@pytest.mark.parametrize("pages", [("/page",), ("/page", "/page", "/other")])
def test_a_sitemap_that_is_not_known_is_read_once_however_many_pages_wait(pages: tuple[str, ...]) -> None:
    web = Web()
    captions = SitemapCaptions(web)

    async def ask() -> list[tuple[Found, ...]]:
        return await asyncio.gather(*(captions.of(each, "/s") for each in pages))

    assert [each.text for each in asyncio.run(ask())[0]] == ["of /s"]
    assert web.read == ["/s"]


def test_only_the_last_sitemaps_are_remembered() -> None:
    web = Web()
    captions = SitemapCaptions(web)
    for number in range(MOST_SITEMAPS + 1):
        captions.keep(f"/{number}", sitemap())
    asyncio.run(captions.of("/page", "/1"))
    assert web.read == []
    asyncio.run(captions.of("/page", "/0"))
    assert web.read == ["/0"]


def test_a_page_that_no_sitemap_lists_has_no_captions() -> None:
    web = Web()
    assert asyncio.run(SitemapCaptions(web).of("/page", None)) == ()
    assert web.read == []

"""Crawl pages from their seeds on, along the links on the seeds' hosts."""

from scrapy.http import HtmlResponse, Response

from crawler.frontier_spider import Content, FrontierSpider
from crawler.page_failure import PageReason, Unread
from crawler.worker_tasks import ExtractRequest
from storage.frontier import FrontierPage

HTML = frozenset({"text/html", "application/xhtml+xml"})


class PagesSpider(FrontierSpider):
    name = "pages"

    async def content_of(self, page: FrontierPage, response: Response) -> Content:
        return await html_content(self, response)


async def html_content(spider: FrontierSpider, response: Response) -> Content:
    """Read a page of HTML in a worker process: one tag can cost 20 s (facts/crawling 6)."""
    media_type, charset = content_type(response)
    if media_type not in HTML and not (media_type == "" and isinstance(response, HtmlResponse)):
        raise Unread(PageReason.NOT_HTML)
    most_bytes = spider.settings.getint("PAGE_MAX_BYTES")
    request = ExtractRequest(
        html=response.body,
        url=response.url,
        charset=charset,
        agent=spider.agent,
        max_bytes=most_bytes,
        detectors=spider.detectors,
        personal_data=spider.personal_data,
    )
    extracted = await spider.run.workers.extract.run(request)
    return Content(title=extracted.title, found=extracted.found, links=extracted.links, statements=extracted.statements)


def content_type(response: Response) -> tuple[str, str | None]:
    """Return the media type and the charset that the server gives; the type is empty if it gives none."""
    value = (response.headers.get("Content-Type") or b"").decode("latin-1")
    media_type, *parameters = value.split(";")
    charsets = [each.partition("=")[2] for each in parameters if each.strip().lower().startswith("charset=")]
    return media_type.strip().lower(), charsets[0].strip(" \"'") if charsets else None

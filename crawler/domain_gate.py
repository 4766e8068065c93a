"""Let no request out to a blocked host, nor any redirect that leads to one."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.gates import RefusedByGate
from crawler.open_run import OpenRun
from crawler.run_extension import run_of
from filters.domain_blocklist import DomainBlocklist, Where
from filters.verdict import Outcome


class DomainGate:
    """Asks the lists of the lineup that counts now: page, picture and robots.txt alike, on every hop."""

    def __init__(self, run: OpenRun) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(run_of(crawler))

    def process_request(self, request: Request) -> None:
        page = "page_id" in request.meta
        if request.meta.get("redirect_times"):
            where = Where.PAGE_HOP if page else Where.IMAGE_HOP
        else:
            where = Where.PAGE if page else Where.IMAGE
        for each in self._run.watch.lineup.filters:
            if isinstance(each, DomainBlocklist):
                verdict = each.judge_address(request.url, where)
                if verdict.outcome is not Outcome.CLEAN:
                    raise RefusedByGate(verdict)

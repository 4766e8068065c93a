"""Ask robots.txt of each hop's host, and turn its no into a verdict."""

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.robotstxt import RobotParser

from crawler.gates import RefusedByGate
from filters.verdict import Outcome, Verdict

REASON = "consent.robots"


class RobotsGate(RobotsTxtMiddleware):
    """Scrapy's robots.txt, for now: it lets everything pass where robots.txt cannot be read."""

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest:
            raise RefusedByGate(_verdict()) from None


def _verdict() -> Verdict:
    return Verdict(outcome=Outcome.REFUSED, filter="consent", filter_version="1", revision="robots.txt", reason=REASON)

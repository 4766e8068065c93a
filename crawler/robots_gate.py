"""Ask robots.txt of each hop's host, and turn its no into a verdict."""

import re

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.robotstxt import ProtegoRobotParser, RobotParser, decode_robotstxt
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred

from crawler.gates import RefusedByGate
from crawler.hops import HEARD
from filters.consent import Consent, ConsentReason
from filters.verdict import Outcome, Verdict

REASON = ConsentReason.ROBOTS.value
MAX_BYTES = 512 << 10  # of robots.txt; RFC 9309 asks for 500 KiB at least
MAX_RULES = 50_000  # as Protego writes them out, one for each agent of a group: a tenth of a second
MAX_PARSERS = 10_000  # hosts whose robots.txt is in memory

_NOTHING = ["User-agent: *", "Disallow: /"]
_AGENT = re.compile(r"user[\s-]*agent")
_RULE = re.compile(r"(?:dis)?allow\s*:")
_DEAR = re.compile(r"[$%]|index\.html")  # Protego reads such a rule in several ways


class RobotsGate(RobotsTxtMiddleware):
    """Scrapy's robots.txt, for now: it lets everything pass where robots.txt cannot be read."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._parserimpl = BoundedParser  # type: ignore[assignment]  # Scrapy says one, means the class

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Forget the host that was asked for longest ago where there are many; its robots.txt is read again if need be.

        What is still being read stays: Scrapy looks for it when it has arrived.
        """
        host = urlparse_cached(request).netloc
        if host in self._parsers:
            self._parsers[host] = self._parsers.pop(host)
        if len(self._parsers) > MAX_PARSERS:
            read = (each for each, parser in self._parsers.items() if not isinstance(parser, Deferred))
            self._parsers.pop(next(read, ""), None)
        return await super().robot_parser(request)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
            request.meta.setdefault(HEARD, [])
        except IgnoreRequest:
            raise RefusedByGate(_verdict()) from None


class BoundedParser(ProtegoRobotParser):
    """Protego, for a robots.txt that it can read in a moment; any other one allows nothing.

    It is read on the event loop, and Protego writes every rule out for every agent of its group.
    """

    def __init__(self, robotstxt_body: bytes, spider: Spider | None) -> None:
        lines = decode_robotstxt(robotstxt_body[:MAX_BYTES], spider).splitlines()
        if len(robotstxt_body) > MAX_BYTES:
            lines = lines[:-1]  # half an address would be a rule about others
        readable = lines if rules_at_most(lines) <= MAX_RULES else _NOTHING
        super().__init__("\n".join(readable).encode(), spider)


def rules_at_most(lines: list[str]) -> int:
    """Return how many rules these are when written out for each agent of their group, in one pass and never too few.

    So only what is a rule without doubt ends a group's agents, every line counts as a rule, and an agent with an
    asterisk is two. Agents count too, since Protego compares each with those before it.
    """
    rules = agents = 0
    in_rules = False
    for line in lines:
        said = line.partition("#")[0].strip().lower()
        if _AGENT.match(said):
            agents = (0 if in_rules else agents) + 1 + ("*" in said)
            in_rules = False
        elif _RULE.match(said):
            in_rules = True
        if said:
            rules += max(agents, 1) * (10 if _DEAR.search(said) else 1)
    return rules


def _verdict() -> Verdict:
    return Verdict(
        outcome=Outcome.REFUSED,
        filter=Consent.name,
        filter_version=Consent.version,
        revision="robots.txt",
        reason=REASON,
    )

"""Have names resolve to what a test says, and have the real guard look at it."""

from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.resolver import dnscache
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred

from crawler.network_gate import GuardedResolver

NAMES = "tests.crawler.names.MadeUpNames"
"""For the setting TWISTED_DNS_RESOLVER; MADE_UP_NAMES holds the names, as JSON."""


class MadeUpNames(GuardedResolver):
    """A stand-in for the name server alone: names come out of Scrapy's cache, as those that were looked up do."""

    made_up: dict[str, str]

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        resolver = super().from_crawler(crawler, reactor)
        resolver.made_up = crawler.settings.getdict("MADE_UP_NAMES")
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> "Deferred[str]":  # noqa: N802  Twisted's name
        if name in self.made_up:
            dnscache[name] = self.made_up[name]
        return super().getHostByName(name, timeout)

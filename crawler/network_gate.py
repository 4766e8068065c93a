"""Let no request out to a private address, and keep to the pace of each host."""

from ipaddress import ip_address
from typing import Any, Self, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver
from scrapy.settings import BaseSettings
from scrapy.utils.defer import deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.gates import NotReachable
from crawler.networks import Networks
from filters.network_gate import NetworkReason

SCHEMES = frozenset({"http", "https"})
_PROJECT_PRIORITY = 20


class GuardedResolver(CachingThreadedResolver):
    """Resolve no name to an address that may not be reached; literals, in every spelling, come here too.

    The address that is checked is the one that is connected to, so a name cannot be rebound in between. Scrapy installs
    it from the settings of the process (`TWISTED_DNS_RESOLVER`), never from those of a spider.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, networks: Networks) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._networks = networks
        self.refused: set[str] = set()
        """Hosts that are there, but at no address that may be reached."""
        self.allowed: set[str] = set()
        """Hosts inside ALLOW_NETWORKS."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        settings = crawler.settings
        networks = Networks.parse(settings.getlist("ALLOW_NETWORKS"))
        return cls(reactor, settings.getint("DNSCACHE_SIZE"), settings.getfloat("DNS_TIMEOUT"), networks)

    def getHostByName(self, name: str, timeout: Any = ()) -> "Deferred[str]":  # noqa: N802  Twisted's name
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        host = _key(name)
        if not self._networks.may_be_reached(address):
            self.refused.add(host)
            raise DNSLookupError("the address may not be reached")
        self.refused.discard(host)
        if self._networks.allows(address):
            self.allowed.add(host)
        return address


def installed_resolver() -> GuardedResolver | None:
    """Return our resolver if it is the one that this process resolves with."""
    from twisted.internet import reactor  # importing it installs one, so only once a crawl runs

    resolver = cast("ReactorBase", reactor).resolver
    return resolver if isinstance(resolver, GuardedResolver) else None


class NetworkGate:
    """Refuse schemes other than http and https and addresses that may not be reached, on every hop and without a retry.

    Give each hop the download slot of its own host (Scrapy would keep that of the first), with the pace for it.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._networks = Networks.parse(crawler.settings.getlist("ALLOW_NETWORKS"))
        self._inside = _pace_inside(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        parsed = urlparse_cached(request)
        if parsed.scheme not in SCHEMES:
            raise NotReachable(NetworkReason.SCHEME)
        host = _key(parsed.hostname or "")
        if _is_address(host) and not self._networks.may_be_reached(host):
            raise NotReachable(NetworkReason.PRIVATE)
        request.meta["download_slot"] = host
        await self._set_pace(host)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.ip_address is not None and not self._networks.may_be_reached(response.ip_address):
            raise NotReachable(NetworkReason.PRIVATE)  # whatever resolved it
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        resolver = installed_resolver()
        if resolver is None or not isinstance(exception, CannotResolveHostError):
            return
        if _key(urlparse_cached(request).hostname or "") in resolver.refused:
            raise NotReachable(NetworkReason.PRIVATE) from None

    async def _set_pace(self, host: str) -> None:
        """A host is public until an address inside ALLOW_NETWORKS was seen for it, before its slot is made."""
        paces = self._crawler.engine.downloader.per_slot_settings
        if host in paces or not self._networks.allowed or not self._inside:
            return
        if await self._is_inside(host):
            paces[host] = self._inside

    async def _is_inside(self, host: str) -> bool:
        resolver = installed_resolver()
        if resolver is None:
            return False
        try:
            await deferred_to_future(resolver.getHostByName(host))
        except (DNSLookupError, OSError, UnicodeError):
            return False
        return host in resolver.allowed


def _pace_inside(settings: BaseSettings) -> dict[str, float]:
    """Return what differs inside ALLOW_NETWORKS: nothing that the operator set for all hosts."""
    pace = {}
    for key, ours, general in (
        ("concurrency", "ALLOWED_NETWORKS_CONCURRENCY", "CONCURRENT_REQUESTS_PER_DOMAIN"),
        ("delay", "ALLOWED_NETWORKS_DELAY", "DOWNLOAD_DELAY"),
    ):
        by_operator = (settings.getpriority(general) or 0) > _PROJECT_PRIORITY
        if not by_operator and general not in settings.getlist("FROM_ENVIRONMENT"):
            pace[key] = settings.getfloat(ours)
    return pace


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _key(host: str) -> str:
    return host.strip("[]").lower().rstrip(".")

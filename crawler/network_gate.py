"""Let no request out to a private address or an unusual port, and keep to the pace of each host."""

from collections import deque
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Self, cast
from urllib.parse import ParseResult

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver, dnscache
from scrapy.settings import BaseSettings
from scrapy.utils.defer import deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.gates import NotReachable, RefusedByGate
from crawler.networks import Networks
from filters.network_gate import NetworkReason, not_reachable
from filters.verdict import Outcome, Verdict

SCHEMES = frozenset({"http", "https"})
ROBOTS = "/robots.txt"
_PROJECT_PRIORITY = 20
_OF_SCHEME = {"http": 80, "https": 443}
_NAMES_REMEMBERED = 5


class GuardedResolver(CachingThreadedResolver):
    """Resolve no name to an address that may not be reached; literals, in every spelling, come here too.

    The address that is checked is the one that is connected to, so a name cannot be rebound in between. Scrapy installs
    it from the settings of the process (`TWISTED_DNS_RESOLVER`), never from those of a spider.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, networks: Networks) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._networks = networks
        self._kept_inside: set[str] = set()
        self._resolved: deque[str] = deque(maxlen=_NAMES_REMEMBERED)
        self.blocked: Callable[[str], Verdict | None] | None = None
        """What the blocklists say of an address; set once the run is open."""
        self.refused: dict[str, Verdict] = {}
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

    def keep_inside(self, host: str) -> None:
        """Let this host resolve inside ALLOW_NETWORKS only from now on: it is asked at a port of no other."""
        self._kept_inside.add(host)

    def judge(self, address: str | IPv4Address | IPv6Address) -> Verdict | None:
        """Return why an address may not be connected to."""
        if not self._networks.may_be_reached(address):
            return not_reachable(NetworkReason.PRIVATE)
        said = None if self.blocked is None else self.blocked(str(address))
        return None if said is None or said.outcome is Outcome.CLEAN else said

    async def still_resolves(self) -> bool | None:
        """Say whether any name that was resolved lately can be resolved now; None if none was."""
        for name in [*self._resolved]:
            dnscache.pop(name, None)
            try:
                await deferred_to_future(super().getHostByName(name))
            except (DNSLookupError, OSError, UnicodeError):
                continue
            return True
        return False if self._resolved else None

    def _checked(self, address: str, name: str) -> str:
        host = key_of(name)
        inside = self._networks.allows(address)
        said = self.judge(address)
        if said is None and host in self._kept_inside and not inside:
            said = not_reachable(NetworkReason.PORT)
        (self.allowed.add if inside else self.allowed.discard)(host)
        if said is not None:
            self.refused[host] = said
            raise DNSLookupError("the address may not be reached")
        self.refused.pop(host, None)
        if not is_address(host) and name not in self._resolved:
            self._resolved.append(name)
        return address


def installed_resolver() -> GuardedResolver | None:
    """Return our resolver if it is the one that this process resolves with."""
    from twisted.internet import reactor  # importing it installs one, so only once a crawl runs

    resolver = cast("ReactorBase", reactor).resolver
    return resolver if isinstance(resolver, GuardedResolver) else None


def is_inside(host: str) -> bool:
    """Say whether a host was last seen inside ALLOW_NETWORKS."""
    resolver = installed_resolver()
    return resolver is not None and key_of(host) in resolver.allowed


class NetworkGate:
    """Refuse schemes, ports and addresses that are not the public web's, on every hop and without a retry.

    Names are resolved here first, so that a port can be judged by where it is; when the connection is made, the
    resolver looks again. Give each hop the download slot of its own host (Scrapy would keep that of the first), with
    the pace for it.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._networks = Networks.parse(crawler.settings.getlist("ALLOW_NETWORKS"))
        self._ports = ports_of(crawler.settings)
        self._inside = _pace_inside(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        parsed = urlparse_cached(request)
        if parsed.scheme not in SCHEMES:
            raise NotReachable(NetworkReason.SCHEME)
        host = key_of(parsed.hostname or "")
        inside = await self._resolved_inside(host)
        self._require_port(parsed, host, inside=inside)
        request.meta["download_slot"] = host
        paces = self._crawler.engine.downloader.per_slot_settings
        if inside and self._inside and host not in paces:
            paces[host] = self._inside

    def process_response(self, request: Request, response: Response) -> Response:
        address = response.ip_address
        if address is None:
            return response
        resolver = installed_resolver()
        said = None if resolver is None else resolver.judge(address)
        if said is not None:
            raise RefusedByGate(said)  # whatever resolved it, and whenever the connection was made
        if not self._networks.may_be_reached(address):
            raise NotReachable(NetworkReason.PRIVATE)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, CannotResolveHostError):
            _raise_refusal(key_of(urlparse_cached(request).hostname or ""))

    async def _resolved_inside(self, host: str) -> bool:
        """Say whether a host is inside ALLOW_NETWORKS, and refuse it if it is where nothing may be reached."""
        resolver = installed_resolver()
        if is_address(host) and not self._networks.may_be_reached(host):
            raise NotReachable(NetworkReason.PRIVATE)
        if resolver is None:
            return is_address(host) and self._networks.allows(host)
        if is_address(host) and (said := resolver.judge(host)) is not None:
            raise RefusedByGate(said)
        if is_address(host) and ":" in host:
            return self._networks.allows(host)
        try:
            await deferred_to_future(resolver.getHostByName(host))
        except (DNSLookupError, OSError, UnicodeError) as error:
            _raise_refusal(host)
            raise CannotResolveHostError("no such host") from error
        return host in resolver.allowed

    def _require_port(self, parsed: ParseResult, host: str, *, inside: bool) -> None:
        if _port(parsed) in self._ports:
            return
        if not inside:
            raise NotReachable(NetworkReason.PORT)
        if (resolver := installed_resolver()) is not None:
            resolver.keep_inside(host)


def ports_of(settings: BaseSettings) -> frozenset[int]:
    """Raise `ValueError` for what is no port."""
    ports = frozenset(int(each) for each in settings.getlist("ALLOWED_PORTS"))
    if not ports or not all(0 < each < 65_536 for each in ports):
        raise ValueError("a port is a number from 1 to 65535")
    return ports


def key_of(host: str) -> str:
    """Return the one spelling of a host that its download slot and its pace go by."""
    return host.strip("[]").lower().rstrip(".")


def is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


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


def _port(parsed: ParseResult) -> int | None:
    try:
        return parsed.port or _OF_SCHEME[parsed.scheme]
    except ValueError:  # beyond 65535
        return None


def _raise_refusal(host: str) -> None:
    resolver = installed_resolver()
    if resolver is not None and host in resolver.refused:
        raise RefusedByGate(resolver.refused[host]) from None

"""Find the entry of all blocklists that covers an address, however it is spelt."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from filters.indexes.entries import Mode, NotAnEntry, is_canonical, mode_of, nearness
from filters.indexes.expressions import Spelt, address_of, spelt
from filters.indexes.host_names import LONGEST_HOST, NotAHost, is_address, normalise_host, other_readings
from filters.indexes.host_trie import EntryIndex
from filters.indexes.nested import nested_urls
from filters.revision import revision_of

__all__ = [
    "LONGEST_HOST",
    "BlockedHosts",
    "HostEntry",
    "HostList",
    "NotAHost",
    "is_address",
    "normalise_host",
]

_OF_URLS: Final = frozenset({Mode.URL, Mode.PREFIX, Mode.HASHED})
_NO_URL: Final = Spelt()


@dataclass(frozen=True, kw_only=True, slots=True)
class HostEntry:
    """The entry of a blocklist that covers an address: `host` is its text, in the grammar of `entries.py`.

    `via` is "nested" if it covers an address that stands inside the one asked for, as in that of an image proxy.
    """

    list: str
    number: int
    host: str
    why: str
    mode: Mode = Mode.SUFFIX
    via: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class HostList:
    """One revision of one blocklist; `digest` names the contents.

    `allowed` maps entries to the reason why a person lifts them, which counts for every list; exceptions that the list
    itself makes are in `entries`, and count for this list only.
    """

    name: str
    number: int
    digest: str
    entries: EntryIndex = field(repr=False)
    allowed: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not all(map(is_canonical, self.allowed)):
            raise NotAnEntry(f"list {self.name} lifts an entry that is not canonical, and would never be found")

    @classmethod
    def of(
        cls,
        *,
        name: str,
        number: int,
        digest: str,
        entries: Mapping[str, str],
        allowed: Mapping[str, str] | None = None,
        exceptions: Mapping[str, str] | None = None,
    ) -> "HostList":
        """Return a list whose index is in memory; raise `NotAnEntry` for what is not canonical."""
        index = EntryIndex.of(entries, exceptions)
        return cls(name=name, number=number, digest=digest, entries=index, allowed=dict(allowed or {}))


class BlockedHosts:
    """All blocklists of a run. The entry nearest to an address speaks, unless one as near lifts it.

    So `allow example.org` lifts an entry for example.org and `=example.org`'s parents, but not one for
    ads.example.org or example.org/path. An exception of a list lifts that list's entries in the same way.
    """

    def __init__(self, lists: tuple[HostList, ...]) -> None:
        self.lists = lists
        self.revision = revision_of([[each.name, each.number, each.digest, [*sorted(each.allowed)]] for each in lists])
        self._allowed = EntryIndex.of({entry: why for each in lists for entry, why in each.allowed.items()})
        indexes = (self._allowed, *(each.entries for each in lists))
        self._ports = frozenset(port for each in indexes for port in each.ports)
        self._asks_for_urls = any(each.modes & _OF_URLS for each in indexes)

    @property
    def is_whole(self) -> bool:
        """Say whether the files that the lists are mapped from are as they were opened."""
        return all(each.entries.is_whole for each in self.lists)

    def find(self, host_or_url: str) -> HostEntry | None:
        """Return the entry that covers it as a browser or other software reads it, or one nested in it.

        Raise `NotAHost` where no host can be read, or not all that is nested.
        """
        if (entry := self._find(host_or_url)) is not None:
            return entry
        for nested in nested_urls(host_or_url):
            if (entry := self._find_readable(nested)) is not None:
                return replace(entry, via="nested")
        return None

    def find_address(self, ip: str) -> HostEntry | None:
        """Return the entry that covers an IP address, or an IPv4 address it stands for; raise `NotAHost`."""
        try:
            address = ip_address(ip.strip("[]").partition("%")[0])
        except ValueError:
            raise NotAHost("not an address") from None
        return self._nearest([str(address), *_embedded(address)])

    def _find(self, host_or_url: str) -> HostEntry | None:
        for other in other_readings(host_or_url):
            if (entry := self._covering(other, host_or_url)) is not None:
                return entry
        return self._covering(normalise_host(host_or_url), host_or_url)

    def _find_readable(self, url: str) -> HostEntry | None:
        try:
            return self._find(url)
        except NotAHost:
            return None

    def _covering(self, host: str, url: str) -> HostEntry | None:
        asked = self._spelt(host, url) if self._asks_for_urls else _NO_URL
        if not is_address(host):
            return self._nearest([host], asked)
        try:
            address = ip_address(host)
        except ValueError:
            return None  # 0177.0.0.1, which nobody but a browser reads; and that has read it by now or will
        return self._nearest([str(address), *_embedded(address)], asked)

    def _spelt(self, host: str, url: str) -> Spelt:
        """Return what stands for a URL on lists of URLs if its host is read as `host`."""
        try:
            address = replace(address_of(url), host=host)
        except NotAHost:
            return _NO_URL
        return spelt(address, self._ports)

    def _nearest(self, hosts: list[str], url: Spelt = _NO_URL) -> HostEntry | None:
        nearest: tuple[str, HostList] | None = None
        for each in self.lists:
            for entry in _unlifted(each.entries, hosts, url):
                if nearest is None or nearness(entry) > nearness(nearest[0]):
                    nearest = entry, each
        if nearest is None:
            return None
        entry, of = nearest
        lifting = (each for host in hosts for each in self._allowed.covering(host, url))
        if any(nearness(each) >= nearness(entry) for each in lifting):
            return None
        why = of.entries.why(entry) or ""
        return HostEntry(list=of.name, number=of.number, host=entry, why=why, mode=mode_of(entry))


def _unlifted(index: EntryIndex, hosts: Iterable[str], url: Spelt) -> Iterator[str]:
    """Yield the entries of one list that cover it, without those that an exception as near lifts."""
    for host in hosts:
        if covering := index.covering(host, url):
            lifted = max(map(nearness, index.lifting(host, url)), default=None)
            yield from (each for each in covering if lifted is None or nearness(each) > lifted)


_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


def _embedded(address: IPv4Address | IPv6Address) -> Iterator[str]:
    """Yield the IPv4 addresses that an IPv6 address leads to: mapped, 6to4, NAT64, Teredo."""
    if isinstance(address, IPv4Address):
        return
    leads_to = [address.ipv4_mapped, address.sixtofour, address.teredo[1] if address.teredo else None]
    if any(address in network for network in _NAT64):
        leads_to.append(IPv4Address(int(address) & 0xFFFFFFFF))
    yield from (str(each) for each in leads_to if each is not None)

"""Normalise host names as a browser does, and find the blocklist entry that covers one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from urllib.parse import urlsplit

import can_ada

from filters.revision import revision_of

LONGEST_HOST = 253
_AROUND = "".join(map(chr, range(0x21)))
_INSIDE = str.maketrans("", "", "\t\n\r")
_HAS_SCHEME = re.compile(r"(?:https?|wss?|ftp|file):|[a-z][a-z0-9+.-]*:(?!\d{1,5}(?:[/?#\\]|$))", re.IGNORECASE)
_BARE_IPV6 = re.compile(r"[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)
_HOST_PARSED = frozenset({"http:", "https:", "ws:", "wss:", "ftp:", "file:"})
_AS_LISTED = re.compile(r"[^\x00-\x20A-Z/@%?#\\:\[\]\x7f-\U0010ffff]+|[0-9a-f]*:[0-9a-f:]*:[0-9a-f:]*")


class NotAHost(ValueError):
    """No host can be read from it; the message never holds the text, which may be an address that must stay secret."""


def normalise_host(url_or_host: str) -> str:
    """Return the host that a browser would connect to: lower case, ASCII (punycode), no port, no trailing dot.

    Takes a URL or a bare host, with or without a port. Reads as WHATWG says: `http://good.example\\@bad.example/` is
    good.example, `http://0x7f.1/` and `http://[::ffff:127.0.0.1]/` are 127.0.0.1. IPv6 comes without brackets.
    """
    text = url_or_host.strip(_AROUND).translate(_INSIDE)
    parsed = _parsed(_as_url(text))
    if parsed.protocol not in _HOST_PARSED:
        return normalise_host(_given(parsed.hostname))  # the host of another scheme is left as it was spelt
    return _canonical(_given(parsed.hostname))


def is_address(host: str) -> bool:
    """Say whether a normalised host is an IP literal, which has no parent domains."""
    return ":" in host or host.rpartition(".")[2].isdigit()


@dataclass(frozen=True, kw_only=True, slots=True)
class HostEntry:
    """The entry of a blocklist that covers a host: a host or a parent domain of it."""

    list: str
    number: int
    host: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HostList:
    """One revision of one blocklist. Each host covers its subdomains; `digest` names the contents.

    `entries` and `allowed` map hosts, written as `normalise_host` returns them, to the reason why they stand there.
    `allowed` are the overrides of a person, and count for every list.
    """

    name: str
    number: int
    digest: str
    entries: Mapping[str, str] = field(repr=False)
    allowed: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for hosts in (self.entries, self.allowed):
            if not all(map(_AS_LISTED.fullmatch, hosts)):
                raise NotAHost(f"list {self.name} holds a host that is not normalised, and would never be found")


class BlockedHosts:
    """All blocklists of a run. The entry nearest to a host speaks; where a person allowed that very entry, none does.

    So `allow example.org` lifts an entry for example.org, but not one for ads.example.org.
    """

    def __init__(self, lists: tuple[HostList, ...]) -> None:
        self.lists = lists
        self.revision = revision_of([[each.name, each.number, each.digest, [*sorted(each.allowed)]] for each in lists])
        self._allowed = frozenset(host for each in lists for host in each.allowed)

    def find(self, host_or_url: str) -> HostEntry | None:
        """Return the entry that covers the host as a browser reads it, or as other software may; raise `NotAHost`."""
        for other in _other_readings(host_or_url):
            if (entry := self._covering(other)) is not None:
                return entry
        return self._covering(normalise_host(host_or_url))

    def _covering(self, host: str) -> HostEntry | None:
        for name in _itself_and_parents(host):
            if name in self._allowed:
                return None
            for each in self.lists:
                if (why := each.entries.get(name)) is not None:
                    return HostEntry(list=each.name, number=each.number, host=name, why=why)
        return None


def _as_url(text: str) -> str:
    if _BARE_IPV6.fullmatch(text):
        return f"http://[{text}]"
    return text if _HAS_SCHEME.match(text) else "http://" + text


def _parsed(url: str) -> can_ada.URL:
    try:
        return can_ada.parse(url)
    except (ValueError, TypeError):  # TypeError: a lone surrogate, which cannot be encoded
        raise NotAHost("no host can be read from this address") from None


def _given(host: str) -> str:
    if not host:
        raise NotAHost("this address has no host")
    return host


def _canonical(host: str) -> str:
    if host.startswith("["):
        address = IPv6Address(host[1:-1])
        return str(address.ipv4_mapped or address)
    if host.endswith(".."):
        return normalise_host(_given(host.rstrip(".")))  # may have become an IPv4 address
    host = host.removesuffix(".")
    if len(host) > LONGEST_HOST or host.startswith(".") or ".." in host or not host:
        raise NotAHost("the host has an empty label or is too long")
    return host


def _other_readings(host_or_url: str) -> Iterator[str]:
    """Yield hosts that software with other rules would connect to: urllib's, and IDNA 2003's as Scrapy uses it."""
    try:
        host = urlsplit(host_or_url).hostname
    except ValueError:
        return
    if host is None:
        return
    yield host.rstrip(".")
    if not host.isascii():
        try:
            yield host.encode("idna").decode().rstrip(".")
        except UnicodeError:
            return


def _itself_and_parents(host: str) -> Iterator[str]:
    yield host
    if is_address(host):
        return
    while "." in host:
        host = host.partition(".")[2]
        yield host

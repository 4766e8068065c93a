"""Read the entries of a blocklist: text that says itself what it covers.

`example.org`               the host and all its subdomains
`=example.org`              this host only
`.example.org`              its subdomains only
`192.0.2.7`, `2001:db8::1`  an address
`192.0.2.0/24`              a network
`example.org/path?query`    this one URL, on this host alone
`example.org/path*`         every URL that begins so, on the host and all its subdomains
`sha256:<64 hex digits>`    what has this SHA-256, of a URL or of what Safe Browsing says may stand for it

Scheme and fragment are ignored, and so is the port unless the entry names one: `example.org:8080/path`.
"""

import re
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from filters.indexes.expressions import address_of, spelt_host
from filters.indexes.host_names import LONGEST_HOST, NotAHost, is_address, normalise_host


class NotAnEntry(NotAHost):
    """It names nothing that could be blocked; the message never holds the text."""


class Mode(StrEnum):
    """How much an entry covers."""

    SUFFIX = "suffix"
    EXACT = "exact"
    SUBDOMAINS = "subdomains"
    ADDRESS = "address"
    NETWORK = "network"
    URL = "url"
    PREFIX = "url prefix"
    HASHED = "hashed"


_HASHED: Final = re.compile(r"sha256:[0-9a-f]{64}", re.IGNORECASE)
_NETWORK: Final = re.compile(r"([0-9a-f.:]+)/(\d+)", re.IGNORECASE)
_SCHEME: Final = re.compile(r"^(?:(?:https?:)?//|https?:)", re.IGNORECASE)
_NO_HOST_FIRST: Final = re.compile(r"[/\\]|[a-z][a-z0-9+.-]*:[/\\]", re.IGNORECASE)
"""A path, or a scheme other than those of the web."""
_NEVER_IN_A_HOST: Final = re.compile(r"[\x00-\x20/@?\\%*,;|^<>()\"'`{}\x7f]")
_PLAIN: Final = re.compile(r"(?!-)(?!.*xn--)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.[a-z][a-z0-9_]{0,62}")


def read_entry(text: str) -> str:
    """Return the entry as it is compared and kept; raise `NotAnEntry`."""
    text = text.strip()
    if _HASHED.fullmatch(text):
        return text.lower()
    if text.startswith("="):
        host = _host(text[1:])
        return host if is_address(host) else f"={host}"
    if text.startswith("."):
        return f".{_name(text[1:])}"
    if (network := _NETWORK.fullmatch(text)) and _is_ip(network[1]):
        return _network(text)
    bare = _SCHEME.sub("", text, count=1)
    if _NO_HOST_FIRST.match(bare):
        raise NotAnEntry("not an address of the web")
    if bare == text and "@" in bare.partition("/")[0]:
        raise NotAnEntry("the address of a mailbox")
    return _url(text) if "/" in bare or "?" in bare else _host(bare)


def is_plain(entry: str) -> bool:
    """Say whether it is a canonical name without anything around it, as most entries of most lists are."""
    return len(entry) <= LONGEST_HOST and _PLAIN.fullmatch(entry) is not None


def is_canonical(entry: str) -> bool:
    """Say whether an entry is as `read_entry` returns it."""
    if is_plain(entry):
        return True
    try:
        return read_entry(entry) == entry
    except NotAnEntry:
        return False


def entry_of_host(host: str, mode: Mode = Mode.SUFFIX) -> str:
    """Return the entry that covers a normalised host so; an address covers itself however it is asked for."""
    if is_address(host):
        return host
    return _BEFORE.get(mode, "") + host


_BEFORE: Final = {Mode.EXACT: "=", Mode.SUBDOMAINS: "."}


def mode_of(entry: str) -> Mode:
    """Say how much a canonical entry covers."""
    if entry[0] in "=.":
        return Mode.EXACT if entry[0] == "=" else Mode.SUBDOMAINS
    if "/" in entry:
        if entry.endswith("*"):
            return Mode.PREFIX
        return Mode.NETWORK if _NETWORK.fullmatch(entry) else Mode.URL
    if is_address(entry):
        return Mode.HASHED if _HASHED.fullmatch(entry) else Mode.ADDRESS
    return Mode.SUFFIX


def port_of(entry: str) -> int | None:
    """Return the port that a URL or a prefix of one names."""
    found = _PORT.match(entry)
    return None if found is None else int(found[1])


_PORT: Final = re.compile(r"(?:\[[^\]]*\]|[^/:\[]+):(\d+)/")


def nearness(entry: str) -> tuple[int, int]:
    """Return what is greater the less an entry covers: of several that cover an address, the nearest speaks.

    A host stands as near however it is meant: `=example.org` and `example.org` lift each other.
    """
    mode = mode_of(entry)
    if mode is Mode.NETWORK:
        return 0, int(entry.rpartition("/")[2])
    return _NEARNESS.get(mode, 1), len(entry.lstrip("=."))


_NEARNESS: Final = {Mode.PREFIX: 2, Mode.URL: 3, Mode.HASHED: 4}


def _name(text: str) -> str:
    host = _host(text)
    if is_address(host):
        raise NotAnEntry("an address has no subdomains")
    return host


def _host(text: str) -> str:
    """An address spelt as one number or in octal is a slip in a list, and not what somebody meant to block."""
    if _is_no_host(text):
        raise NotAnEntry("not a host")
    if ":" in text and not _is_ip(text.strip("[]")):
        raise NotAnEntry("a port needs a path: HOST:8080/")
    host = _normalised(text)
    if _is_no_host(host):  # IDNA maps some letters to such characters: a parenthesized one to three of them
        raise NotAnEntry("not a host")
    if is_address(host) and not _is_ip(text.strip("[]")):
        raise NotAnEntry("not an address")
    return host


def _is_no_host(text: str) -> bool:
    return text[:1] in ("=", ".") or _NEVER_IN_A_HOST.search(text) is not None


def _normalised(text: str) -> str:
    try:
        return normalise_host(text)
    except NotAHost:
        raise NotAnEntry("not a host") from None


def _network(text: str) -> str:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise NotAnEntry("not a network") from None
    network = _unmapped(network)
    if network.prefixlen == 0:
        raise NotAnEntry("a network of every address there is")
    alone = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if alone else str(network)


def _unmapped(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    if isinstance(network, IPv6Network) and network.prefixlen >= _MAPPED_BITS:
        mapped = network.network_address.ipv4_mapped
        if mapped is not None:
            return IPv4Network((mapped, network.prefixlen - _MAPPED_BITS))
    return network


_MAPPED_BITS: Final = 96


def _url(text: str) -> str:
    starred = text.endswith("*")
    try:
        address = address_of(text[:-1] if starred else text)
    except NotAHost:
        raise NotAnEntry("not a URL") from None
    if "*" in address.host or address.host.startswith("=") or address.port is None:
        raise NotAnEntry("not a URL of the web")
    port = f":{address.port}" if address.named_port else ""
    asks = address.query is not None or (starred and text[:-1].partition("#")[0].endswith("?"))
    query = f"?{address.query or ''}" if asks else ""
    spelt = f"{spelt_host(address.host)}{port}{address.path}{query}"
    if starred:
        return f"{spelt}*"
    if spelt.endswith("*") or (_NETWORK.fullmatch(spelt) and is_address(address.host)):
        raise NotAnEntry("at the end of a URL a star means all that begin so, and a number after an address a network")
    return spelt


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True

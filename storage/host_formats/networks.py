"""Read lists of addresses and networks."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network, summarize_address_range
from typing import Final, TypeAlias

from storage.host_formats.listed import BLOCK, Action, Item, ListLine, Reading
from storage.list_lines import Rejected, RejectReason

Network: TypeAlias = IPv4Network | IPv6Network

_COMMENT = re.compile(r"[#;].*|\s//.*")
_ALL_OF_V6: Final = ip_network("2000::/3")  # all that is routed
_MAPPED: Final = ip_network("::ffff:0:0/96")
_WIDEST_V4: Final = 3
"""224.0.0.0/3 is the widest network that real lists hold; half or a quarter of all addresses is a slip."""


def read_network(_: Reading, number: int, text: str) -> Iterator[Item]:
    """Read `192.0.2.7`, `192.0.2.0/24`, `192.0.2.1-192.0.2.9`, of either version."""
    text = _COMMENT.sub("", text).strip()
    if not text:
        return
    try:
        networks = list(_range(*text.split("-")) if "-" in text else [_network(text)])
    except ValueError:
        networks = []
    yield from network_entries(number, networks)


def network_entries(number: int, networks: list[Network], action: Action = BLOCK) -> Iterator[Item]:
    """Yield an entry for each of them, or one rejection for all: none is no address, and some are too wide."""
    if not networks:
        yield Rejected(line=number, reason=RejectReason.NOT_AN_ADDRESS)
    elif any(map(_too_wide, networks)):
        yield Rejected(line=number, reason=RejectReason.MATCHES_ALL)
    else:
        for each in networks:
            yield ListLine(covers=_written(each), action=action)


def _network(text: str) -> Network:
    if "%" in text:
        raise ValueError("an address of one link is none of the web")
    address, slash, length = text.partition("/")
    if slash and not (length.isascii() and length.isdigit()):  # ip_network would take 0.0.0.255 for a mask
        raise ValueError("not the length of a prefix")
    return _unmapped(ip_network(f"{address.strip()}/{length}" if slash else address.strip(), strict=False))


def _range(first: str, last: str, *more: str) -> Iterator[Network]:
    if more or "%" in first + last:
        raise ValueError("not a range")
    begin, end = ip_address(first.strip()), ip_address(last.strip())
    if begin.version != end.version:
        raise ValueError("not a range")
    return map(_unmapped, summarize_address_range(begin, end))


def _unmapped(network: Network) -> Network:
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):  # type: ignore[arg-type]  # a v6 network
        mapped = network.network_address.ipv4_mapped
        return ip_network(f"{mapped}/{network.prefixlen - 96}")
    return network


def _too_wide(network: Network) -> bool:
    if isinstance(network, IPv4Network):
        return network.prefixlen < _WIDEST_V4
    return network.supernet_of(_ALL_OF_V6)  # type: ignore[arg-type]  # a v6 network


def _written(network: Network) -> str:
    return str(network.network_address if network.prefixlen == network.max_prefixlen else network)

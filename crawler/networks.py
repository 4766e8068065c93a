"""Know which addresses may be reached: the public internet, and the private networks that the operator allows."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self, TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Networks:
    """The private networks of ALLOW_NETWORKS."""

    allowed: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @classmethod
    def parse(cls, cidrs: Iterable[str]) -> Self:
        """Raise `ValueError`, which names the CIDR, if one cannot be read."""
        return cls(tuple(ipaddress.ip_network(each.strip()) for each in cidrs if each.strip()))

    def may_be_reached(self, address: str | Address) -> bool:
        """Say no to every address that is not on the public internet, unless it is allowed."""
        numeric = _numeric(address)
        return self.allows(numeric) or _is_public(numeric)

    def allows(self, address: str | Address) -> bool:
        """A v4 address inside a v6 one is allowed by its own network only where it is mapped: that is the same way."""
        numeric = _numeric(address)
        return any(numeric in each for each in self.allowed)


def is_private(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    """Say whether no address of a network is on the public internet."""
    shared = isinstance(network, ipaddress.IPv4Network) and network.subnet_of(_SHARED)
    return network.is_private or shared


_SHARED = ipaddress.IPv4Network("100.64.0.0/10")
"""Behind a carrier's address translation (RFC 6598): neither global nor, to Python, private."""


_NEVER = tuple(
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a carrier's address translation
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; 169.254.169.254 tells a cloud machine its secrets
        "172.16.0.0/12",
        "192.0.0.0/24",  # of protocols
        "192.0.2.0/24",  # documentation, as are 198.51.100.0 and 203.0.113.0
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # of protocols: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation, as is 3fff::
        "2002::/16",  # 6to4: leads to the v4 address inside
        "3fff::/20",
    )
)
"""Said by name though `is_global` says most of them too: what that knows differs from one Python to the next."""
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All of v6 that was given out: not ::/96, fc00::/7, fe80::/10, fec0::/10, ff00::/8 nor 64:ff9b:1::/48."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""Leads to the v4 address in its last 32 bits (RFC 6052)."""


def _is_public(numeric: Address) -> bool:
    if isinstance(numeric, ipaddress.IPv6Address) and numeric in _NAT64:
        return _is_public(ipaddress.IPv4Address(int(numeric) & 0xFFFFFFFF))
    if isinstance(numeric, ipaddress.IPv6Address) and numeric not in _UNICAST:
        return False
    return numeric.is_global and not numeric.is_multicast and not any(numeric in each for each in _NEVER)


def _numeric(address: str | Address) -> Address:
    numeric = ipaddress.ip_address(address)
    if isinstance(numeric, ipaddress.IPv6Address):
        return numeric.ipv4_mapped or numeric
    return numeric

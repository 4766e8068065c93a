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
        return self.allows(numeric) or (numeric.is_global and not numeric.is_multicast)

    def allows(self, address: str | Address) -> bool:
        numeric = _numeric(address)
        return any(numeric in each for each in self.allowed)


def is_private(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    """Say whether no address of a network is on the public internet."""
    shared = isinstance(network, ipaddress.IPv4Network) and network.subnet_of(_SHARED)
    return network.is_private or shared


_SHARED = ipaddress.IPv4Network("100.64.0.0/10")
"""Behind a carrier's address translation (RFC 6598): neither global nor, to Python, private."""


def _numeric(address: str | Address) -> Address:
    numeric = ipaddress.ip_address(address)
    if isinstance(numeric, ipaddress.IPv6Address):
        return numeric.ipv4_mapped or numeric.sixtofour or numeric
    return numeric

"""Say which lists of known material count for a picture, and whether finding nothing in them means anything."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from filters.facts import Fetched
from filters.indexes.known import HEX_DIGITS, KnownHash, KnownMaterial, ListState
from filters.verdict import Evidence

KNOWN_GOOD: Final = "POSITIVE_CLASS"
"""ThreatExchange's category for what is known to be harmless: the only one that does not block."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counting:
    """What counts for one picture: whether synthetic lists do, and what a verdict on it says of the lists."""

    synthetic: bool
    evidence: Evidence
    doubt: Evidence | None
    """Why finding nothing would not mean that the picture is clean; None if it would."""


class Standing:
    """Judges the lists themselves by where a picture was fetched: inside `networks` if every hop's address is.

    `types` are those of hashes that the filter compares: evidence names only lists that hold some.
    """

    def __init__(self, known: KnownMaterial | None, types: Collection[str] = HEX_DIGITS) -> None:
        self._known = known
        hashes = () if known is None else tuple(each for each in known.hashes if each.category != KNOWN_GOOD)
        self.real = tuple(each for each in hashes if not each.synthetic)
        self.synthetic = tuple(each for each in hashes if each.synthetic)
        self._networks = () if known is None else tuple(ip_network(each, strict=False) for each in known.networks)
        self._any = bool(hashes)
        compared = [each for each in hashes if each.type in types]
        self._names = {False: names_of(each for each in compared if not each.synthetic), True: names_of(compared)}

    @property
    def revision(self) -> list[str | bool | None]:
        """Return all of the lists' state that an answer depends on."""
        known = self._known
        if known is None:
            return [None]
        return [known.revision, known.ready.value, known.production, known.provisional, *known.networks]

    def counting(self, fetched: Fetched | None) -> Counting:
        inside = self._inside(fetched)
        evidence: dict[str, str | bool] = {"lists": self._names[inside]}
        if self._known is not None and self._known.provisional and not self._known.production:
            evidence["provisional"] = True
        return Counting(synthetic=inside, evidence=evidence, doubt=self._doubt(inside))

    def _inside(self, fetched: Fetched | None) -> bool:
        hops = () if fetched is None else fetched.hops
        return bool(hops) and all(self._in_a_network(hop.address) for hop in hops)

    def _in_a_network(self, address: str | None) -> bool:
        if address is None:
            return False
        found: IPv4Address | IPv6Address = ip_address(address)
        if isinstance(found, IPv6Address):
            found = found.ipv4_mapped or found
        return any(found in network for network in self._networks)

    def _doubt(self, inside: bool) -> Evidence | None:
        if self._known is None:
            return {"state": ListState.MISSING.value}
        if self._known.ready is not ListState.READY:
            return {"state": self._known.ready.value}
        if self._known.production or self._known.provisional or (inside and self._any):
            return None
        return {"state": self._known.ready.value, "production": False}


def names_of(hashes: Iterable[KnownHash]) -> str:
    """Return the lists that hashes come from, as `name@number,other@number`."""
    return ",".join(sorted({f"{each.list}@{each.number}" for each in hashes}))

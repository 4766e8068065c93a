"""Say which lists of known material count for a picture, and whether finding nothing in them means anything."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from filters.facts import Fetched
from filters.indexes.known import HEX_DIGITS, NEAR_TYPES
from filters.indexes.known_list import KnownList
from filters.indexes.known_material import KnownMaterial, ListState
from filters.verdict import Evidence


@dataclass(frozen=True, kw_only=True, slots=True)
class Counting:
    """What counts for one picture: whether synthetic lists do, and what a verdict on it says of the lists."""

    synthetic: bool
    evidence: Evidence
    doubt: Evidence | None
    """Why finding nothing would not mean that the picture is clean; None if it would."""


class Standing:
    """Judges the lists themselves by where a picture was fetched: inside `networks` if every hop's address is.

    `types` are those of hashes that the filter compares: evidence names only lists that hold some. What looks at the
    picture needs a list that tells what pictures look like; one of digests alone knows no altered copy.
    """

    def __init__(self, known: KnownMaterial | None, types: Collection[str] = HEX_DIGITS) -> None:
        self._known = known
        self._looks = not NEAR_TYPES.isdisjoint(types)
        lists = () if known is None else known.lists
        self._networks = () if known is None else tuple(ip_network(each, strict=False) for each in known.networks)
        self._any = any(map(len, lists))
        compared = [each for each in lists if not each.counts.keys().isdisjoint(types)]
        real = tuple(each for each in compared if not each.synthetic)
        planted = () if known is None or known.planted is None else (known.planted,)
        self.real = (*real, *planted)
        self.synthetic = tuple(each for each in compared if each.synthetic)
        self._names = {False: names_of(real), True: names_of(compared)}

    @property
    def revision(self) -> list[str | bool | None]:
        """Return all of the lists' state that an answer depends on."""
        known = self._known
        if known is None:
            return [None]
        state = [known.ready.value, known.production, known.only_digests, known.provisional]
        return [known.revision, *state, *known.networks]

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
        known = self._known
        if known is None:
            return {"state": ListState.MISSING.value}
        if known.ready is not ListState.READY:
            return {"state": known.ready.value}
        if known.production or known.provisional or (inside and self._any):
            return None
        if known.only_digests:
            return {"state": ListState.MISSING.value} if self._looks else None
        return {"state": known.ready.value, "production": False}


def names_of(lists: Iterable[KnownList]) -> str:
    """Return lists as `name@number,other@number`."""
    return ",".join(sorted({each.label for each in lists}))

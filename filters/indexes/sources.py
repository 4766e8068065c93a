"""Find the vetted source that a host belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from filters.indexes.hosts import is_address, normalise_host
from filters.revision import revision_of


@dataclass(frozen=True, kw_only=True, slots=True)
class VettedHost:
    """A host that a person has vetted, and the licence under which its pictures may be used."""

    host: str
    licence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VettedSources:
    """One revision of the list of vetted sources. Each host, as `normalise_host` writes it, covers its subdomains."""

    number: int
    digest: str
    licences: Mapping[str, str] = field(repr=False)

    @property
    def revision(self) -> str:
        return revision_of([self.number, self.digest, [*sorted(self.licences)]])

    def find(self, url: str) -> VettedHost | None:
        """Return the nearest vetted host that covers an address, read as a browser does; raise `NotAHost`."""
        name = normalise_host(url)
        while name not in self.licences:
            if is_address(name) or "." not in name:
                return None
            name = name.partition(".")[2]
        return VettedHost(host=name, licence=self.licences[name])

    def without_newer(self, floor: "VettedSources") -> "VettedSources":
        """Return what stands in both: a run is never loosened by a source that was added while it goes on."""
        both = {host: licence for host, licence in self.licences.items() if floor.licences.get(host) == licence}
        return VettedSources(number=self.number, digest=self.digest, licences=both)

"""Hold one revision of one list of known material, and find in it what a picture is or looks like."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from filters.facts import Digests
from filters.indexes.digests import DigestIndex
from filters.indexes.hamming import HammingIndex
from filters.indexes.known import KNOWN_GOOD, NEAR_TYPES, KnownEntry, KnownHash
from filters.indexes.list_policy import SUSPECT, ListPolicy

SUSPECT_CATEGORIES = frozenset({"INVESTIGATION_SEED", "DISPUTED"})
"""What somebody only suspects, or others contest: refused like the rest, but nothing is reported."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NearMatch:
    """An entry that a picture is near enough to."""

    entry: KnownHash
    distance_bits: int
    needed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownList:
    """Never changed, and nothing of it is ever shown. What is known to be good is left out when it is built."""

    name: str
    number: int
    synthetic: bool
    policy: ListPolicy
    digest: str = ""
    counts: Mapping[str, int]
    digests: DigestIndex = field(repr=False)
    near: Mapping[str, HammingIndex] = field(repr=False)
    _entries: tuple[KnownHash, ...] = field(repr=False)
    _of_near: Mapping[str, tuple[KnownHash, ...]] = field(repr=False)

    @classmethod
    def of(
        cls,
        *,
        name: str,
        number: int = 1,
        synthetic: bool = False,
        policy: ListPolicy | None = None,
        entries: Iterable[KnownEntry] = (),
        digest: str = "",
    ) -> "KnownList":
        """Build the list in memory."""
        hashes = tuple(_known(name, number, each) for each in entries if each.category != KNOWN_GOOD)
        of_near = {t: tuple(each for each in hashes if each.type == t) for t in sorted(NEAR_TYPES)}
        of_near = {t: each for t, each in of_near.items() if each}
        counts: dict[str, int] = {}
        for each in hashes:
            counts[each.type] = counts.get(each.type, 0) + 1
        return cls(
            name=name,
            number=number,
            synthetic=synthetic,
            policy=policy or ListPolicy(),
            digest=digest,
            counts=counts,
            digests=DigestIndex(hashes),
            near={t: HammingIndex([bytes.fromhex(each.value) for each in of]) for t, of in of_near.items()},
            _entries=hashes,
            _of_near=of_near,
        )

    @property
    def label(self) -> str:
        return f"{self.name}@{self.number}"

    @property
    def is_whole(self) -> bool:
        """Say whether nobody has written to the mapped file since it was opened; then it must be opened anew."""
        return True

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __repr__(self) -> str:
        return f"<KnownList {self.label} {len(self)} hashes>"

    def entries(self) -> Iterator[KnownHash]:
        """Yield all that can match, in no order that means anything."""
        return iter(self._entries)

    def find(self, digests: Digests) -> KnownHash | None:
        """Return the entry of the strongest digest that is listed, what is confirmed before what is suspected."""
        return min(self.digests.find(digests), key=self.suspects, default=None)

    def near_to(self, hash_type: str, query: bytes) -> Iterator[NearMatch]:
        """Yield every entry of a type that the hash is near enough to."""
        index = self.near.get(hash_type)
        if index is None:
            return
        of_type = self._of_near[hash_type]
        farthest = max(self.needed(each) for each in of_type)
        for position, distance_bits in index.within(query, farthest):
            needed = self.needed(of_type[position])
            if distance_bits <= needed:
                yield NearMatch(entry=of_type[position], distance_bits=distance_bits, needed=needed)

    def needed(self, entry: KnownHash) -> int:
        """Return how far a match with the entry may be."""
        return self.policy.needed(entry.type, entry.distance_bits)

    def suspects(self, entry: KnownHash) -> bool:
        """Say whether a match with the entry is a suspicion only."""
        return self.policy.action == SUSPECT or entry.category in SUSPECT_CATEGORIES


def _known(name: str, number: int, entry: KnownEntry) -> KnownHash:
    return KnownHash(list=name, number=number, **entry._asdict())

"""Hold one revision of one list of known material, and find in it what a picture is or looks like."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from filters.facts import Digests
from filters.indexes.digests import TYPES, DigestIndex
from filters.indexes.entry_columns import gather
from filters.indexes.hamming import HammingIndex
from filters.indexes.hash_parts import HashParts
from filters.indexes.known import KnownEntry, KnownHash
from filters.indexes.list_policy import SUSPECT, ListPolicy

SUSPECT_CATEGORIES: Final = frozenset({"INVESTIGATION_SEED", "DISPUTED"})
"""What somebody only suspects, or others contest: refused like the rest, but nothing is reported."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NearMatch:
    """An entry that a picture is near enough to."""

    entry: KnownHash
    distance_bits: int
    needed: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class KnownList:
    """Never changed, and nothing of it is ever shown. What is known to be good was left out when it was built."""

    name: str
    number: int
    synthetic: bool = False
    policy: ListPolicy = field(default_factory=ListPolicy)
    digest: str = ""
    parts: HashParts

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
        return cls(
            name=name,
            number=number,
            synthetic=synthetic,
            policy=policy or ListPolicy(),
            digest=digest,
            parts=HashParts.of(gather(entries)),
        )

    @property
    def label(self) -> str:
        return f"{self.name}@{self.number}"

    @property
    def exact(self) -> Mapping[str, DigestIndex]:
        return self.parts.exact

    @property
    def near(self) -> Mapping[str, HammingIndex]:
        return self.parts.near

    @property
    def counts(self) -> dict[str, int]:
        """How many entries of each type it holds that can match."""
        return {name: len(index) for held in (self.exact, self.near) for name, index in held.items()}

    @property
    def is_whole(self) -> bool:
        """Say whether nobody has written to the mapped file since it was opened; then it must be opened anew."""
        return self.parts.written is None or self.parts.written.is_unchanged()

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __bool__(self) -> bool:
        """A list without an entry is a list all the same."""
        return True

    def __repr__(self) -> str:
        return f"<KnownList {self.label} {len(self)} hashes>"

    def entries(self) -> Iterator[KnownHash]:
        """Yield all that can match, in no order that means anything."""
        for held in (self.exact, self.near):
            for name, index in held.items():
                rows = range(len(index) + 1)
                yield from (self._entry(name, row) for row in rows if row != index.table.planted)

    def find(self, digests: Digests) -> KnownHash | None:
        """Return the entry of the strongest digest that is listed, what is confirmed before what is suspected."""
        found = (
            self._entry(name, row)
            for name in TYPES
            if name in self.exact
            for row in self.exact[name].find(bytes.fromhex(getattr(digests, name)))
        )
        return min(found, key=self.suspects, default=None)

    def near_to(self, hash_type: str, query: bytes) -> Iterator[NearMatch]:
        """Yield every entry that the hash is near enough to, of a type that the list holds."""
        kinds = self.parts.columns[hash_type].table
        farthest = max(self.policy.needed(hash_type, own_bits) for _, own_bits, _ in kinds)
        for row, distance_bits in self.near[hash_type].within(query, farthest):
            entry = self._entry(hash_type, row)
            needed = self.policy.needed(hash_type, entry.distance_bits)
            if distance_bits <= needed:
                yield NearMatch(entry=entry, distance_bits=distance_bits, needed=needed)

    def suspects(self, entry: KnownHash) -> bool:
        """Say whether a match with the entry is a suspicion only."""
        return self.policy.action == SUSPECT or entry.category in SUSPECT_CATEGORIES

    def _entry(self, hash_type: str, row: int) -> KnownHash:
        entry, (category, distance_bits, severity) = self.parts.columns[hash_type].at(row)
        near = self.near.get(hash_type)
        value = self.exact[hash_type].table.value(row) if near is None else near.value(row)
        return KnownHash(
            list=self.name,
            number=self.number,
            entry=entry,
            type=hash_type,
            value=value.hex(),
            category=category,
            distance_bits=distance_bits,
            severity=severity,
        )

"""Put the indexes of one list together, whether they are in memory or in a mapped file."""

from collections.abc import Mapping
from dataclasses import dataclass

from filters.indexes.canary import planted_hash
from filters.indexes.digests import DigestIndex, DigestTable
from filters.indexes.entry_columns import EntryColumns, Gathered
from filters.indexes.hamming import HammingIndex
from filters.indexes.hamming_table import HammingTable
from filters.indexes.known import NEAR_TYPES
from filters.indexes.mapped_file import Written


@dataclass(frozen=True, kw_only=True, slots=True)
class HashParts:
    """An index for each type that the list holds, and what is said of each entry, at the same positions."""

    exact: Mapping[str, DigestIndex]
    near: Mapping[str, HammingIndex]
    columns: Mapping[str, EntryColumns]
    written: Written | None = None

    @classmethod
    def of(cls, gathered: Mapping[str, Gathered]) -> "HashParts":
        """Build them in memory."""
        exact, near, columns = {}, {}, {}
        for name, given in gathered.items():
            planted = planted_hash(name)
            if name in NEAR_TYPES:
                hamming, order = HammingTable.of(given.values, planted)
                near[name] = HammingIndex.over(hamming, planted)
            else:
                digests, order = DigestTable.of(given.values, planted)
                exact[name] = DigestIndex(digests, planted)
            columns[name] = given.columns.in_order(order)
        return cls(exact=exact, near=near, columns=columns)

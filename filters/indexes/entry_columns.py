"""Hold what is said of each entry beside its hash: an id, and category, distance and severity as one kind of few."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from filters.indexes.known import HEX_DIGITS, KNOWN_GOOD, KnownEntry

Kind: TypeAlias = tuple[str, int | None, str]
"""Category, distance in bits, severity."""
Numbers: TypeAlias = npt.NDArray[np.unsignedinteger[Any]]

_AT_ONCE: Final = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryColumns:
    """Of the entries of one type, in the order in which their hashes stand in an index."""

    ids: Numbers
    kinds: Numbers
    table: tuple[Kind, ...]

    def in_order(self, order: npt.NDArray[np.uint32]) -> "EntryColumns":
        return EntryColumns(ids=self.ids[order], kinds=self.kinds[order], table=self.table)

    def at(self, position: int) -> tuple[int, Kind]:
        return int(self.ids[position]), self.table[int(self.kinds[position])]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """All entries of one type: their hashes, and what is said of them; the last stands for the planted one."""

    values: npt.NDArray[np.uint8]
    columns: EntryColumns


def gather(entries: Iterable[KnownEntry]) -> dict[str, Gathered]:
    """Sort entries by type; what is known to be good is left out, for it never matches."""
    by_type: dict[str, _Gathering] = {}
    for hash_type, value, category, distance_bits, severity, entry in entries:
        if category != KNOWN_GOOD:
            gathering = by_type.get(hash_type)
            if gathering is None:
                gathering = by_type[hash_type] = _Gathering(HEX_DIGITS[hash_type])
            gathering.add(value, entry, (category, distance_bits, severity))
    return {name: by_type[name].done() for name in sorted(by_type)}


class _Gathering:
    """Reads hex of many hashes at once, which is far faster than of one after the other."""

    def __init__(self, digits: int) -> None:
        self._digits = digits
        self._values = bytearray()
        self._hex: list[str] = []
        self._ids = array("Q")
        self._kinds = array("L")
        self._numbers: dict[Kind, int] = {}

    def add(self, value: str, entry: int, kind: Kind) -> None:
        self._hex.append(value)
        self._ids.append(entry)
        self._kinds.append(self._numbers.setdefault(kind, len(self._numbers)))
        if len(self._hex) == _AT_ONCE:
            self._read()

    def done(self) -> Gathered:
        self._read()
        self._ids.append(0)
        self._kinds.append(0)  # of the planted one nothing is ever said
        return Gathered(
            values=np.frombuffer(self._values, dtype=np.uint8).reshape(-1, self._digits // 2),
            columns=EntryColumns(ids=_narrow(self._ids), kinds=_narrow(self._kinds), table=tuple(self._numbers)),
        )

    def _read(self) -> None:
        read = bytes.fromhex("".join(self._hex))
        if any(len(each) != self._digits for each in self._hex) or 2 * len(read) != len(self._hex) * self._digits:
            raise ValueError("a hash is not as long as its type is")
        self._values += read
        self._hex.clear()


def _narrow(numbers: "array[int]") -> Numbers:
    """Return them in as few bytes each as the greatest needs."""
    wide = np.array(numbers, dtype=np.uint64)
    return wide.astype(np.min_scalar_type(int(wide.max())).newbyteorder("<"))

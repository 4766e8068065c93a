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

_NOTHING: Final[Kind] = ("", None, "")


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
    for each in entries:
        if each.category != KNOWN_GOOD:
            gathering = by_type.get(each.type)
            if gathering is None:
                gathering = by_type[each.type] = _Gathering(HEX_DIGITS[each.type] // 2)
            gathering.add(each)
    return {name: by_type[name].done() for name in sorted(by_type)}


class _Gathering:
    def __init__(self, size: int) -> None:
        self._size = size
        self._values = bytearray()
        self._ids = array("Q")
        self._kinds = array("L")
        self._numbers: dict[Kind, int] = {}

    def add(self, entry: KnownEntry) -> None:
        value = bytes.fromhex(entry.value)
        if len(value) != self._size:
            raise ValueError("a hash is not as long as its type is")
        self._values += value
        self._ids.append(entry.entry)
        kind = entry.category, entry.distance_bits, entry.severity
        self._kinds.append(self._numbers.setdefault(kind, len(self._numbers)))

    def done(self) -> Gathered:
        self._ids.append(0)
        self._kinds.append(self._numbers.setdefault(_NOTHING, len(self._numbers)))
        return Gathered(
            values=np.frombuffer(self._values, dtype=np.uint8).reshape(-1, self._size),
            columns=EntryColumns(ids=_narrow(self._ids), kinds=_narrow(self._kinds), table=tuple(self._numbers)),
        )


def _narrow(numbers: "array[int]") -> Numbers:
    """Return them in as few bytes each as the greatest needs."""
    wide = np.array(numbers, dtype=np.uint64)
    return wide.astype(np.min_scalar_type(int(wide.max())).newbyteorder("<"))

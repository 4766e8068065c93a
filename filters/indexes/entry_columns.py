"""Hold what is said of each entry beside its hash: an id, and category, distance and severity as one kind of few."""

from binascii import unhexlify
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, islice
from operator import and_
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from filters.indexes.known import HEX_DIGITS, KNOWN_GOOD, KnownEntry

Kind: TypeAlias = tuple[str, int | None, str]
"""Category, distance in bits, severity."""
Numbers: TypeAlias = npt.NDArray[np.unsignedinteger[Any]]

_AT_ONCE: Final = 4096


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


class EntryPart(NamedTuple):
    """Some entries column by column: what each field of a `KnownEntry` is for one after the other."""

    types: Sequence[str]
    values: Sequence[str]
    categories: Sequence[str]
    distances: Sequence[int | None]
    severities: Sequence[str]
    entries: Sequence[int]


def gather(entries: Iterable[KnownEntry]) -> dict[str, Gathered]:
    """Sort entries by type; what is known to be good is left out, for it never matches."""
    rest = iter(entries)
    parts = iter(lambda: [*islice(rest, _AT_ONCE)], [])
    return gather_parts(EntryPart(*zip(*part, strict=True)) for part in parts)


def gather_parts(parts: Iterable[EntryPart]) -> dict[str, Gathered]:
    """Do the same without making an object of each entry, which takes longer than all the rest."""
    by_type: dict[str, _Gathering] = {}
    for part in parts:
        for hash_type, of_type in _split(part):
            gathering = by_type.get(hash_type)
            if gathering is None:
                gathering = by_type[hash_type] = _Gathering(HEX_DIGITS[hash_type])
            gathering.add(of_type)
    return {name: by_type[name].done() for name in sorted(by_type)}


def _split(part: EntryPart) -> Iterator[tuple[str, EntryPart]]:
    """Yield of each type what can match; most often that is the part as it is."""
    types = dict.fromkeys(part.types)
    if len(types) == 1 and KNOWN_GOOD not in part.categories:
        return iter([(part.types[0], part)])
    matching = [category != KNOWN_GOOD for category in part.categories]
    chosen = ((name, [*map(and_, map(name.__eq__, part.types), matching)]) for name in types)
    return ((name, _only(part, of)) for name, of in chosen if any(of))


def _only(part: EntryPart, of: Sequence[bool]) -> EntryPart:
    return EntryPart(
        types=[*compress(part.types, of)],
        values=[*compress(part.values, of)],
        categories=[*compress(part.categories, of)],
        distances=[*compress(part.distances, of)],
        severities=[*compress(part.severities, of)],
        entries=[*compress(part.entries, of)],
    )


class _Gathering:
    """Reads many hashes at once, which is far faster than one after the other."""

    def __init__(self, digits: int) -> None:
        self._digits = digits
        self._values = bytearray()
        self._ids: list[Numbers] = []
        self._kinds: list[Numbers] = []
        self._numbers: dict[Kind, int] = {}

    def add(self, part: EntryPart) -> None:
        if any(length != self._digits for length in set(map(len, part.values))):
            raise ValueError("a hash is not as long as its type is")
        self._values += unhexlify("".join(part.values))
        self._ids.append(np.array(part.entries, dtype=np.uint64))
        kinds = [*zip(part.categories, part.distances, part.severities, strict=True)]
        for kind in dict.fromkeys(kinds):
            self._numbers.setdefault(kind, len(self._numbers))
        self._kinds.append(np.fromiter(map(self._numbers.__getitem__, kinds), dtype=np.uint32, count=len(kinds)))

    def done(self) -> Gathered:
        of_planted = np.zeros(1, dtype=np.uint32)  # of which nothing is ever said
        ids, kinds = (np.concatenate([*each, of_planted]) for each in (self._ids, self._kinds))
        return Gathered(
            values=np.frombuffer(self._values, dtype=np.uint8).reshape(-1, self._digits // 2),
            columns=EntryColumns(ids=_narrow(ids), kinds=_narrow(kinds), table=tuple(self._numbers)),
        )


def _narrow(numbers: Numbers) -> Numbers:
    """Return them in as few bytes each as the greatest needs."""
    return numbers.astype(np.min_scalar_type(int(numbers.max())).newbyteorder("<"))

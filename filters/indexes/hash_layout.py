"""Lay the hashes of each type of a list out as columns of numbers, to be written to a file one after the other."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from filters.indexes.canary import planted_hash
from filters.indexes.digests import DigestTable
from filters.indexes.entry_columns import EntryColumns, Gathered
from filters.indexes.hamming_table import (
    FEW,
    LANES,
    WORDS,
    Rows,
    packed,
    position_bytes,
    sorted_rows,
    word_bits_for,
    word_table,
)
from filters.indexes.known import NEAR_TYPES

Column: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """One column of one type: its name, how its numbers are written, and how many there are."""

    type: str
    name: str
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Laid:
    """A type laid out; `columns` makes them part by part, since all at once would need twice the memory."""

    type: str
    said: Mapping[str, Any]
    shapes: tuple[Shape, ...]
    columns: Callable[[], Iterator[Iterable[Column]]]


def laid(name: str, given: Gathered, *, few: int = FEW) -> Laid:
    return _laid_near(name, given, few) if name in NEAR_TYPES else _laid_exact(name, given)


def _laid_near(name: str, given: Gathered, few: int) -> Laid:
    bits = word_bits_for(len(given.values), few=few)
    rows, order = sorted_rows(given.values, planted_hash(name), bits)
    columns = given.columns.in_order(order)
    count = len(rows)
    planted = int(np.flatnonzero(order == count - 1)[0])
    shapes = [Shape(type=name, name="rows", dtype="<u8", shape=(count, LANES)), *_said_shapes(name, columns)]
    if bits:
        shapes.append(Shape(type=name, name="lists", dtype="|u1", shape=(WORDS - 1, count, position_bytes(count))))
        shapes.append(Shape(type=name, name="starts", dtype="<u4", shape=(WORDS, (1 << bits) + 1)))
    return Laid(
        type=name,
        said={"planted": planted, "word_bits": bits, "table": columns.table},
        shapes=tuple(shapes),
        columns=lambda: _near_columns(rows, columns, bits),
    )


def _near_columns(rows: Rows, columns: EntryColumns, bits: int) -> Iterator[Iterable[Column]]:
    yield from ((rows,), (columns.ids,), (columns.kinds,))
    if bits:
        starts = np.empty((WORDS, (1 << bits) + 1), dtype="<u4")
        yield _lists(rows, bits, starts)
        yield (starts,)


def _lists(rows: Rows, bits: int, starts: Column) -> Iterator[Column]:
    """Yield the list of each word but the first, in whose order the rows are, and fill in where each value begins."""
    for word in range(WORDS):
        order, starts[word] = word_table(rows, word, bits)
        if word:
            yield packed(order)


def _laid_exact(name: str, given: Gathered) -> Laid:
    table, order = DigestTable.of(given.values, planted_hash(name))
    columns = given.columns.in_order(order)
    return Laid(
        type=name,
        said={"planted": table.planted, "table": columns.table},
        shapes=(
            Shape(type=name, name="heads", dtype="<u8", shape=table.heads.shape),
            Shape(type=name, name="tails", dtype="|u1", shape=table.tails.shape),
            *_said_shapes(name, columns),
        ),
        columns=lambda: iter(((table.heads,), (table.tails,), (columns.ids,), (columns.kinds,))),
    )


def _said_shapes(name: str, columns: EntryColumns) -> tuple[Shape, Shape]:
    ids, kinds = columns.ids, columns.kinds
    return (
        Shape(type=name, name="ids", dtype=ids.dtype.str, shape=ids.shape),
        Shape(type=name, name="kinds", dtype=kinds.dtype.str, shape=kinds.shape),
    )

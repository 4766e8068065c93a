"""Name the items of which a new entry of a list may match a hash; the filters judge what is named."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from storage.batches import chunks
from storage.held_file import Block, Kind
from storage.held_search import MOST_TARGETS, NearSearch, Positions, Target
from storage.rescan_entries import NewEntry

_KINDS: Final[Mapping[str, Kind]] = {"pdq": Kind.PDQ, "phash16": Kind.PHASH16}
_EXACT: Final[Mapping[str, tuple[Kind, int]]] = {
    "sha256": (Kind.SHA256, 0),
    "md5": (Kind.MD5_SHA1, 0),
    "sha1": (Kind.MD5_SHA1, 4),
}
"""Where the digest of each type begins: in rows of this kind, at this word."""
_AT_ONCE: Final = 64
"""Blocks that are searched together."""


def items_matched(
    entries: Sequence[NewEntry],
    blocks: Callable[[], Iterable[Block]],
    told: Callable[[float], None] = lambda share: None,
) -> set[int]:
    """Return the number of each item of which an entry may match a row; `blocks` are gone through more than once."""
    exact = _Exact(entries)
    batches = list(chunks(_targets(entries), MOST_TARGETS // 2)) or [[]]
    found: set[int] = set()
    for number, targets in enumerate(batches):
        search = NearSearch(targets)
        for some in chunks(blocks(), _AT_ONCE):
            found |= _items_near(search, some) | (exact.items(some) if number == 0 else set())
        told((number + 1) / len(batches))
    return found


def _targets(entries: Iterable[NewEntry]) -> Iterator[Target]:
    for each in entries:
        if each.type in _KINDS:
            yield Target(kind=_KINDS[each.type], value=bytes.fromhex(each.value), distance_bits=each.distance_bits)


def _items_near(search: NearSearch, blocks: Sequence[Block]) -> set[int]:
    found = search.near([(each.words, each.kinds) for each in blocks])
    return {int(item) for block, rows in zip(blocks, found, strict=True) for item in block.items[rows]}


class _Exact:
    """Digests are compared by their first 64 bits: what is nominated is compared in full by the filter."""

    def __init__(self, entries: Iterable[NewEntry]) -> None:
        heads: dict[str, set[int]] = {name: set() for name in _EXACT}
        for each in entries:
            if each.type in heads:
                heads[each.type].add(int(each.value[:16], 16))
        self._heads = {name: np.array(sorted(found), dtype=np.uint64) for name, found in heads.items() if found}

    def items(self, blocks: Iterable[Block]) -> set[int]:
        return {int(item) for block in blocks for name in self._heads for item in block.items[self._rows(name, block)]}

    def _rows(self, name: str, block: Block) -> Positions:
        kind, word = _EXACT[name]
        rows = np.flatnonzero(block.kinds == kind)
        heads = (block.words[word, rows].astype(np.uint64) << np.uint64(32)) | block.words[word + 1, rows]
        return rows[np.isin(heads, self._heads[name])]

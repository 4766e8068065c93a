"""Compute RFC 6962 tree hashes while leaves arrive, and prove to others what is in a tree and what it grew from."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

Peaks: TypeAlias = tuple[bytes, ...]
"""Roots of the perfect subtrees, left to right: one for each bit that is set in the size, the largest first."""

_HASH_BYTES: Final = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def append(peaks: Peaks, size: int, leaf: bytes) -> Peaks:
    """Return the peaks of the tree of `size` leaves after `leaf` was appended."""
    kept = list(peaks)
    while size & 1:
        leaf = _node(kept.pop(), leaf)
        size >>= 1
    return (*kept, leaf)


def root(peaks: Peaks) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    result = peaks[-1]
    for peak in reversed(peaks[:-1]):
        result = _node(peak, result)
    return result


def inclusion(index: int, size: int) -> list[range]:
    """Return the leaves of the subtrees whose roots are the audit path of a leaf (RFC 6962, 2.1.1), in its order."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    first, past, found = 0, size, []
    while past - first > 1:
        middle = _middle(first, past)
        if index < middle:
            found.append(range(middle, past))
            past = middle
        else:
            found.append(range(first, middle))
            first = middle
    return found[::-1]


def consistency(old: int, new: int) -> list[range]:
    """Return the leaves of the subtrees whose roots prove what a tree grew from (RFC 6962, 2.1.2), in their order."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {new} leaves has not grown from one of {old}")
    first, past, found = 0, new, []
    while past != old:
        middle = _middle(first, past)
        if old <= middle:
            found.append(range(middle, past))
            past = middle
        else:
            found.append(range(first, middle))
            first = middle
    return [*([range(first, past)] if first else []), *found[::-1]]


def roots_of(subtrees: Sequence[range], leaves: Iterable[bytes]) -> list[bytes]:
    """Return their roots; they do not overlap, and `leaves` are all hashes of leaves from the first on, read once."""
    numbered = enumerate(leaves)
    found = {each: _root_of(each, numbered) for each in sorted(subtrees, key=lambda each: each.start)}
    return [found[each] for each in subtrees]


def root_including(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a tree must have in which a leaf stands there; ValueError if no leaf has such a path."""
    if any(len(each) != _HASH_BYTES for each in (leaf, *path)):
        raise ValueError(f"a hash has {_HASH_BYTES} bytes")
    for beside, other in zip(inclusion(index, size), path, strict=True):
        leaf = _node(leaf, other) if index < beside.start else _node(other, leaf)
    return leaf


def is_grown_from(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Say whether the path proves that the new tree begins with all leaves of the old one."""
    subtrees = consistency(old, new)
    if len(path) != len(subtrees):
        return False
    steps = list(zip(subtrees, path, strict=True))
    begins_at, grown = steps.pop(0) if steps and steps[0][0].stop == old else (range(old), old_root)
    was = grown
    for beside, other in steps:
        if beside.start < begins_at.start:
            was, grown = _node(other, was), _node(other, grown)
        else:
            grown = _node(grown, other)
    return was == old_root and grown == new_root


def _middle(first: int, past: int) -> int:
    """Return where the right half begins: the left one has the largest power of two below the size."""
    return first + (1 << (past - first - 1).bit_length() - 1)


def _root_of(subtree: range, numbered: Iterator[tuple[int, bytes]]) -> bytes:
    peaks: Peaks = ()
    for number, leaf in numbered:
        if number >= subtree.start:
            peaks = append(peaks, number - subtree.start, leaf)
        if number == subtree.stop - 1:
            return root(peaks)
    raise ValueError("there are not so many leaves")


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()

"""Compute RFC 6962 tree hashes while leaves arrive, from the roots of the perfect subtrees alone."""

import hashlib
from typing import TypeAlias

Peaks: TypeAlias = tuple[bytes, ...]
"""Roots of the perfect subtrees, left to right: one for each bit that is set in the size, the largest first."""

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


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()

"""Refuse entries that would match what many sites show in place of a picture: gradients, patterns, placeholders."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from filters.indexes.known import NEAR_TYPES
from filters.indexes.list_policy import DISTANCE_BITS

Words: TypeAlias = npt.NDArray[np.uint64]

_BITS: Final = 256

INNOCENT_FILE: Final = Path(__file__).with_name("innocent.txt")
"""Hashes of drawn pictures and of well-known files of one pixel, as `type hash`; the tests draw them again."""


def is_innocent(type_name: str, value: str) -> bool:
    """Say whether a hash, as `normalise_hash` returns it, is as near to one of these as a match is, or to its inverse.

    A picture is looked up inverted too, so an entry that is the inverse of a placeholder's would match the placeholder.
    """
    if type_name not in NEAR_TYPES:
        return value in _exact().get(type_name, ())
    distances = np.bitwise_count(_near()[type_name] ^ _words(value)).sum(axis=1)
    return bool((np.minimum(distances, _BITS - distances) <= DISTANCE_BITS[type_name]).any())


@cache
def _exact() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in INNOCENT_FILE.read_text().splitlines():
        type_name, value = line.split()
        found.setdefault(type_name, set()).add(value)
    return {name: frozenset(values) for name, values in found.items()}


@cache
def _near() -> Mapping[str, Words]:
    return {name: np.stack([_words(each) for each in _exact()[name]]) for name in NEAR_TYPES}


def _words(value: str) -> Words:
    return np.frombuffer(bytes.fromhex(value), dtype=np.uint64)

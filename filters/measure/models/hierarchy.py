"""Know what ImageNet's classes are kinds of, and which English nouns name such kinds."""

import gzip
import io
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from filters.measure.models.model import ModelNotReady
from filters.measure.models.pinned import data_file, pinned

FILES: Final = {
    "imagenet-kinds.npy": "e26dd170fe72dde89dd3c4a7934187374d227521b408fbeac1f60a475fcd16f3",
    "imagenet-members.npy": "0056d2f4edb3b645a096b08ed4880cf642e49316a5164716e6accb553ed8e475",
    "imagenet-projection.npy": "a4da96c004bc43092b3d74e3b189cbcf0ba51b38f827f195c37790c4ef558f5e",
    "imagenet-nouns.txt.gz": "db7208e97c6a92dce766eb39bb8a234d895d07992fc2b135d41c9b1bd8bf3969",
}
"""SHA-256 of each; `python -m benchmarks.models.make_kinds` makes them."""
_CLASSES: Final = 1000
_LONGEST_NAME: Final = 4
_LATER_SENSE: Final = 0.5
_ENDINGS: Final = (("ses", "s"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("ies", "y"), ("s", ""))
"""How WordNet's own look-up takes plurals off; its list of exceptions is in the nouns."""


@dataclass(frozen=True, kw_only=True)
class Hierarchy:
    """Kinds are the classes and what WordNet says they are kinds of, up to those of 300 classes: `tern`, `bird`."""

    kinds: NDArray[np.float32]
    """[kinds, 384], the vector of each kind's names."""
    members: NDArray[np.float32]
    """[classes, kinds], 1 where a class is of a kind."""
    projection: NDArray[np.float32]
    """[385, features]: from a text's vector (and 1) to the features of pictures that fit it."""
    nouns: dict[str, str]
    """Kinds by noun, a sense after the other: `12 - 40,41` (the second sense is no such kind, the third is both)."""

    @classmethod
    def load(cls) -> Self:
        """`ModelNotReady` if a file is missing or altered."""
        files = {name: pinned(data_file(name), sha256) for name, sha256 in FILES.items()}
        kinds = _array(files["imagenet-kinds.npy"])
        members = np.zeros((_CLASSES, len(kinds)), dtype=np.float32)
        members[tuple(_array(files["imagenet-members.npy"]).astype(np.int64).T)] = 1
        lines = gzip.decompress(files["imagenet-nouns.txt.gz"]).decode().splitlines()
        return cls(
            kinds=kinds.astype(np.float32),
            members=members,
            projection=_array(files["imagenet-projection.npy"]).astype(np.float32),
            nouns={noun: sys.intern(senses) for noun, _, senses in (line.partition("\t") for line in lines)},
        )

    @cached_property
    def shares(self) -> NDArray[np.float32]:
        """[kinds], the share of all classes that are of each kind."""
        shares: NDArray[np.float32] = self.members.mean(axis=0)
        return shares

    def of_kinds(self, probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return [kinds], how likely each is by the probability of each class; every kind has classes."""
        classes, starts = self._classes_by_kind
        likely: NDArray[np.float32] = np.add.reduceat(probabilities[classes], starts)
        return likely

    @cached_property
    def _classes_by_kind(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The classes of one kind after the other, and where each kind begins: a class is of six kinds, not of 1849."""
        kinds, classes = np.nonzero(self.members.T)
        return classes, np.searchsorted(kinds, np.arange(self.members.shape[1]))

    def named(self, words: str) -> list[dict[int, float]]:
        """Return, for each noun of a text that names kinds, those kinds and how likely each is meant.

        The longest name counts (`guinea pig` is no pig); each later sense is half as likely as the one before; what is
        missing to 1 is meant for something that is no kind.
        """
        return [_weights(self.nouns[noun]) for noun in self._nouns(words.split())]

    def _nouns(self, words: list[str]) -> list[str]:
        found, start = [], 0
        while start < len(words):
            noun, length = self._noun_at(words, start)
            found += [noun] if noun else []
            start += length
        return found

    def _noun_at(self, words: list[str], start: int) -> tuple[str, int]:
        for length in range(min(_LONGEST_NAME, len(words) - start), 0, -1):
            for form in _forms(" ".join(words[start : start + length])):
                if form in self.nouns:
                    return form, length
        return "", 1


def _forms(name: str) -> list[str]:
    return [name, *(name.removesuffix(plural) + singular for plural, singular in _ENDINGS if name.endswith(plural))]


def _weights(senses: str) -> dict[int, float]:
    weights: dict[int, float] = {}
    likelihood, total = 1.0, 0.0
    for sense in senses.split():
        kinds = [] if sense == "-" else [int(kind) for kind in sense.split(",")]
        for kind in kinds:
            weights[kind] = weights.get(kind, 0.0) + likelihood / len(kinds)
        total += likelihood
        likelihood *= _LATER_SENSE
    return {kind: weight / total for kind, weight in weights.items()}


def _array(data: bytes) -> NDArray[Any]:
    try:
        loaded: NDArray[Any] = np.load(io.BytesIO(data), allow_pickle=False)
    except ValueError as error:
        raise ModelNotReady(f"data of the ImageNet hierarchy cannot be read ({type(error).__name__})") from None
    return loaded

"""Make the data of label consistency from WordNet: kinds of things, their classes, nouns and expected features."""

import argparse
import gzip
import hashlib
import io
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filters.measure.models import imagenet
from filters.measure.models.sentences import SentenceEncoder
from filters.measure.models.torch_weights import read_tensors

DATA = Path(__file__).parents[2] / "filters/measure/models/data"
CLASSES = Path(__file__).with_name("imagenet_synsets.txt")
MOST_CLASSES = 300
MOST_SENSES = 4
RIDGE = 10.0
PHYSICAL, PERSON = "00001930", "00007846"
NO_NOUNS = """
a an the of or and in on at to is it has this that these with for from by as be was were are i you he she we they
his her its one two old new big small little no not can do have will us so up out off over if use used like very
more called means all man
"""
"""Words that WordNet has as nouns of another meaning (`he`: helium) or that say nothing about a picture."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wordnet", type=Path, help="Debian's wordnet-base as a .deb, or a directory it is unpacked in")
    parser.add_argument("--into", type=Path, default=DATA)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        kinds = Kinds(wordnet=WordNet(_unpacked(options.wordnet, Path(scratch))), classes=CLASSES.read_text().split())
        for name, data in _files(kinds):
            (options.into / name).write_bytes(data)
            print(f'    "{name}": "{hashlib.sha256(data).hexdigest()}",')


def _unpacked(given: Path, scratch: Path) -> Path:
    if given.is_file():
        subprocess.run(["dpkg-deb", "-x", given, scratch], check=True)  # noqa: S607  Debian's own tool, as installed
        given = scratch
    return next(given.rglob("data.noun")).parent


def _files(kinds: "Kinds") -> Iterator[tuple[str, bytes]]:
    vectors = kinds.vectors(SentenceEncoder.load())
    yield "imagenet-kinds.npy", _npy(vectors.astype(np.float16))
    yield "imagenet-members.npy", _npy(np.argwhere(kinds.members).astype(np.uint16))
    yield "imagenet-projection.npy", _npy(_projection(vectors, kinds.members).astype(np.float16))
    text = "".join(f"{noun}\t{senses}\n" for noun, senses in sorted(kinds.nouns().items()))
    yield "imagenet-nouns.txt.gz", gzip.compress(text.encode(), mtime=0)


class WordNet:
    """The noun files of WordNet 3.0; a sense is known by its offset, which is also its number in ImageNet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.names: dict[str, list[str]] = {}
        self.above: dict[str, list[str]] = {}
        for line in self._lines("data.noun"):
            self._read(line.partition(" | ")[0].split())

    def _lines(self, name: str) -> list[str]:
        """Leave out the licence, whose lines begin with spaces."""
        lines = (self._folder / name).read_text("latin-1").splitlines()
        return [line for line in lines if not line.startswith(" ")]

    def _read(self, fields: list[str]) -> None:
        names = int(fields[3], 16)
        pointers = fields[5 + 2 * names :]
        self.names[fields[0]] = [name.replace("_", " ") for name in fields[4 : 4 + 2 * names : 2]]
        self.above[fields[0]] = [
            offset
            for symbol, offset in zip(pointers[0::4], pointers[1::4], strict=False)
            if symbol in {"@", "@i"} and offset.isdigit()
        ]

    def ancestors(self, offset: str) -> set[str]:
        """Include itself."""
        found, left = set[str](), [offset]
        while left:
            here = left.pop()
            left += [above for above in self.above[here] if above not in found]
            found.add(here)
        return found

    def senses(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each noun with its senses, the most frequent first."""
        for line in self._lines("index.noun"):
            fields = line.split()
            yield fields[0].replace("_", " "), fields[-int(fields[2]) :]

    def plurals(self) -> Iterator[tuple[str, str]]:
        """Yield what no rule makes: `mice`, `mouse`."""
        for line in self._lines("noun.exc"):
            plural, singular, *_ = line.replace("_", " ").split()
            yield plural, singular


@dataclass(frozen=True, kw_only=True)
class Kinds:
    wordnet: WordNet
    classes: list[str]

    @cached_property
    def below(self) -> dict[str, set[int]]:
        found = defaultdict(set)
        for number, name in enumerate(self.classes):
            for offset in self.wordnet.ancestors(name[1:]):
                found[offset].add(number)
        return {offset: found[offset] for offset in sorted(found) if len(found[offset]) <= MOST_CLASSES}

    @cached_property
    def members(self) -> NDArray[np.float32]:
        members = np.zeros((len(self.classes), len(self.below)), dtype=np.float32)
        for kind, classes in enumerate(self.below.values()):
            members[list(classes), kind] = 1
        return members

    def vectors(self, encoder: SentenceEncoder) -> NDArray[np.float32]:
        """[kinds, 384]: the first name, and the first three together."""
        names = [self.wordnet.names[offset] for offset in self.below]
        sums = [encoder.vector(each[0]) + encoder.vector(", ".join(each[:3])) for each in names]
        return _of_length_1(np.stack(sums))

    def nouns(self) -> dict[str, str]:
        numbers = {offset: number for number, offset in enumerate(self.below)}
        found = {}
        for noun, senses in self.wordnet.senses():
            kinds = [self._nearest(sense, numbers) for sense in senses[:MOST_SENSES]]
            if noun not in NO_NOUNS.split() and any(kinds):
                found[noun] = " ".join(",".join(map(str, each)) or "-" for each in kinds)
        return {plural: found[one] for plural, one in self.wordnet.plurals() if one in found} | found

    def _nearest(self, sense: str, numbers: dict[str, int]) -> list[int]:
        """Return the nearest kinds above a sense.

        ImageNet has hardly anything abstract (a menu) and three kinds of people: what else is abstract, or a person,
        would be taken for one of those, so it is of no kind.
        """
        level, seen, found = [sense], {sense}, list[str]()
        while level and not (found := [offset for offset in level if offset in numbers]):
            level = [above for each in level for above in self.wordnet.above[each] if above not in seen]
            seen.update(level)
        return [numbers[offset] for offset in found if offset == sense or self._has_many(offset)]

    def _has_many(self, offset: str) -> bool:
        return offset != PERSON and PHYSICAL in self.wordnet.ancestors(offset)


def _projection(vectors: NDArray[np.float32], members: NDArray[np.float32]) -> NDArray[np.float64]:
    """Fit, by ridge regression over the kinds, from a name's vector to the mean weights of the kind's classes."""
    weights = read_tensors(imagenet.weights())["_fc.weight"].astype(np.float64)
    targets = _of_length_1(members.T @ weights / members.sum(axis=0)[:, None] - weights.mean(axis=0))
    mean = vectors.mean(axis=0)
    centred = (vectors - mean).astype(np.float64)
    matrix = np.linalg.solve(centred.T @ centred + RIDGE * np.eye(len(mean)), centred.T @ targets)
    return np.concatenate([matrix, [-mean @ matrix]])


def _of_length_1(rows: NDArray[Any]) -> NDArray[Any]:
    unit: NDArray[Any] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _npy(values: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, values, allow_pickle=False)
    return file.getvalue()


if __name__ == "__main__":
    main()

import hashlib
from pathlib import Path

import numpy as np
import pytest

from filters.measure.models import hierarchy as tested
from filters.measure.models.hierarchy import Hierarchy
from filters.measure.models.model import ModelNotReady
from filters.measure.models.pinned import data_file
from tests.filters.measure.models.embedded import hierarchy

HEN, TABBY, PUG = 8, 281, 254


def small(**nouns: str) -> Hierarchy:
    return Hierarchy(
        kinds=np.zeros((3, 384), dtype=np.float32),
        members=np.array([[1, 0, 1], [0, 1, 1]], dtype=np.float32),
        projection=np.zeros((385, 1280), dtype=np.float32),
        nouns={noun.replace("_", " "): senses for noun, senses in nouns.items()},
    )


def test_every_class_is_of_a_kind_and_none_covers_a_third_of_all() -> None:
    known = hierarchy()
    assert known.members.shape == (1000, 1849)
    assert known.members.sum(axis=1).min() >= 1
    assert 0 < known.shares.min() <= known.shares.max() <= 0.3


def test_a_kind_is_as_likely_as_its_classes_together() -> None:
    assert small().of_kinds(np.array([0.25, 0.5], dtype=np.float32)).tolist() == [0.25, 0.5, 0.75]
    known, probabilities = hierarchy(), np.random.default_rng(5).dirichlet(np.ones(1000)).astype(np.float32)
    assert np.allclose(known.of_kinds(probabilities), probabilities @ known.members, atol=1e-6)


def test_kinds_have_the_vectors_of_their_names() -> None:
    assert np.allclose(np.linalg.norm(hierarchy().kinds, axis=1), 1, atol=1e-2)


@pytest.mark.parametrize(
    ("words", "of_it", "not_of_it"),
    [("a bird", HEN, TABBY), ("a cat", TABBY, HEN), ("dogs", PUG, TABBY), ("two tomcats", TABBY, PUG)],
)
def test_a_noun_names_kinds_of_classes(words: str, of_it: int, not_of_it: int) -> None:
    known = hierarchy()
    kinds = {kind for noun in known.named(words) for kind in noun}
    assert any(known.members[of_it, kind] for kind in kinds)
    assert not any(known.members[not_of_it, kind] for kind in kinds)


@pytest.mark.parametrize(
    "words", ["a woman smiling", "lawyers", "democracy", "a birthday party", "and the of", "xyzzy", ""]
)
def test_people_and_what_is_no_thing_name_no_kind(words: str) -> None:
    assert hierarchy().named(words) == []


@pytest.mark.parametrize(
    ("words", "nouns"),
    [
        ("guinea pig", [{1: 1.0}]),
        ("guinea pigs", [{1: 1.0}]),
        ("a pig in guinea", [{0: 1.0}, {2: 1.0}]),
        ("foxes and ponies", [{2: 1.0}, {0: 1.0}]),
        ("churches", [{1: 1.0}]),
        ("bushes", [{1: 1.0}]),
        ("buses", [{2: 1.0}]),
        ("pig pig", [{0: 1.0}, {0: 1.0}]),
    ],
)
def test_the_longest_name_and_plurals_are_known(words: str, nouns: list[dict[int, float]]) -> None:
    known = small(guinea_pig="1", guinea="2", pig="0", fox="2", pony="0", church="1", bush="1", bus="2")
    assert known.named(words) == nouns


@pytest.mark.parametrize(
    ("senses", "weights"),
    [
        ("0", {0: 1.0}),
        ("0 -", {0: 2 / 3}),
        ("- 0", {0: 1 / 3}),
        ("0 1", {0: 2 / 3, 1: 1 / 3}),
        ("0,1", {0: 0.5, 1: 0.5}),
        ("0 0,2", {0: (1 + 0.25) / 1.5, 2: 0.25 / 1.5}),
        ("- - - 1", {1: 0.125 / 1.875}),
    ],
)
def test_a_later_sense_is_half_as_likely(senses: str, weights: dict[int, float]) -> None:
    assert small(crane=senses).named("crane") == [pytest.approx(weights)]


@pytest.mark.parametrize("name", sorted(tested.FILES))
def test_an_altered_file_is_not_ready(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(tested.FILES, name, "0" * 64)
    with pytest.raises(ModelNotReady, match=f"{name} of a model is not the file that was measured"):
        Hierarchy.load()


def test_an_array_of_python_objects_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Even if someone pins it: loading objects would be unpickling."""
    np.save(tmp_path / "imagenet-kinds.npy", np.array([{}], dtype=object), allow_pickle=True)
    digest = hashlib.sha256((tmp_path / "imagenet-kinds.npy").read_bytes()).hexdigest()
    monkeypatch.setattr(tested, "data_file", lambda name: tmp_path / name if "kinds" in name else data_file(name))
    monkeypatch.setitem(tested.FILES, "imagenet-kinds.npy", digest)
    with pytest.raises(ModelNotReady, match="cannot be read"):
        Hierarchy.load()

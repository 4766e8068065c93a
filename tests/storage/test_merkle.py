import hashlib
import json
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import merkle

PUBLISHED = json.loads((Path(__file__).parents[1] / "data" / "merkle-transparency-dev.json").read_text())
"""What the logs of transparency-dev are tested with: proofs that hold, and proofs that must not."""

# RFC 6962 reference leaves and roots, as published with the Certificate Transparency test vectors
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def peaks_of(leaves: Sequence[bytes]) -> merkle.Peaks:
    peaks: merkle.Peaks = ()
    for size, leaf in enumerate(leaves):
        peaks = merkle.append(peaks, size, merkle.leaf_hash(leaf))
    return peaks


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    assert merkle.root(peaks_of(LEAVES[:size])).hex() == ROOTS[size - 1]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 100, 255, 257])
def test_roots_are_those_of_the_definition(size: int) -> None:
    leaves = [bytes([each % 251]) * (each % 7) for each in range(size)]
    assert merkle.root(peaks_of(leaves)) == naive_root(leaves)


def test_there_is_one_peak_for_each_bit_of_the_size() -> None:
    assert [len(peaks_of(LEAVES[:size])) for size in range(9)] == [size.bit_count() for size in range(9)]


def named(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(each, id=each["name"]) for each in PUBLISHED[kind]])


def decoded(texts: Sequence[str] | None) -> list[bytes]:
    return [b64decode(each) for each in texts or ()]


def holds(case: Any) -> bool:
    root, leaf = decoded([case["root"], case["leafHash"]])
    try:
        found = merkle.root_including(leaf, case["leafIdx"], case["treeSize"], decoded(case["proof"]))
    except ValueError:
        return False
    return found == root


def grew(case: Any) -> bool:
    old_root, new_root = decoded([case["root1"], case["root2"]])
    try:
        return merkle.is_grown_from(case["size1"], old_root, case["size2"], new_root, decoded(case["proof"]))
    except ValueError:
        return False


@named("inclusion")
def test_published_proofs_of_inclusion_hold_or_do_not(case: Any) -> None:
    assert holds(case) is not case["wantErr"]


@named("consistency")
def test_published_proofs_of_consistency_hold_or_do_not(case: Any) -> None:
    assert grew(case) is not case["wantErr"]


def naive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1, word by word."""
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_proof(old: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2, word by word."""
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= split:
        return [*naive_proof(old, leaves[:split], whole=whole), naive_root(leaves[split:])]
    return [*naive_proof(old - split, leaves[split:], whole=False), naive_root(leaves[:split])]


def data_of(size: int) -> list[bytes]:
    return [str(each).encode() for each in range(size)]


def hashes_of(size: int) -> list[bytes]:
    return [merkle.leaf_hash(each) for each in data_of(size)]


@pytest.mark.parametrize("size", range(1, 40))
def test_every_leaf_has_the_path_of_the_definition(size: int) -> None:
    leaves = hashes_of(size)
    for index in range(size):
        path = merkle.roots_of(merkle.inclusion(index, size), leaves)
        assert path == naive_path(index, data_of(size))
        assert merkle.root_including(leaves[index], index, size, path) == naive_root(data_of(size))


@pytest.mark.parametrize("new", range(1, 40))
def test_every_tree_has_grown_from_each_smaller_one_as_the_definition_says(new: int) -> None:
    root = naive_root(data_of(new))
    for old in range(1, new + 1):
        path = merkle.roots_of(merkle.consistency(old, new), hashes_of(new))
        assert path == naive_proof(old, data_of(new))
        assert merkle.is_grown_from(old, naive_root(data_of(old)), new, root, path)


@given(st.integers(1, 300), st.data())
def test_no_other_leaf_place_or_path_leads_to_the_root(size: int, drawn: st.DataObject) -> None:
    leaves = hashes_of(size)
    index, other = drawn.draw(st.integers(0, size - 1)), drawn.draw(st.integers(0, size - 1))
    path = merkle.roots_of(merkle.inclusion(index, size), leaves)
    root = naive_root(data_of(size))
    assert (merkle.root_including(leaves[other], index, size, path) == root) is (other == index)
    for step in range(len(path)):
        changed = [*path[:step], bytes(32), *path[step + 1 :]]
        assert merkle.root_including(leaves[index], index, size, changed) != root


@given(st.integers(2, 300), st.data())
def test_a_tree_in_which_an_old_leaf_was_changed_has_not_grown(new: int, drawn: st.DataObject) -> None:
    old = drawn.draw(st.integers(1, new))
    changed = drawn.draw(st.integers(0, old - 1))
    leaves = hashes_of(new)
    leaves[changed] = merkle.leaf_hash(b"changed")
    path = merkle.roots_of(merkle.consistency(old, new), leaves)
    (root,) = merkle.roots_of([range(new)], leaves)
    assert not merkle.is_grown_from(old, naive_root(data_of(old)), new, root, path)


def test_what_is_no_place_in_a_tree_has_no_path() -> None:
    for index, size in ((1, 1), (-1, 4), (0, 0)):
        with pytest.raises(ValueError, match="has no leaf"):
            merkle.inclusion(index, size)
    for old, new in ((0, 4), (5, 4)):
        with pytest.raises(ValueError, match="has not grown"):
            merkle.consistency(old, new)
    with pytest.raises(ValueError, match="not so many"):
        merkle.roots_of([range(2, 4)], hashes_of(3))

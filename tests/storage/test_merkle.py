import hashlib
from collections.abc import Sequence

import pytest

from storage import merkle

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

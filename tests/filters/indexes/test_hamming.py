import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.indexes.hamming import CanaryMissed, HammingIndex, _spread_flips

FORCE_TABLES = -1


def naive(values: list[bytes], query: bytes, distance_bits: int) -> list[tuple[int, int]]:
    asked = int.from_bytes(query, "big")
    far = [(at, (int.from_bytes(each, "big") ^ asked).bit_count()) for at, each in enumerate(values)]
    return sorted((each for each in far if each[1] <= distance_bits), key=lambda each: (each[1], each[0]))


def indexes(values: list[bytes]) -> list[HammingIndex]:
    return [HammingIndex(values), HammingIndex(values, few=FORCE_TABLES)]


def some(count: int, seed: int = 1) -> list[bytes]:
    chance = np.random.default_rng(seed)
    return [chance.bytes(32) for _ in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 8, 64, 100, 1024])
def test_every_entry_is_found_whatever_their_number(count: int) -> None:
    values = some(count)
    for index in indexes(values):
        assert len(index) == count
        assert all(index.within(each, 31) == [(at, 0)] for at, each in enumerate(values))
        assert index.within(bytes(32), 31) == []


@pytest.mark.parametrize("count", [2, 4, 8, 1024])
def test_entries_that_are_all_the_same_are_all_found(count: int) -> None:
    values = some(1) * count
    for index in indexes(values):
        assert index.within(values[0], 0) == [(at, 0) for at in range(count)]


@pytest.mark.parametrize("distance_bits", [0, 1, 15, 16, 31, 32, 47, 48, 64])
def test_the_edge_belongs_to_the_radius_and_the_bit_beyond_does_not(distance_bits: int) -> None:
    values = some(300)
    for index in indexes(values):
        assert index.within(_spread_flips(values[7], distance_bits), distance_bits) == [(7, distance_bits)]
        assert index.within(_spread_flips(values[7], distance_bits + 1), distance_bits) == []


@given(
    values=st.lists(st.binary(min_size=32, max_size=32), max_size=40),
    flips=st.lists(st.integers(0, 255), max_size=70, unique=True),
    distance_bits=st.integers(0, 64),
    data=st.data(),
)
def test_answers_are_those_of_the_naive_loop(
    values: list[bytes], flips: list[int], distance_bits: int, data: st.DataObject
) -> None:
    base = data.draw(st.sampled_from(values)) if values else bytes(32)
    query = (int.from_bytes(base, "big") ^ sum(1 << bit for bit in flips)).to_bytes(32, "big")
    for index in indexes(values):
        assert index.within(query, distance_bits) == naive(values, query, distance_bits)


def test_planted_neighbours_at_every_distance_are_found_among_many() -> None:
    chance = np.random.default_rng(5)
    values = some(3_000)
    index = HammingIndex(values, few=FORCE_TABLES)
    for distance_bits in range(65):
        flipped = sum(1 << int(bit) for bit in chance.permutation(256)[:distance_bits])
        query = (int.from_bytes(values[distance_bits], "big") ^ flipped).to_bytes(32, "big")
        assert index.within(query, distance_bits) == naive(values, query, distance_bits)


def test_an_index_that_lost_an_entry_says_so() -> None:
    for index in indexes(some(20)):
        index._lanes = np.ascontiguousarray(index._lanes ^ np.uint64(1 << 40))
        with pytest.raises(CanaryMissed):
            index.check()


def test_a_table_that_lost_its_entries_says_so() -> None:
    index = HammingIndex(some(20), few=FORCE_TABLES)
    assert index._tables is not None
    index._tables._entries[:] = 0
    with pytest.raises(CanaryMissed):
        index.check()


@pytest.mark.parametrize("wrong", [b"", bytes(31), bytes(33), bytes(64)])
def test_what_is_not_32_bytes_is_refused(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        HammingIndex([wrong])
    with pytest.raises(ValueError, match=r"32 bytes|multiple"):
        HammingIndex([]).within(wrong, 31)

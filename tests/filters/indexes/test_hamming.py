import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.indexes import hamming, hamming_table
from filters.indexes.canary import CanaryMissed
from filters.indexes.hamming import HammingIndex
from filters.indexes.hamming_table import WORDS, listed, packed, place_of, position_bytes, spread_flips, word_bits_for

FORCE_TABLES = -1


def naive(values: list[bytes], query: bytes, distance_bits: int) -> list[tuple[int, int]]:
    asked = int.from_bytes(query, "big")
    far = [(at, (int.from_bytes(each, "big") ^ asked).bit_count()) for at, each in enumerate(values)]
    return sorted((each for each in far if each[1] <= distance_bits), key=lambda each: (each[1], each[0]))


@pytest.fixture(autouse=True, params=[8, 0], ids=["as it is", "by tables"])
def cost_of_a_look(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few entries are compared one by one, whatever tables there are: once let the tables be used all the same."""
    monkeypatch.setattr(hamming, "_COST_OF_A_LOOK", request.param)


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
        assert index.within(spread_flips(values[7], distance_bits), distance_bits) == [(7, distance_bits)]
        assert index.within(spread_flips(values[7], distance_bits + 1), distance_bits) == []


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


def test_words_do_not_overlap() -> None:
    bits = [(lane, after + bit) for lane, after in (place_of(word, 20) for word in range(WORDS)) for bit in range(20)]
    assert len(set(bits)) == WORDS * 20
    assert all(0 <= at < 64 for _, at in bits)


@pytest.mark.parametrize(
    ("count", "bits"), [(0, 0), (10_000, 0), (10_001, 13), (1_000_000, 19), (10_000_000, 20), (100_000_000, 20)]
)
def test_words_are_as_long_as_there_are_entries_to_tell_apart(count: int, bits: int) -> None:
    assert word_bits_for(count) == bits


@pytest.mark.parametrize("distance_bits", [0, 10, 31, 32, 43])
def test_tables_are_used_where_they_are_faster_and_find_what_comparing_all_finds(
    distance_bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = some(30_000)
    index = HammingIndex(values)
    query = spread_flips(values[11], distance_bits)
    with monkeypatch.context() as patch:
        patch.setattr(hamming, "_COST_OF_A_LOOK", 0)
        assert index.within(query, distance_bits) == [(11, distance_bits)]
        patch.setattr(hamming, "_COST_OF_A_LOOK", 10**9)
        assert index.within(query, distance_bits) == [(11, distance_bits)]


def test_what_was_planted_is_no_entry() -> None:
    values = some(5)
    for index in indexes(values):
        planted = index.value(index.table.planted)
        assert planted not in values
        assert index.within(planted, 31) == []


@pytest.mark.parametrize(("rows", "width"), [(0, 3), (1, 3), (1 << 24, 3), ((1 << 24) + 1, 4), (1 << 32, 4)])
def test_a_position_has_as_few_bytes_as_that_of_the_last_row_needs(rows: int, width: int) -> None:
    assert position_bytes(rows) == width
    assert max(0, rows - 1) < 1 << 8 * width


@pytest.mark.parametrize("width", [3, 4])
def test_positions_come_back_as_they_were_packed(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hamming_table, "position_bytes", lambda _: width)
    chance = np.random.default_rng(width)
    lists = [chance.permutation(1000).astype(np.uint32) for _ in range(WORDS - 1)]
    lists[3][5], lists[-1][-1] = (1 << 8 * width) - 1, 1 << 23
    at = chance.integers(0, 1000 * (WORDS - 1), 5000)
    at[:2] = 3005, 1000 * (WORDS - 1) - 1
    read = listed(np.stack([packed(each) for each in lists]), at)
    assert read.tolist() == np.concatenate(lists)[at].tolist()
    assert listed(np.stack([packed(each) for each in lists]), at[:0]).tolist() == []


def test_an_index_that_lost_an_entry_says_so() -> None:
    for index in indexes(some(20)):
        index.table.rows[:] ^= np.uint64(1 << 40)
        with pytest.raises(CanaryMissed):
            index.check()


def test_a_table_that_lost_its_entries_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hamming, "_COST_OF_A_LOOK", 0)
    index = HammingIndex(some(20), few=FORCE_TABLES)
    assert index.table.starts is not None
    index.table.starts[:] = 0
    with pytest.raises(CanaryMissed):
        index.check()


def test_an_index_looks_for_its_planted_entry_from_time_to_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hamming, "_CHECKED_EVERY", 3)
    index = HammingIndex(some(3))
    index.table.rows[:] = 0
    assert [index.within(bytes(32), 0) != [] for _ in range(2)] == [True, True]
    with pytest.raises(CanaryMissed):
        index.within(bytes(32), 0)


@pytest.mark.parametrize("wrong", [b"", bytes(31), bytes(33), bytes(64)])
def test_what_is_not_32_bytes_is_refused(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        HammingIndex([wrong])
    with pytest.raises(ValueError, match=r"32 bytes|multiple"):
        HammingIndex([]).within(wrong, 31)

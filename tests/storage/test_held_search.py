"""The search over held hashes finds exactly what comparing everything with everything finds."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import held_search
from storage.held_search import MOST_TARGETS, NearSearch, Target, words_of

KIND, OTHER = 1, 2


def flipped(value: bytes, bits: Iterable[Any]) -> bytes:
    number = int.from_bytes(value, "big")
    for bit in bits:
        number ^= 1 << int(bit)
    return number.to_bytes(32, "big")


def inverted(value: bytes) -> bytes:
    return bytes(255 - each for each in value)


def spread(count: int) -> list[int]:
    """Bits spread evenly over the words of 32: the hardest case for a search word by word."""
    return [(number % 8) * 32 + (number // 8) * 5 for number in range(count)]


def found(targets: Sequence[Target], rows: Sequence[bytes], kinds: Sequence[int], *, few: int = 0) -> list[int]:
    block = (words_of(rows), np.array(kinds, dtype=np.uint8))
    return [int(each) for each in NearSearch(targets, few=few).near([block])[0]]


def compared(targets: Sequence[Target], rows: Sequence[bytes], kinds: Sequence[int]) -> list[int]:
    def near(row: bytes, kind: int, target: Target) -> bool:
        away = (int.from_bytes(row, "big") ^ int.from_bytes(target.value, "big")).bit_count()
        return kind == target.kind and min(away, 256 - away) <= target.distance_bits

    pairs = zip(rows, kinds, strict=True)
    return [at for at, (row, kind) in enumerate(pairs) if any(near(row, kind, each) for each in targets)]


@pytest.mark.parametrize("few", [0, 1000])
def test_what_is_within_reach_is_found_however_its_bits_are_spread(few: int) -> None:
    random_ = np.random.default_rng(0)
    targets, rows = [], []
    for away in (0, 1, 8, 24, 30, 31):
        values = [random_.bytes(32) for _ in range(20)]
        targets += [Target(kind=KIND, value=each, distance_bits=31) for each in values]
        rows += [flipped(each, spread(away)) for each in values]
        rows += [flipped(each, random_.choice(256, away, replace=False).tolist()) for each in values]
    rows += [inverted(each) for each in rows]
    assert found(targets, rows, [KIND] * len(rows), few=few) == list(range(len(rows)))


@pytest.mark.parametrize("few", [0, 100])
def test_what_is_one_bit_too_far_or_of_another_kind_is_not_found(few: int) -> None:
    value = np.random.default_rng(1).bytes(32)
    targets = [Target(kind=KIND, value=value, distance_bits=31)]
    assert found(targets, [flipped(value, spread(32)), value, value], [KIND, OTHER, KIND], few=few) == [2]


@pytest.mark.parametrize("reach", [32, 40, 47])
def test_a_list_that_reaches_farther_is_searched_exactly_too(reach: int) -> None:
    value = np.random.default_rng(reach).bytes(32)
    rows = [flipped(value, spread(reach)), flipped(value, spread(reach + 1))]
    assert found([Target(kind=KIND, value=value, distance_bits=reach)], rows, [KIND, KIND]) == [0]


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 100), st.integers(1, 60), st.integers(0, 64))
def test_it_finds_what_comparing_all_with_all_finds(seed: int, rows: int, targets: int, away: int) -> None:
    random_ = np.random.default_rng(seed)
    values = [random_.bytes(32) for _ in range(targets)]
    asked = [
        Target(kind=int(random_.choice((KIND, OTHER))), value=each, distance_bits=int(random_.choice((0, 20, 31, 40))))
        for each in values
    ]
    held = [
        flipped(values[random_.integers(targets)], random_.choice(256, away, replace=False).tolist())
        for _ in range(rows)
    ]
    kinds = [int(random_.choice((KIND, OTHER))) for _ in held]
    assert found(asked, held, kinds) == compared(asked, held, kinds)


def test_each_block_has_an_answer_of_its_own() -> None:
    value = np.random.default_rng(3).bytes(32)
    search = NearSearch([Target(kind=KIND, value=value, distance_bits=31)], few=0)
    blocks = [(words_of(rows), np.full(len(rows), KIND, dtype=np.uint8)) for rows in ([bytes(32)], [bytes(32), value])]
    assert [each.tolist() for each in search.near(blocks)] == [[], [1]]


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(0, 90), max_size=4), st.integers(1, 45))
def test_blocks_of_any_length_with_any_kinds_are_searched_like_one(seed: int, lengths: list[int], targets: int) -> None:
    random_ = np.random.default_rng(seed)
    asked = [
        Target(kind=KIND, value=random_.bytes(32), distance_bits=int(random_.choice((31, 47)))) for _ in range(targets)
    ]
    rows = [
        flipped(asked[random_.integers(targets)].value, random_.choice(256, random_.choice((31, 32)), replace=False))
        for _ in range(sum(lengths))
    ]
    kinds = random_.choice((KIND, OTHER), len(rows)).tolist()
    ends = [*accumulate(lengths, initial=0)]
    blocks = [(words_of(rows[start:end]), np.array(kinds[start:end], dtype=np.uint8)) for start, end in pairwise(ends)]
    answers = NearSearch(asked, few=0).near(blocks)
    found = [start + int(each) for start, answer in zip(ends[:-1], answers, strict=True) for each in answer]
    assert found == compared(asked, rows, kinds)


def test_what_is_near_is_found_among_many_that_are_not() -> None:
    random_ = np.random.default_rng(11)
    targets = [Target(kind=KIND, value=random_.bytes(32), distance_bits=31) for _ in range(MOST_TARGETS // 2)]
    rows = [random_.bytes(32) for _ in range(5_000)]
    planted = sorted(random_.choice(len(rows), 900, replace=False).tolist())
    for number, (row, target) in enumerate(zip(planted, targets, strict=False)):
        bits = spread(31) if number % 3 else random_.choice(256, 31, replace=False)
        rows[row] = flipped(target.value if number % 2 else inverted(target.value), bits)
    kinds = np.where(random_.random(len(rows)) < 0.7, KIND, OTHER)
    assert found(targets, rows, kinds.tolist()) == [row for row in planted if kinds[row] == KIND]


def test_a_later_search_is_not_led_by_what_an_earlier_one_left() -> None:
    random_ = np.random.default_rng(12)
    values = [random_.bytes(32) for _ in range(20)]
    search = NearSearch([Target(kind=KIND, value=each, distance_bits=31) for each in values], few=0)
    long, short = ((words_of(each), np.full(len(each), KIND, dtype=np.uint8)) for each in (values * 50, values[:3]))
    for blocks in ([short], [long], [short, long, short], [short]):
        assert [len(each) for each in search.near(blocks)] == [block[0].shape[1] for block in blocks]
    assert search.near([]) == []


@pytest.mark.parametrize("values", [[0], [0xFFFFFF], [0x5A5A5A, 0x5A5A5B, 0x00FF00], [7] * 9])
def test_a_table_has_the_values_that_differ_by_few_enough_bits_and_no_others(values: list[int]) -> None:
    table = np.unpackbits(held_search._near_table(np.array(values, dtype=np.uint32)), bitorder="little")
    away = [np.bitwise_count(np.arange(1 << 24, dtype=np.uint32) ^ np.uint32(each)) for each in values]
    assert np.array_equal(table, np.min(away, axis=0) <= 3)


def test_no_target_finds_nothing() -> None:
    assert found([], [bytes(32)], [KIND]) == []


def test_more_targets_than_tables_can_tell_apart_are_refused() -> None:
    target = Target(kind=KIND, value=bytes(32), distance_bits=31)
    with pytest.raises(ValueError, match="too many"):
        NearSearch([target] * (MOST_TARGETS // 2 + 1))


def test_nothing_shows_a_hash() -> None:
    assert repr(Target(kind=KIND, value=b"s" * 32, distance_bits=31)) == "<Target of kind 1>"

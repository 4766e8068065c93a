import numpy as np
import pytest

from filters.indexes import digests
from filters.indexes.canary import CanaryMissed, planted_hash
from filters.indexes.digests import DigestIndex, DigestTable

SIZES = {"md5": 16, "sha1": 20, "sha256": 32}


def some(count: int, size: int) -> list[bytes]:
    chance = np.random.default_rng(size)
    return [chance.bytes(size) for _ in range(count)]


def index_of(values: list[bytes], size: int) -> tuple[DigestIndex, list[int]]:
    rows = np.frombuffer(b"".join(values), dtype=np.uint8).reshape(-1, size)
    table, order = DigestTable.of(rows, planted_hash("md5"))
    return DigestIndex(table, planted_hash("md5")), order.tolist()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 100, 1024])
def test_every_digest_is_found_whatever_their_number(count: int, size: int) -> None:
    values = some(count, size)
    index, order = index_of(values, size)
    assert len(index) == count
    for at, value in enumerate(values):
        (row,) = index.find(value)
        assert (order[row], index.table.value(row)) == (at, value)
    assert index.find(bytes(size)) == []


def test_a_digest_that_is_listed_twice_is_found_twice() -> None:
    (value,) = some(1, 16)
    index, order = index_of([value, *some(3, 16)[1:], value], 16)
    assert {order[row] for row in index.find(value)} == {0, 3}


@pytest.mark.parametrize("at", [0, 7, 8, 15])
def test_a_digest_that_differs_in_one_byte_is_not_found(at: int) -> None:
    (value,) = some(1, 16)
    index, _ = index_of([value], 16)
    assert index.find(value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]) == []


def test_what_was_planted_is_no_entry() -> None:
    index, _ = index_of(some(3, 16), 16)
    assert index.find(planted_hash("md5")[:16]) == []


def test_an_index_that_lost_an_entry_says_so_at_once_and_from_time_to_time(monkeypatch: pytest.MonkeyPatch) -> None:
    index, _ = index_of(some(3, 16), 16)
    index.table.tails[:] = 0
    with pytest.raises(CanaryMissed):
        index.check()
    monkeypatch.setattr(digests, "_CHECKED_EVERY", 2)
    assert index.find(bytes(16)) == []
    with pytest.raises(CanaryMissed):
        index.find(bytes(16))

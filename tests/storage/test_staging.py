import sqlite3

import pytest

from storage.staging import Staging


def test_keys_come_out_sorted_by_their_bytes_and_each_once() -> None:
    with Staging(2) as staging:
        staging.fill([("b", "x"), ("a", "y"), ("b", "x"), ("a-b", ""), ("a", "x"), ("\u00fc", "x"), ("B", "x")])
        keys = list(staging)
    assert keys == sorted(set(keys))
    assert keys == [("B", "x"), ("a", "x"), ("a", "y"), ("a-b", ""), ("b", "x"), ("\u00fc", "x")]


def test_nothing_is_left_of_it_outside_its_block() -> None:
    with Staging(1) as staging:
        staging.fill([("a",)])
    with pytest.raises(sqlite3.ProgrammingError):
        list(staging)


@pytest.mark.parametrize(
    ("current", "added", "ended"),
    [
        ([], ["b", "d"], []),
        ([("b", 1), ("d", 2)], [], []),
        ([("a", 1), ("b", 2), ("c", 3), ("e", 4)], ["d"], [1, 3, 4]),
        ([("d", 1)], ["b"], []),
    ],
)
def test_keys_are_compared_with_those_that_are_there(
    current: list[tuple[str, int]], added: list[str], ended: list[int]
) -> None:
    with Staging(1) as staging:
        staging.fill([("d",), ("b",)])
        staging.compare(((key,), number) for key, number in current)
        assert (staging.added, staging.ended) == (len(added), len(ended))
        assert [[key] for key in added] == [[each[0] for each in batch] for batch in staging.new_keys(1)]
        assert [ended] == [*staging.ended_ids(10)] if ended else not [*staging.ended_ids(10)]

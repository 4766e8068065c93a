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

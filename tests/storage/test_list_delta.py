from datetime import UTC, datetime, timedelta

import pytest

from storage.hash_formats import ListedHash
from storage.hash_formats.updates import Update
from storage.list_delta import Delta
from storage.list_lines import RejectReason
from tests.storage.exchanges.recorded import md5

AT = datetime(2026, 10, 24, tzinfo=UTC)


def update(key: str, *words: str, hours: float | None = 0, rejected: tuple[RejectReason, ...] = ()) -> Update:
    hashes = tuple(ListedHash(type="md5", value=md5(each), source_entry=key) for each in words)
    at = None if hours is None else AT + timedelta(hours=hours)
    return Update(key=key, hashes=hashes, rejected=rejected, at=at)


def gone(key: str, hours: float | None = 0) -> Update:
    return Update(key=key, hashes=None, at=None if hours is None else AT + timedelta(hours=hours))


def left_of(*updates: Update) -> set[str]:
    with Delta() as delta:
        delta.add(updates)
        return {each.value for each in delta.hashes()}


@pytest.mark.parametrize(
    ("updates", "left"),
    [
        ((), ()),
        ((update("1/a", "x", "y"),), ("x", "y")),
        ((update("1/a", "x"), update("2/a", "x")), ("x",)),
        ((update("1/a", "x"), update("1/a", "y", hours=1)), ("y",)),
        ((update("1/a", "y", hours=1), update("1/a", "x")), ("y",)),
        ((update("1/a", "x"), gone("1/a", 1)), ()),
        ((gone("1/a", 1), update("1/a", "x")), ()),
        ((gone("1/a"), update("1/a", "x", hours=1)), ("x",)),
        ((gone("1/a"), update("2/a", "x")), ("x",)),
        ((update("1/a", "x", hours=None), gone("1/a", None)), ()),
        ((gone("1/a"), update("1/a", "x")), ("x",)),
    ],
)
def test_the_newest_update_of_each_entry_counts(updates: tuple[Update, ...], left: tuple[str, ...]) -> None:
    assert left_of(*updates) == set(map(md5, left))


def test_an_update_of_which_nothing_can_be_read_ends_nothing() -> None:
    with Delta() as delta:
        delta.add([update("1/a", rejected=(RejectReason.NOT_HEX,)), update("1/b", rejected=(RejectReason.DEGENERATE,))])
        delta.add([update("1/c", "x", rejected=(RejectReason.WRONG_LENGTH,))])
        assert [delta.names(each) for each in ("1/a", "1/b", "1/c", "1/d")] == [False, True, True, False]
        assert (delta.taken, delta.unreadable) == (1, 2)
        assert sorted((each.reason, each.count) for each in delta.rejections) == [
            ("degenerate", 1),
            ("not-hex", 1),
            ("wrong-length", 1),
        ]

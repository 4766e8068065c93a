from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.doomed_objects import delete_doomed, doom
from storage.errors import ObjectsNotReady, ObjectsUnavailable
from storage.folder_objects import FolderStore
from storage.tables import doomed_object
from tests.storage.one_crawl import Crawl

KEYS = [f"ab/cd/{number:03}" for number in range(40)]


class Guarded(FolderStore):
    """A store from which bytes may still arrive late, and that fails as it is told to."""

    def __init__(self, folder: Path, fails: Callable[[str], Exception | None] = lambda key: None) -> None:
        super().__init__(folder)
        self._fails = fails
        self.asked: list[str] = []

    @property
    def late_s(self) -> float:
        return 3600.0

    def delete(self, key: str) -> None:
        self.asked.append(key)
        if (failure := self._fails(key)) is not None:
            raise failure
        super().delete(key)


def doomed(crawl: Crawl, store: FolderStore, keys: list[str]) -> datetime:
    """Put them, give them up, and return a time before that."""
    before = datetime.now(UTC)
    store.put_all(dict.fromkeys(keys, b"bytes"))
    with crawl.records.db.write() as conn:
        doom(conn, keys)
    return before


def test_who_gives_up_one_object_after_another_deletes_each_once(crawl: Crawl, tmp_path: Path) -> None:
    store = Guarded(tmp_path / "late")
    for key in KEYS[:3]:
        assert delete_doomed(crawl.records.db, store, since=doomed(crawl, store, [key])) == 1
    assert store.asked == KEYS[:3]
    assert delete_doomed(crawl.records.db, store) == 0
    assert sorted(store.asked[3:]) == KEYS[:3]  # as bytes may have arrived since
    assert len(crawl.rows(doomed_object)) == 3


def test_one_object_that_is_not_let_go_of_keeps_no_other(crawl: Crawl, tmp_path: Path) -> None:
    """As under a legal hold."""
    store = Guarded(tmp_path / "held", lambda key: ObjectsNotReady("not allowed") if key == KEYS[0] else None)
    doomed(crawl, store, KEYS)
    with pytest.raises(ObjectsNotReady, match="not allowed"):
        delete_doomed(crawl.records.db, store)
    assert [each.key for each in store.keys()] == KEYS[:1]  # noqa: SIM118 - a store is no dict


@pytest.mark.parametrize("failure", [ObjectsUnavailable("no answer"), ObjectsNotReady("wrong credentials")])
def test_nothing_that_could_not_be_deleted_is_forgotten(crawl: Crawl, tmp_path: Path, failure: Exception) -> None:
    store = Guarded(tmp_path / "down", lambda key: failure)
    doomed(crawl, store, KEYS)
    with crawl.records.db.write() as conn:
        conn.execute(doomed_object.update().values(doomed_at=datetime.now(UTC) - timedelta(days=1)))
    with pytest.raises(ObjectsUnavailable):
        delete_doomed(crawl.records.db, store)
    assert len(crawl.rows(doomed_object)) == len(KEYS)
    with crawl.records.db.write() as conn:
        conn.execute(doomed_object.delete())


def test_a_store_that_does_not_answer_is_not_asked_for_each_object(crawl: Crawl, tmp_path: Path) -> None:
    store = Guarded(tmp_path / "down", lambda key: ObjectsUnavailable("no answer"))
    doomed(crawl, store, KEYS)
    with pytest.raises(ObjectsUnavailable):
        delete_doomed(crawl.records.db, store)
    assert len(store.asked) <= 8  # so many are asked for at once

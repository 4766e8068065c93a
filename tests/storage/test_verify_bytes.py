import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage import verify_bytes
from storage.errors import ObjectsUnavailable
from storage.finding import Finding
from storage.folder_objects import FolderStore
from storage.verify_bytes import POSITION_FILE, Progress, check_bytes, findings_before
from tests.places import Place
from tests.storage import samples
from tests.storage.one_crawl import Crawl

PICTURES = 450
"""More than are marked at once."""


def record(crawl: Crawl, count: int) -> list[str]:
    """Return the object keys in the order of digests."""
    page_id = crawl.new_page()
    entries = [samples.kept(page_id, number) for number in range(count)]
    crawl.record(page_id, *entries)
    return sorted(each.object_key for each in entries)


def alter(crawl: Crawl, key: str) -> None:
    """Change a byte and not the size."""
    body = crawl.objects.get(key)
    Place.of(crawl.records.db.folder).tamper(key, bytes([body[0] ^ 1]) + body[1:])


class Breaking(FolderStore):
    """A store that stops answering at one object."""

    def __init__(self, folder: Path, key: str) -> None:
        super().__init__(folder)
        self._key = key
        self.read: list[str] = []

    def stream(self, key: str) -> Iterator[bytes]:
        if key == self._key:
            raise ObjectsUnavailable("the store is busy")
        self.read.append(key)
        return super().stream(key)


def test_whole_objects_are_no_finding_and_leave_no_mark(crawl: Crawl) -> None:
    record(crawl, 3)
    heard: list[Progress] = []
    assert list(check_bytes(crawl.records.db, crawl.objects, told=heard.append)) == []
    assert heard == [Progress(pictures=3, of=3)]
    assert not (crawl.records.db.folder / POSITION_FILE).exists()


def test_a_byte_that_is_not_its_own_is_found_though_the_size_is(crawl: Crawl) -> None:
    keys = record(crawl, 5)
    alter(crawl, keys[1])
    assert crawl.verify() == []
    (found,) = check_bytes(crawl.records.db, crawl.objects)
    assert (found.code, found.subject) == ("object.differs", keys[1][6:70])
    alter(crawl, keys[1])


def test_an_object_that_is_lost_is_found(crawl: Crawl) -> None:
    keys = record(crawl, 5)
    body = crawl.objects.get(keys[3])
    crawl.objects.delete(keys[3])
    assert [each.code for each in crawl.verify()] == ["object.missing"]
    (found,) = check_bytes(crawl.records.db, crawl.objects)
    assert (found.code, found.subject) == ("object.missing", keys[3][6:70])
    crawl.objects.put_all({keys[3]: body})


@pytest.mark.only("folder", why="what stops answering in it is a folder")
def test_one_that_was_cut_off_is_gone_on_with_behind_what_it_read(crawl: Crawl, tmp_path: Path) -> None:
    keys = record(crawl, PICTURES)
    alter(crawl, keys[10])
    breaking = Breaking(tmp_path / "objects", keys[300])
    found: list[Finding] = []
    with pytest.raises(ObjectsUnavailable):
        found.extend(check_bytes(crawl.records.db, breaking))
    assert findings_before(crawl.records.db) == 1
    later = Breaking(tmp_path / "objects", "none")
    assert list(check_bytes(crawl.records.db, later, resume=True)) == []
    assert sorted(later.read) == keys[200:]
    assert findings_before(crawl.records.db) == 0
    alter(crawl, keys[10])


def test_a_store_that_does_not_answer_is_not_asked_for_all_that_wait(
    crawl: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    class Threads(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            ended.set()
            super().shutdown(wait=wait)

    class Hanging(Breaking):
        def stream(self, key: str) -> Iterator[bytes]:
            if key != self._key:
                ended.wait(timeout=60)
            return super().stream(key)

    monkeypatch.setattr(verify_bytes, "ThreadPoolExecutor", Threads)
    keys = record(crawl, 30)
    hanging = Hanging(tmp_path / "objects", keys[0])
    with pytest.raises(ObjectsUnavailable):
        list(check_bytes(crawl.records.db, hanging))
    assert len(hanging.read) <= 8  # so many are read at once


def test_without_resume_it_begins_anew(crawl: Crawl) -> None:
    keys = record(crawl, 3)
    (crawl.records.db.folder / POSITION_FILE).write_text('{"after":"f","pictures":3,"findings":0}')
    alter(crawl, keys[0])
    assert [each.code for each in check_bytes(crawl.records.db, crawl.objects)] == ["object.differs"]
    alter(crawl, keys[0])


@pytest.mark.parametrize("mark", ["", "no JSON", '{"after": 7}'])
def test_a_mark_that_cannot_be_read_is_none(crawl: Crawl, mark: str) -> None:
    keys = record(crawl, 3)
    (crawl.records.db.folder / POSITION_FILE).write_text(mark)
    alter(crawl, keys[0])
    assert [each.code for each in check_bytes(crawl.records.db, crawl.objects, resume=True)] == ["object.differs"]
    alter(crawl, keys[0])

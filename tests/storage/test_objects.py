import hashlib
import os
from pathlib import Path

import pytest

from storage.errors import NotSupported
from storage.objects import UNFINISHED, FolderStore, open_objects
from tests.storage.keys import object_key

BODY = b"bytes of a picture"
KEY = object_key(hashlib.sha256(BODY).hexdigest())


def test_what_was_put_is_there(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "deep" / "objects")
    assert not store.exists(KEY)
    store.put_all({KEY: BODY})
    store.put_all({KEY: BODY})
    assert store.exists(KEY)
    assert store.get(KEY) == BODY
    assert list(store.keys()) == [KEY]


def test_what_was_deleted_is_gone(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put_all({KEY: BODY})
    store.delete(KEY)
    store.delete(KEY)
    assert not store.exists(KEY)
    assert list(store.keys()) == []


def test_an_empty_store_has_no_keys(tmp_path: Path) -> None:
    assert list(FolderStore(tmp_path / "none").keys()) == []


def test_the_file_and_its_folders_are_synced_before_put_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    folder = tmp_path / "objects"
    FolderStore(folder).put_all({KEY: BODY})
    unfinished, *folders = synced
    assert sorted(folders) == sorted([tmp_path.name, "objects", KEY[:2], KEY[3:5]])
    assert unfinished not in (KEY, *folders)


def test_several_are_put_at_once(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "objects")
    objects = {object_key(f"{number:064x}"): bytes([number]) * 9 for number in range(5)}
    store.put_all(objects)
    store.put_all({})
    assert [store.get(key) for key in objects] == [*objects.values()]
    assert sorted(store.keys()) == sorted(objects)


def test_a_put_of_several_that_fails_leaves_nothing_unfinished(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    (tmp_path / "ab" / "cd" / "name").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        store.put_all({"ab/cd/other": BODY, "ab/cd/name": BODY})
    assert list(store.keys()) == ["ab/cd/other"]


def test_a_put_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path)
    store.put_all({object_key("00" * 32): BODY})

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put_all({object_key("00" * 31 + "01"): BODY})
    assert list(store.keys()) == [object_key("00" * 32)]


def test_what_a_crash_left_unfinished_is_named(tmp_path: Path) -> None:
    (tmp_path / UNFINISHED).mkdir()
    (tmp_path / UNFINISHED / "0123").write_bytes(b"half")
    assert list(FolderStore(tmp_path).keys()) == [f"{UNFINISHED}/0123"]


@pytest.mark.parametrize("key", ["../out", "/etc/passwd", "a/../../out"])
def test_a_key_never_leaves_the_folder(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="never leaves"):
        FolderStore(tmp_path).put_all({key: BODY})


@pytest.mark.parametrize(
    ("url", "path"),
    [("file://./data/objects", "data/objects"), ("file:///srv/a%20b", "/srv/a b"), ("file://data", "data")],
)
def test_a_file_url_names_a_folder(url: str, path: str) -> None:
    assert open_objects(url).uri("k") == (Path(path).absolute() / "k").as_uri()


@pytest.mark.parametrize("url", ["s3://bucket/prefix", "http://example.org", "data/objects"])
def test_other_stores_are_not_supported_yet(url: str) -> None:
    with pytest.raises(NotSupported, match="OBJECTS_URL"):
        open_objects(url)

import fcntl
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.errors import NotSupported, ObjectMissing, ObjectsUnavailable
from storage.folder_objects import UNFINISHED, FolderStore
from storage.objects import digest_in, new_key, open_objects
from tests.storage.keys import object_key

BODY = b"bytes of a picture"
KEY = object_key(hashlib.sha256(BODY).hexdigest())


def keys(store: FolderStore) -> list[str]:
    return sorted(each.key for each in store.keys())  # noqa: SIM118 - a store is no dict


def test_what_was_put_is_there(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "deep" / "objects")
    assert not store.exists(KEY)
    store.put_all({KEY: BODY})
    store.put_all({KEY: BODY})
    assert store.exists(KEY)
    assert store.get(KEY) == BODY
    assert keys(store) == [KEY]
    assert [each.size_bytes for each in store.keys()] == [len(BODY)]  # noqa: SIM118 - a store is no dict


def test_what_was_deleted_is_gone(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put_all({KEY: BODY})
    store.delete(KEY)
    store.delete(KEY)
    assert not store.exists(KEY)
    assert keys(store) == []


def test_an_empty_store_has_no_keys(tmp_path: Path) -> None:
    assert keys(FolderStore(tmp_path / "none")) == []


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
    assert keys(store) == sorted(objects)


def test_a_put_of_several_that_fails_leaves_nothing_unfinished(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    (tmp_path / "ab" / "cd" / "name").mkdir(parents=True)
    with pytest.raises(ObjectsUnavailable, match="Is a directory"):
        store.put_all({"ab/cd/other": BODY, "ab/cd/name": BODY})
    assert keys(store) == ["ab/cd/other"]


@pytest.mark.parametrize(
    "call", [lambda store: store.put_all({KEY: BODY}), lambda store: store.delete(KEY), lambda store: [*store.keys()]]
)
def test_what_the_system_refuses_is_a_failure_of_the_store(
    tmp_path: Path, call: Callable[[FolderStore], object]
) -> None:
    (tmp_path / "no-folder").write_bytes(b"")
    with pytest.raises(ObjectsUnavailable) as caught:
        call(FolderStore(tmp_path / "no-folder"))
    assert KEY not in str(caught.value)


def test_what_is_missing_is_said_and_no_key_is(tmp_path: Path) -> None:
    with pytest.raises(ObjectMissing) as missing:
        FolderStore(tmp_path).get(KEY)
    assert KEY[-60:] not in str(missing.value)


def test_half_an_object_is_deleted_unless_somebody_is_putting_it(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    (tmp_path / UNFINISHED).mkdir()
    left, being_put = (tmp_path / UNFINISHED / name for name in ("left", "being-put"))
    left.write_bytes(b"half")
    with being_put.open("xb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert store.delete_unfinished() == 1
        assert keys(store) == [f"{UNFINISHED}/being-put"]
    assert store.delete_unfinished() == 1


def test_a_key_is_never_made_twice_and_names_its_picture() -> None:
    made = {new_key("ab" * 32) for _ in range(100)}
    assert len(made) == 100
    assert {digest_in(each) for each in made} == {"ab" * 32}
    assert digest_in(f"ab/ab/{'ab' * 32}") == "ab" * 32  # as the releases before named them


def test_a_put_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path)
    store.put_all({object_key("00" * 32): BODY})

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ObjectsUnavailable, match="No space"):
        store.put_all({object_key("00" * 31 + "01"): BODY})
    assert keys(store) == [object_key("00" * 32)]


def test_what_a_crash_left_unfinished_is_named(tmp_path: Path) -> None:
    (tmp_path / UNFINISHED).mkdir()
    (tmp_path / UNFINISHED / "0123").write_bytes(b"half")
    assert keys(FolderStore(tmp_path)) == [f"{UNFINISHED}/0123"]


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


@pytest.mark.parametrize("url", ["gs://bucket/prefix", "http://example.org", "data/objects"])
def test_other_stores_are_not_supported(url: str) -> None:
    with pytest.raises(NotSupported, match="OBJECTS_URL"):
        open_objects(url)

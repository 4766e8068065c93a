"""Keep objects as files below one folder."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from storage.durable import sync_folder
from storage.errors import ObjectMissing, ObjectsNotReady, ObjectsUnavailable
from storage.objects import StoredObject

UNFINISHED = "unfinished"
"""The folder in which an object lies until it is whole."""
_CHUNK_BYTES: Final = 1 << 20


class FolderStore:
    """Objects as files below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._durable: set[Path] = set()

    @property
    def late_s(self) -> float:
        return 0.0

    def put_all(self, objects: Mapping[str, bytes]) -> None:
        """Sync all files before any has its name, and all folders after: few turns of the file system's journal."""
        with _at_work("the folder of objects cannot be written to"):
            self._put_all(objects)

    def _put_all(self, objects: Mapping[str, bytes]) -> None:
        paths = {self._path(key): body for key, body in objects.items()}
        unfinished = self._folder / UNFINISHED
        made = self._make_folders({unfinished, *(path.parent for path in paths)})
        files = {path: unfinished / secrets.token_hex(8) for path in paths}
        try:
            for path, body in paths.items():
                _write_durably(files[path], body)
            for path, file in files.items():
                file.replace(path)
        except BaseException:
            for file in files.values():
                file.unlink(missing_ok=True)
            raise
        for folder in {path.parent for path in paths} | {each.parent for each in made}:
            sync_folder(folder)
        self._durable |= made

    def get(self, key: str) -> bytes:
        return b"".join(self.stream(key))

    def stream(self, key: str) -> Iterator[bytes]:
        with _at_work("an object cannot be read"):
            try:
                with self._path(key).open("rb") as file:
                    while piece := file.read(_CHUNK_BYTES):
                        yield piece
            except FileNotFoundError:
                raise ObjectMissing("the folder of objects has no such object") from None

    def exists(self, key: str) -> bool:
        with _at_work("an object cannot be looked at"):
            return self._path(key).is_file()

    def delete(self, key: str) -> None:
        path = self._path(key)
        with _at_work("an object cannot be deleted"):
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                sync_folder(path.parent)

    def keys(self) -> Iterator[StoredObject]:
        with _at_work("the folder of objects cannot be listed"):
            for folder, folders, files in os.walk(self._folder, onerror=_raise_unless_missing):
                folders.sort()
                for name in sorted(files):
                    path = Path(folder, name)
                    with contextlib.suppress(FileNotFoundError):  # it was deleted meanwhile
                        size_bytes = path.stat().st_size
                        yield StoredObject(key=path.relative_to(self._folder).as_posix(), size_bytes=size_bytes)

    def delete_unfinished(self) -> int:
        with _at_work("what is unfinished in the folder of objects cannot be deleted"):
            return sum(_deleted_if_left(path) for path in (self._folder / UNFINISHED).glob("*"))

    def uri(self, key: str) -> str:
        return self._path(key).as_uri()

    def ready(self) -> str:
        key = f"ready-{secrets.token_hex(8)}"
        try:
            self.put_all({key: b"can this be written?"})
        except ObjectsUnavailable as error:
            raise ObjectsNotReady(f"{error}: set OBJECTS_URL to a folder of yours") from None
        self.delete(key)
        return f"{self._folder} can be written to"

    def _path(self, key: str) -> Path:
        path = self._folder / key
        if key.startswith("/") or ".." in Path(key).parts:
            raise ValueError("an object's key never leaves its folder")
        return path

    def _make_folders(self, wanted: Iterable[Path]) -> set[Path]:
        """Make the missing folders and return those whose place in the one above is to be synced: those that another
        thread has just made too.
        """
        made: set[Path] = set()
        for folder in wanted:
            if folder not in self._durable:
                folder.mkdir(exist_ok=True, parents=True)
            for each in (folder, *folder.parents):
                if each in self._durable or each == self._folder.parent:
                    break
                made.add(each)
        return made


@contextmanager
def _at_work(failed: str) -> Iterator[None]:
    """Name no file in what is said: its name holds a digest."""
    try:
        yield
    except OSError as error:
        raise ObjectsUnavailable(f"{failed}: {error.strerror}") from None


def _raise_unless_missing(error: OSError) -> None:
    """What cannot be listed is not the same as nothing."""
    if not isinstance(error, FileNotFoundError):
        raise error


def _write_durably(path: Path, body: bytes) -> None:
    with path.open("xb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed: whoever puts it is at work
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _deleted_if_left(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except (FileNotFoundError, BlockingIOError):  # it has its name now, or is being put
        return False
    return True

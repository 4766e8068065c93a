"""Keep the original bytes of clean pictures under their SHA-256, whole or not at all."""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from storage.durable import sync_folder
from storage.errors import NotSupported

UNFINISHED = "unfinished"
"""The folder in which an object lies until it is whole."""


class ObjectStore(Protocol):
    """Where bytes are. What `put` has returned from survives a power cut."""

    def put(self, key: str, body: bytes) -> None: ...

    def put_all(self, objects: Mapping[str, bytes]) -> None:
        """Put several by key, which may cost less than one by one; if it raises, any of them may be there."""
        ...

    def get(self, key: str) -> bytes: ...

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None: ...

    def keys(self) -> Iterator[str]:
        """Name everything that is there, even what a crash left unfinished."""
        ...

    def delete_unfinished(self) -> int:
        """Delete what a crash cut off while it was being put, and return how many; nobody may be putting."""
        ...

    def uri(self, key: str) -> str: ...


def open_objects(url: str) -> ObjectStore:
    parts = urlsplit(url)
    if parts.scheme != "file":
        raise NotSupported("only folders are supported so far: set OBJECTS_URL to file://./data/objects")
    return FolderStore(Path(unquote(parts.netloc + parts.path)))


def object_key(sha256: str) -> str:
    """Spread objects over 65,536 folders, so that none gets too large to list."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


class FolderStore:
    """Objects as files below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._durable: set[Path] = set()

    def put(self, key: str, body: bytes) -> None:
        self.put_all({key: body})

    def put_all(self, objects: Mapping[str, bytes]) -> None:
        """Sync all files before any has its name, and all folders after: few turns of the file system's journal."""
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
        return self._path(key).read_bytes()

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        path = self._path(key)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)

    def keys(self) -> Iterator[str]:
        for path in self._folder.rglob("*"):
            if path.is_file():
                yield path.relative_to(self._folder).as_posix()

    def delete_unfinished(self) -> int:
        found = list((self._folder / UNFINISHED).glob("*"))
        for path in found:
            path.unlink()
        return len(found)

    def uri(self, key: str) -> str:
        return self._path(key).as_uri()

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


def _write_durably(path: Path, body: bytes) -> None:
    with path.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())

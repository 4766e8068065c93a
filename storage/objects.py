"""Keep the original bytes of clean pictures under their SHA-256, whole or not at all."""

import os
import secrets
from collections.abc import Iterator
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
        path = self._path(key)
        self._make_folder(path.parent)
        self._make_folder(self._folder / UNFINISHED)
        unfinished = self._folder / UNFINISHED / secrets.token_hex(8)
        try:
            with unfinished.open("xb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        sync_folder(path.parent)

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

    def _make_folder(self, folder: Path) -> None:
        """Make the missing folders and sync each into the one above it, even if another thread has just made it."""
        for each in reversed((folder, *folder.parents)):
            if each not in self._durable and each.is_relative_to(self._folder):
                each.mkdir(exist_ok=True, parents=True)
                sync_folder(each.parent)
                self._durable.add(each)

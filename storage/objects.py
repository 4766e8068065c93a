"""Keep the bytes of clean pictures, whole or not at all, each under a key that is used once."""

import contextlib
import fcntl
import math
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, Self
from urllib.parse import unquote, urlsplit

from storage.durable import sync_folder
from storage.errors import NotReady, NotSupported, ObjectMissing, ObjectsNotReady, ObjectsUnavailable

UNFINISHED = "unfinished"
"""The folder in which an object lies until it is whole."""
_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredObject:
    """Something that lies in the store, whole or not."""

    key: str
    size_bytes: int
    readable: bool = True
    """Not if it is in parts yet, or if the store hides it as deleted and has its bytes all the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectOptions:
    """How an S3 store is spoken to; a folder needs none of it."""

    connections: int = 16
    timeout_s: float = 30.0
    attempts: int = 5
    """Of what may be asked again: reads, lists and deletions. A put is tried once under its key."""
    encryption: str = ""
    kms_key: str = ""
    storage_class: str = ""

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Read the settings that begin with OBJECTS_; raise `NotReady` for what they cannot mean."""
        return cls(
            connections=int(_number(settings, "OBJECTS_CONNECTIONS", least=1)),
            timeout_s=_number(settings, "OBJECTS_TIMEOUT_S", least=0.1),
            attempts=int(_number(settings, "OBJECTS_ATTEMPTS", least=1)),
            encryption=_one_of(settings, "OBJECTS_ENCRYPTION", ("", "AES256", "aws:kms")),
            kms_key=str(settings.get("OBJECTS_KMS_KEY") or ""),
            storage_class=str(settings.get("OBJECTS_STORAGE_CLASS") or ""),
        )


class ObjectStore(Protocol):
    """Where bytes are. What `put_all` has returned from survives a power cut."""

    @property
    def late_s(self) -> float:
        """How long after an attempt to put an object it may still arrive."""
        ...

    def put_all(self, objects: Mapping[str, bytes]) -> None:
        """Put several by key, in one attempt.

        Raise `ObjectsUnavailable`: any of them may be there, or come to be there until `late_s` has passed.
        """
        ...

    def get(self, key: str) -> bytes:
        """Raise `ObjectMissing` or `ObjectsUnavailable`."""
        ...

    def stream(self, key: str) -> Iterator[bytes]:
        """Yield the bytes in pieces; raise as `get` does."""
        ...

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """Delete it with all its versions, if it is there; it is gone for good when this returns."""
        ...

    def keys(self) -> Iterator[StoredObject]:
        """Name everything that is there, in the order of the keys' bytes; what is unfinished may come last."""
        ...

    def delete_unfinished(self) -> int:
        """Delete what a crash cut off while it was being put, and return how many; what is being put stays."""
        ...

    def uri(self, key: str) -> str: ...

    def ready(self) -> str:
        """Put and delete an object of its own, and say what an operator should know; raise as `put_all` does."""
        ...


def open_objects(url: str, options: ObjectOptions = ObjectOptions()) -> ObjectStore:
    """Open `file:///folder` or `s3://bucket/prefix`, the latter with `?endpoint_url=` for any S3-compatible server."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        from storage.s3_objects import S3Objects  # takes half a second to import, and a folder needs none of it

        return S3Objects(url, options)
    if parts.scheme != "file":
        raise NotSupported("objects are in a folder or in S3: set OBJECTS_URL to file:///folder or s3://bucket/prefix")
    return FolderStore(Path(unquote(parts.netloc + parts.path)))


def new_key(sha256: str) -> str:
    """Return a key that nobody has used or will use.

    So what arrives late under a key that was given up can only be deleted again: it never comes back under a key that
    counts. Two letters twice spread objects over 65,536 folders, so that none gets too large to list.
    """
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}-{secrets.token_hex(8)}"


def digest_in(key: str) -> str:
    """Return the SHA-256 of the picture that a key was made for."""
    return key.rpartition("/")[2][:64]


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
        try:
            self._put_all(objects)
        except OSError as error:
            raise ObjectsUnavailable(f"the folder of objects cannot be written to: {error.strerror}") from None

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
        try:
            with self._path(key).open("rb") as file:
                while piece := file.read(_CHUNK_BYTES):
                    yield piece
        except FileNotFoundError:
            raise ObjectMissing("the folder of objects has no such object") from None
        except OSError as error:
            raise ObjectsUnavailable(f"an object cannot be read: {error.strerror}") from None

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        path = self._path(key)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)

    def keys(self) -> Iterator[StoredObject]:
        for folder, folders, files in os.walk(self._folder):
            folders.sort()
            for name in sorted(files):
                path = Path(folder, name)
                with contextlib.suppress(FileNotFoundError):  # it was deleted meanwhile
                    size_bytes = path.stat().st_size
                    yield StoredObject(key=path.relative_to(self._folder).as_posix(), size_bytes=size_bytes)

    def delete_unfinished(self) -> int:
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


def _number(settings: Mapping[str, Any], name: str, *, least: float) -> float:
    try:
        number = float(settings[name])
    except (TypeError, ValueError):
        number = math.nan
    if not least <= number < math.inf:
        raise NotReady(f"{name} is not a number of at least {least:g}: {settings[name]!r}")
    return number


def _one_of(settings: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    value = str(settings.get(name) or "")
    if value not in known:
        raise NotReady(f"{name} is none of {', '.join(filter(None, known))}: {value!r}")
    return value

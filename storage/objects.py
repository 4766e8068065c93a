"""Keep the bytes of clean pictures, whole or not at all, each under a key that is used once."""

import math
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import unquote, urlsplit

from storage.errors import NotReady, NotSupported


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
    from storage.folder_objects import FolderStore  # it imports what this module says of every store

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

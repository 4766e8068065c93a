"""Copy the checkpoints beside a copy of the database, and put such a copy back where the database goes on."""

import fcntl
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from storage.catalogue_folder import new_file
from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.durable import sync_folder
from storage.errors import CheckpointsMissing, StorageError
from storage.keys import KeyRing

_CHUNK_BYTES: Final = 1 << 20
_LONGEST_LINE_BYTES: Final = 1 << 20


class CopiedCheckpoints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The copy, and its last line in full."""

    file: str
    size_bytes: int
    sha256: str
    last_line: str


class OtherCheckpoints(StorageError):
    """The checkpoints that are in the way are not those of the database, or go on after it."""


def copy_checkpoints(source: Path, target: Path) -> CopiedCheckpoints:
    """Copy all lines that are there now. Call it before the database is read, which then can only be ahead of them."""
    try:
        with source.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)  # so that nobody is in the middle of a line
            size_bytes = os.fstat(file.fileno()).st_size
            fcntl.flock(file, fcntl.LOCK_UN)  # lines are only added, so signing goes on meanwhile
            sha256 = _copy(file, size_bytes, target)
    except FileNotFoundError:
        raise CheckpointsMissing(f"{source} is missing: bring it back from a backup before you copy anything") from None
    return CopiedCheckpoints(
        file=target.name, size_bytes=size_bytes, sha256=sha256, last_line=_last_line(target, size_bytes)
    )


def place_checkpoints(copy: Path, folder: Path, keys: KeyRing, sizes: Mapping[str, int]) -> None:
    """Put the copy where a database goes on whose segments have these sizes; call it before that is committed.

    A file that is there stays if it begins with the copy and says nothing of records that the database lacks. One that
    the copy goes on from is replaced.
    """
    target = folder / CHECKPOINTS_FILE
    if target.exists() and _begins(target, with_=copy):
        if any(size > sizes.get(segment, 0) for segment, size in _signed_sizes(target, keys)):
            raise OtherCheckpoints(
                f"{target} goes on after this export: something was recorded since. Export once more, or move the file "
                "away to go back to what was exported"
            )
    elif not target.exists() or _begins(copy, with_=target):
        _replace(copy, target)
    else:
        raise OtherCheckpoints(f"{target} belongs to another database; move it away if that one is given up")


def _replace(copy: Path, target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with copy.open("rb") as file:
        _copy(file, copy.stat().st_size, unfinished)
    unfinished.replace(target)
    sync_folder(target.parent)


def _copy(file: BinaryIO, size_bytes: int, target: Path) -> str:
    digest, left = hashlib.sha256(), size_bytes
    with new_file(target) as copy:
        while left and (chunk := file.read(min(left, _CHUNK_BYTES))):
            digest.update(chunk)
            copy.write(chunk)
            left -= len(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()


def _last_line(path: Path, size_bytes: int) -> str:
    """Return the last whole line, without its end; a crash may have torn what comes after it."""
    with path.open("rb") as file:
        file.seek(max(0, size_bytes - _LONGEST_LINE_BYTES))
        *whole, _torn = file.read().split(b"\n")
    return whole[-1].decode(errors="replace") if whole else ""


def _begins(path: Path, *, with_: Path) -> bool:
    with path.open("rb") as file, with_.open("rb") as beginning:
        while expected := beginning.read(_CHUNK_BYTES):
            if file.read(len(expected)) != expected:
                return False
    return True


def _signed_sizes(path: Path, keys: KeyRing) -> list[tuple[str, int]]:
    read = (line.checkpoint for line in Checkpoints(path, keys).lines())
    return [(segment, size) for each in read if each is not None for segment, (size, _) in each.segments.items()]

"""Make the folder that a copy of the catalogue goes into, for its owner only, and leave nothing half-done in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from storage.errors import StorageError


class FolderNotEmpty(StorageError):
    """A copy goes into a folder of its own."""


@contextmanager
def new_folder(folder: Path) -> Iterator[None]:
    """Make a folder, or take an empty one; if the block fails, all that is in it goes."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FolderNotEmpty(f"{folder} is not empty: name a new folder")
    folder.chmod(0o700)
    try:
        yield
    except BaseException:
        for each in folder.iterdir():
            each.unlink()
        raise


def new_file(path: Path) -> BinaryIO:
    """Open a file that was not there, for its owner only."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

"""Make the folder that a copy of the catalogue goes into, for its owner only, and leave nothing half-done in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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

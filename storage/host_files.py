"""Open a file, or a UT1 directory, that holds a blocklist."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.host_formats import HostFormat, Item, Matches, read_directory, read_hosts, recognise
from storage.host_indexes import BLOCK, LIFT
from storage.list_lines import Intake
from storage.list_revisions import ListMismatch
from storage.staging import Key

ACTIONS: Final = {"block": BLOCK, "except": LIFT}


@dataclass(frozen=True, kw_only=True, slots=True)
class HostFile:
    """What is to be read as a list, and how."""

    path: Path
    layout: HostFormat
    matches: Matches | None
    force: bool

    @property
    def label(self) -> str:
        return f"{self.path.name} ({self.layout.value})"

    def keys(self, intake: Intake) -> Iterator[Key]:
        """Yield (entry, action) of each line that is taken."""
        for line in intake.of(self._items()):
            yield line.covers, ACTIONS[line.action]

    def digest(self) -> str:
        """Return SHA-256 of the file; of a directory that of a line for each file in it, as sha256sum prints them."""
        if not self.path.is_dir():
            return _digest(self.path)
        files = sorted(each for each in self.path.iterdir() if each.is_file())
        return hashlib.sha256("".join(f"{_digest(each)}  {each.name}\n" for each in files).encode()).hexdigest()

    def _items(self) -> Iterator[Item]:
        if self.layout is HostFormat.UT1 and self.path.is_dir():
            yield from read_directory(self.path, matches=self.matches, force=self.force)
            return
        with self.path.open("rb") as source:
            yield from read_hosts(source, self.layout, matches=self.matches, force=self.force)


def host_file(path: Path, format: str | None, matches: str | None, *, force: bool) -> HostFile:
    """Raise `ListMismatch` for a format or a meaning that there is not."""
    try:
        meaning = None if matches is None else Matches(matches)
    except ValueError:
        raise ListMismatch(f"unknown meaning: --matches is one of {', '.join(Matches)}") from None
    return HostFile(path=path, layout=_layout(path, format), matches=meaning, force=force)


def _layout(path: Path, named: str | None) -> HostFormat:
    try:
        layout = None if named is None else HostFormat(named)
    except ValueError:
        raise ListMismatch(f"unknown format: --format is one of {', '.join(HostFormat)}") from None
    if path.is_dir():
        if layout not in (None, HostFormat.UT1):
            raise ListMismatch("a directory holds a list of UT1: leave --format out, or name one file")
        return HostFormat.UT1
    if layout is not None:
        return layout
    with path.open("rb") as source:
        return recognise(source)


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()

"""Read a file of hashes as the operator says it is to be read."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.hash_formats import Columns, HashFormat, Item, layout_of, read_hashes
from storage.list_lines import BadList
from storage.list_revisions import ListMismatch


@dataclass(frozen=True, kw_only=True, slots=True)
class HashFile:
    """A file, its format, and what was said of its hashes and labels."""

    path: Path
    layout: HashFormat
    type_name: str | None
    columns: Columns | None
    severity_scheme: str

    @property
    def label(self) -> str:
        return f"{self.path.name} ({self.layout.value})"

    def items(self) -> Iterator[Item]:
        with self.path.open("rb") as source:
            yield from read_hashes(
                source,
                type_name=self.type_name,
                layout=self.layout,
                columns=self.columns,
                severity_scheme=self.severity_scheme,
            )

    def digest(self) -> str:
        with self.path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()


def hash_file(
    path: Path,
    named: str | None = None,
    *,
    type_name: str | None = None,
    columns: str | None = None,
    severity_scheme: str | None = None,
) -> HashFile:
    """Return the file in the format named, or else in the one that it is recognised as."""
    if not path.is_file():
        raise BadList("a list is read more than once, so it must be a file that stays: store what comes from a pipe")
    mapping = None if columns is None else Columns.read(columns)
    with path.open("rb") as source:
        layout = layout_of(source, _format(named), mapping)
    return HashFile(
        path=path, layout=layout, type_name=type_name, columns=mapping, severity_scheme=severity_scheme or ""
    )


def _format(named: str | None) -> HashFormat | None:
    try:
        return None if named is None else HashFormat(named)
    except ValueError:
        raise ListMismatch(f"unknown format: --format is one of {', '.join(HashFormat)}") from None

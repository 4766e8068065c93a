"""Say of what a log consists in three lines, as C2SP does (c2sp.org/tlog-checkpoint): origin, size and root."""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Final, Self

from storage.signed_notes import NoteKey, NotSigned, opened

_LINES: Final = re.compile(r"(?P<origin>.+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/]{43}=)\n")
"""A root has 32 bytes. What may follow it is not ours, and says nothing of the tree."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TreeHead:
    """The lines of the file of checkpoints are the log: so many of them, and the root of their RFC 6962 tree."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def open(cls, note: str, key: NoteKey) -> Self:
        """Raise `NotSigned` unless the note is signed with this key, and by the log that has its name."""
        said = _LINES.match(opened(note, key))
        if said is None:
            raise NotSigned("it is signed, but says no size and root")
        if said["origin"] != key.name:
            raise NotSigned(f"it is not of the log {key.name}")
        return cls(origin=key.name, size=int(said["size"]), root=b64decode(said["root"]))

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

"""Sign the sizes and roots of the ledger's segments, in a file outside the database, line after line."""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import select

from storage import merkle
from storage.canonical import canonical, instant_text
from storage.database import Database
from storage.durable import sync_folder
from storage.errors import CheckpointsMissing
from storage.keys import KeyRing
from storage.tables import ledger_segment

CHECKPOINTS_FILE = "altsieve.checkpoints"
SCHEMA = 1
SIGNED_SELDOM = "incidents"
"""A segment that is not signed every second: its growth beside that of a run would tell which page a match was on."""


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Size and root of each segment that changed since `previous`, the SHA-256 of the line before."""

    schema: int
    at: str
    segments: dict[str, tuple[int, str]]
    previous: str | None
    signature: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the file: `checkpoint` is None if it cannot be read, `torn` if it is the last and has no end."""

    number: int
    text: bytes
    checkpoint: Checkpoint | None
    torn: bool

    @property
    def digest(self) -> str:
        return _digest(self.text)


class Checkpoints:
    """The file. Several processes may append to it; a line that a crash has torn is sealed off by the next append."""

    def __init__(self, path: Path, keys: KeyRing) -> None:
        self._path = path
        self._keys = keys
        self._read_bytes = 0
        self._sizes: dict[str, int] = {}
        self._previous: str | None = None

    def create(self) -> None:
        """Write a first line about an empty ledger, unless there is one; a crash may have left a file without any."""
        if not self._path.exists():
            os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600))
            sync_folder(self._path.parent)
        with self._locked() as descriptor:
            torn = self._catch_up(descriptor)
            if self._previous is None:
                self._append(descriptor, {}, torn=torn)

    def sign(self, db: Database, *, with_incidents: bool = False) -> None:
        """Append what was committed since the line before, if anything was; call it only after COMMIT."""
        with self._locked() as descriptor:
            torn = self._catch_up(descriptor)
            grown = {
                name: state
                for name, state in _segments(db).items()
                if self._sizes.get(name) != state[0] and (with_incidents or name != SIGNED_SELDOM)
            }
            if grown:
                self._append(descriptor, grown, torn=torn)

    def lines(self) -> Iterator[Line]:
        """Read the file from its start, as `verify` does."""
        content = self._path.read_bytes() if self._path.exists() else b""
        *whole, rest = content.split(b"\n")
        for number, line in enumerate(whole, start=1):
            yield Line(number=number, text=line, checkpoint=parsed_line(line), torn=False)
        if rest:
            yield Line(number=len(whole) + 1, text=rest, checkpoint=None, torn=True)

    def signed_by_us(self, checkpoint: Checkpoint) -> bool:
        try:
            signature = bytes.fromhex(checkpoint.signature)
        except ValueError:
            return False
        return self._keys.verify(signature, _message(msgspec.to_builtins(checkpoint)))

    @contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND)
        except FileNotFoundError:
            raise CheckpointsMissing(
                f"{self._path} is missing: the ledger cannot be verified without it; bring it back from a backup"
            ) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    def _catch_up(self, descriptor: int) -> bool:
        """Take in the lines that others appended; say whether the last one is torn."""
        size = os.fstat(descriptor).st_size
        if size < self._read_bytes:  # another file is in its place: what was in ours no longer counts
            self._read_bytes, self._sizes, self._previous = 0, {}, None
        *whole, rest = os.pread(descriptor, size - self._read_bytes, self._read_bytes).split(b"\n")
        for line in whole:
            self._take(line)
        self._read_bytes = size - len(rest)
        self._take(rest)  # torn off just before its line feed, it is whole: the next one follows it
        return bool(rest)

    def _take(self, line: bytes) -> None:
        checkpoint = parsed_line(line)
        if checkpoint is not None:
            self._sizes |= {name: size for name, (size, _) in checkpoint.segments.items()}
            self._previous = _digest(line)

    def _append(self, descriptor: int, segments: Mapping[str, tuple[int, str]], *, torn: bool) -> None:
        content = {
            "schema": SCHEMA,
            "at": instant_text(datetime.now(UTC)),
            "segments": segments,
            "previous": self._previous,
        }
        line = canonical(content | {"signature": self._keys.sign(_message(content)).hex()})
        with os.fdopen(os.dup(descriptor), "ab") as file:
            file.write((b"\n" if torn else b"") + line + b"\n")
            file.flush()
            os.fsync(file.fileno())


def parsed_line(line: bytes) -> Checkpoint | None:
    """Read one line of the file; None if it is none, such as one that a crash has torn."""
    try:
        return msgspec.json.decode(line, type=Checkpoint)
    except msgspec.DecodeError:  # ValidationError is one too
        return None


def _segments(db: Database) -> dict[str, tuple[int, str]]:
    with db.read() as conn:
        rows = conn.execute(select(ledger_segment)).all()
    return {row.name: (row.size, merkle.root(tuple(map(bytes.fromhex, row.peaks))).hex()) for row in rows}


def _message(content: Mapping[str, object]) -> bytes:
    return canonical({name: value for name, value in content.items() if name != "signature"})


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()

"""Read a list file line by line, and lose no line without counting it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, Final, TypeVar

from storage.errors import StorageError

LONGEST_LINE_BYTES: Final = 65_536
"""A longer line is no entry of any format that is read, and is not taken into memory whole."""

NUMBERS_SHOWN: Final = 10
"""How many line numbers are kept for each reason; all are counted."""

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"
_GZIP_MARK = b"\x1f\x8b"


class BadList(StorageError):
    """A file is not the list it was given as, and nothing of it is imported. The message quotes no line of it."""


class RejectReason(StrEnum):
    """Why a line is not taken from a list file."""

    NOT_UTF8 = "not-utf-8"
    TOO_LONG = "too-long"
    NOT_A_HOST = "not-a-host"
    SINGLE_LABEL = "single-label"
    NOT_A_SINK = "not-a-sink-address"
    NO_ADDRESS = "no-address"
    SEVERAL_WORDS = "several-words"
    BROKEN_ROW = "broken-row"
    UNKNOWN_TYPE = "unknown-type"
    OTHER_TYPE = "other-type"
    UNKNOWN_CATEGORY = "unknown-category"
    WRONG_LENGTH = "wrong-length"
    NOT_HEX = "not-hex"
    DEGENERATE = "degenerate"
    INNOCENT = "innocent-picture"
    UNSUPPORTED_TYPE = "unsupported-type"
    WITHDRAWN = "withdrawn"
    PUBLIC_SUFFIX = "public-suffix"
    MATCHES_ALL = "matches-all"
    NOT_AN_ADDRESS = "not-an-address"
    NOT_A_URL = "not-a-url"
    PATTERN = "pattern"
    REGEX = "regular-expression"
    COSMETIC = "cosmetic-rule"
    LIMITED_RULE = "limited-rule"
    OTHER_DIRECTIVE = "other-directive"
    OTHER_ACTION = "other-action"
    OTHER_TRIGGER = "other-trigger"
    OUT_OF_ZONE = "out-of-zone"
    NOT_READ = "not-read"


_READ_BUT_NOT_TAKEN: Final = frozenset({RejectReason.OTHER_TYPE, RejectReason.UNSUPPORTED_TYPE, RejectReason.WITHDRAWN})
"""These do not speak against the format that a file was read in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejected:
    """One line or record, or one word of it, that is not taken; `line` is the number of the line or record."""

    line: int
    reason: RejectReason


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejection:
    """How many were rejected for one reason, and where the first of them stand."""

    reason: str
    count: int
    lines: tuple[int, ...]


Entry = TypeVar("Entry")


@dataclass(kw_only=True, slots=True)
class Intake:
    """Count what a reader takes and rejects, and refuse a file of which most is rejected."""

    taken: int = 0
    _counts: dict[RejectReason, int] = field(default_factory=dict)
    _lines: dict[RejectReason, list[int]] = field(default_factory=dict)

    @property
    def rejected(self) -> int:
        return sum(self._counts.values())

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """The most frequent reason first."""
        by_count = sorted(self._counts.items(), key=lambda each: (-each[1], each[0]))
        return tuple(Rejection(reason=r.value, count=n, lines=tuple(self._lines[r])) for r, n in by_count)

    def of(self, items: Iterable[Entry | Rejected]) -> Iterator[Entry]:
        """Yield the entries; raise `BadList` after the last if there was none, or if more was unreadable than taken."""
        for item in items:
            if isinstance(item, Rejected):
                self._reject(item)
            else:
                self.taken += 1
                yield item
        self._refuse_if_mostly_rejected()

    def _reject(self, item: Rejected) -> None:
        self._counts[item.reason] = self._counts.get(item.reason, 0) + 1
        lines = self._lines.setdefault(item.reason, [])
        if len(lines) < NUMBERS_SHOWN:
            lines.append(item.line)

    def _refuse_if_mostly_rejected(self) -> None:
        if not self.taken and not self.rejected:
            raise BadList("the file has no entry in it; nothing was imported")
        unread = {reason: n for reason, n in self._counts.items() if reason not in _READ_BUT_NOT_TAKEN}
        count = sum(unread.values())
        if count > self.taken:
            first = max(unread, key=lambda reason: (unread[reason], reason))
            raise BadList(
                f"{count} of {count + self.taken} entries cannot be read, most of them {first.value} "
                f"(first on line {self._lines[first][0]}); nothing was imported: is --format right?"
            )
        if not self.taken:
            raise BadList(f"none of {self.rejected} entries is of a kind that is read; nothing was imported")


def read_lines(source: BinaryIO) -> Iterator[tuple[int, str] | Rejected]:
    """Yield (number, text) of each line, without the end of the line and without a byte order mark.

    Memory holds one line, whatever the file is. UTF-16 and gzip are refused with a word on what to do.
    """
    number = 0
    while raw := source.readline(LONGEST_LINE_BYTES):
        number += 1
        if number == 1:
            raw = without_mark(raw)
        if len(raw) == LONGEST_LINE_BYTES and not raw.endswith(b"\n"):
            _skip_rest_of_line(source)
            yield Rejected(line=number, reason=RejectReason.TOO_LONG)
            continue
        try:
            yield number, raw.decode().rstrip("\r\n")
        except UnicodeDecodeError:
            yield Rejected(line=number, reason=RejectReason.NOT_UTF8)


def without_mark(first: bytes) -> bytes:
    """Return the first bytes of a file without their byte order mark; refuse UTF-16 and gzip."""
    if first.startswith(_UTF16_MARKS):
        raise BadList("the file is UTF-16: save it as UTF-8")
    if first.startswith(_GZIP_MARK):
        raise BadList("the file is compressed: unpack it first (gunzip FILE)")
    return first.removeprefix(_UTF8_MARK)


def _skip_rest_of_line(source: BinaryIO) -> None:
    while (raw := source.readline(LONGEST_LINE_BYTES)) and not raw.endswith(b"\n"):
        pass

"""Name the moments at which a crash may find us writing, and the kinds of fault that tests try at each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Writes(StrEnum):
    """What is written at a point, and so what can fail there."""

    DATABASE = "database"
    OBJECTS = "objects"
    FILES = "files"
    """Keys, checkpoints and indexes, in the folder of the state."""


class Inside(StrEnum):
    """How far a write has come that is cut off; without it, it has not begun, or it is over."""

    HALF = "half-written"
    UNNAMED = "unnamed"
    """Whole and synced, but not yet under its name."""
    UNSYNCED = "unsynced"
    """Done, but a power cut would still undo it."""
    UNANSWERED = "unanswered"
    """Done, but whoever asked for it does not know."""


class Kind(StrEnum):
    """A kind of fault."""

    PROCESS_KILLED = "process-killed"
    DATABASE_KILLED = "database-killed"
    STORE_KILLED = "store-killed"
    DISK_FULL = "disk-full"
    DISK_ERROR = "disk-error"
    NETWORK_RESET = "network-reset"
    NETWORK_HANGS = "network-hangs"
    STORE_500 = "store-500"
    STORE_503 = "store-503"
    STORE_SLOW_DOWN = "store-slow-down"
    CORRUPTED_READ = "corrupted-read"


class Setup(StrEnum):
    """Which database and which store of objects."""

    SQLITE_FOLDER = "1"
    POSTGRESQL_FOLDER = "2"
    SQLITE_S3 = "3"


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """A moment of one work: tests stop it at `moment`, at its `nth` coming, and let it go on as far as `inside`."""

    name: str
    work: str
    moment: str
    writes: Writes
    leaves: str
    then: str
    nth: int = 1
    inside: Inside | None = None

    @property
    def is_over(self) -> bool:
        return self.moment.endswith(("after", "after-commit"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A kind of fault at a point: where it is tried, or why it is not."""

    point: Point
    kind: Kind
    setups: tuple[Setup, ...]
    why_not: str | None

    @property
    def name(self) -> str:
        return f"{self.point.name}:{self.kind}"


_1, _2, _3 = (Setup.SQLITE_FOLDER,), (Setup.POSTGRESQL_FOLDER,), (Setup.SQLITE_S3,)
_TRIED: Final[Mapping[tuple[Writes, Inside | None], Mapping[Kind, tuple[Setup, ...]]]] = {
    (Writes.DATABASE, None): {
        Kind.PROCESS_KILLED: _1 + _2,
        Kind.DATABASE_KILLED: _2,
        Kind.DISK_FULL: _1 + _2,
        Kind.DISK_ERROR: _1 + _2,
        Kind.NETWORK_RESET: _2,
        Kind.NETWORK_HANGS: _2,
    },
    (Writes.DATABASE, Inside.HALF): {Kind.PROCESS_KILLED: _1, Kind.DATABASE_KILLED: _2, Kind.DISK_FULL: _1},
    (Writes.DATABASE, Inside.UNANSWERED): {
        Kind.PROCESS_KILLED: _1 + _2,
        Kind.DATABASE_KILLED: _2,
        Kind.NETWORK_RESET: _2,
    },
    (Writes.OBJECTS, None): {
        Kind.PROCESS_KILLED: _1 + _3,
        Kind.DATABASE_KILLED: _2,
        Kind.STORE_KILLED: _3,
        Kind.DISK_FULL: _1,
        Kind.DISK_ERROR: _1,
        Kind.NETWORK_RESET: _3,
        Kind.NETWORK_HANGS: _3,
        Kind.STORE_500: _3,
        Kind.STORE_503: _3,
        Kind.STORE_SLOW_DOWN: _3,
    },
    (Writes.OBJECTS, Inside.HALF): {Kind.PROCESS_KILLED: _1, Kind.DISK_FULL: _1},
    (Writes.OBJECTS, Inside.UNNAMED): {Kind.PROCESS_KILLED: _1, Kind.DISK_FULL: _1},
    (Writes.OBJECTS, Inside.UNSYNCED): {Kind.PROCESS_KILLED: _1},
    (Writes.OBJECTS, Inside.UNANSWERED): {Kind.PROCESS_KILLED: _3, Kind.NETWORK_RESET: _3},
    (Writes.FILES, None): {
        Kind.PROCESS_KILLED: _1,
        Kind.DATABASE_KILLED: _2,
        Kind.DISK_FULL: _1,
        Kind.DISK_ERROR: _1,
    },
    (Writes.FILES, Inside.HALF): {Kind.PROCESS_KILLED: _1, Kind.DISK_FULL: _1},
    (Writes.FILES, Inside.UNSYNCED): {Kind.PROCESS_KILLED: _1},
}

OVER, AT_ITS_BEGINNING, NOT_ASKED, NOT_READ = "a", "b", "c", "d"
WHY_NOT: Final[Mapping[str, str]] = {
    OVER: "This write is over and the next has not begun: the same is tried at the beginning of the next.",
    AT_ITS_BEGINNING: "It lasts, and is tried from the beginning of this write on.",
    NOT_ASKED: "Nobody who could fail in this way is asked here: a file of our own has no network, a store knows "
    "nothing of the database, and the database nothing of the store.",
    NOT_READ: "Nothing that lies on a disk is relied on here. What is read back is in the table below.",
}


def cells(points: tuple[Point, ...]) -> Iterator[Cell]:
    """Yield every point with every kind."""
    for point in points:
        for kind in Kind:
            setups = () if point.is_over and kind is not Kind.PROCESS_KILLED else _setups(point, kind)
            yield Cell(point=point, kind=kind, setups=setups, why_not=None if setups else _why_not(point, kind))


def _setups(point: Point, kind: Kind) -> tuple[Setup, ...]:
    return _TRIED[point.writes, point.inside].get(kind, ())


def _why_not(point: Point, kind: Kind) -> str:
    if kind is Kind.CORRUPTED_READ:
        return NOT_READ
    if kind not in _TRIED[point.writes, None]:
        return NOT_ASKED
    return OVER if point.is_over else AT_ITS_BEGINNING

"""Read every object back and compare its digest; how far that has come is marked, so that it can be gone on with."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Row, func, select

from storage.database import Database
from storage.durable import sync_folder
from storage.errors import ObjectMissing
from storage.finding import Finding
from storage.object_intents import held_keys
from storage.objects import ObjectStore
from storage.tables import picture
from storage.verify_objects import finding

POSITION_FILE: Final = "verify.position"
_AT_ONCE: Final = 8
_MARK_EVERY: Final = 200


class Position(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All pictures up to `after` were read, `pictures` of them; `findings` of those were not as they should be."""

    after: str = ""
    pictures: int = 0
    findings: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How many pictures were read, of how many."""

    pictures: int
    of: int


def check_bytes(
    db: Database, objects: ObjectStore, *, resume: bool = False, told: Callable[[Progress], None] = lambda _: None
) -> Iterator[Finding]:
    """Yield what is wrong, several objects being read at once; `told` hears how it gets on.

    With `resume` it goes on behind what an earlier one has read; what that one has found counts in `Position`.
    Raise `ObjectsUnavailable` if the store does not answer: what was not read is not said to be wrong.
    """
    path = db.folder / POSITION_FILE
    position = _read(path) if resume else Position()
    with db.read() as conn:
        total = conn.execute(select(func.count()).select_from(picture)).scalar_one()
    for rows in _some(db, position.after):
        found = [each for each in _checked(objects, rows) if _still_held(db, each[0])]
        position = Position(
            after=rows[-1].sha256,
            pictures=position.pictures + len(rows),
            findings=position.findings + len(found),
        )
        yield from (each for _, each in found)
        _mark(path, position)
        told(Progress(pictures=position.pictures, of=total))
    path.unlink(missing_ok=True)


def findings_before(db: Database) -> int:
    """Return how many an earlier one that was cut off has found."""
    return _read(db.folder / POSITION_FILE).findings


def _some(db: Database, after: str) -> Iterator[list[Row[Any]]]:
    while True:
        query = select(picture.c.sha256, picture.c.stored_sha256, picture.c.object_key).where(picture.c.sha256 > after)
        with db.read() as conn:
            rows: list[Row[Any]] = [*conn.execute(query.order_by(picture.c.sha256).limit(_MARK_EVERY))]
        if not rows:
            return
        yield rows
        after = rows[-1].sha256


def _checked(objects: ObjectStore, rows: list[Row[Any]]) -> Iterator[tuple[Row[Any], Finding]]:
    with ThreadPoolExecutor(_AT_ONCE, "verify") as threads:
        reading: deque[tuple[Row[Any], Future[str | None]]] = deque(
            (each, threads.submit(_digest, objects, each.object_key)) for each in rows
        )
        try:
            while reading:
                row, digest = reading.popleft()
                if (found := _finding(row, digest.result())) is not None:
                    yield row, found
        finally:
            threads.shutdown(cancel_futures=True)  # a store that does not answer is not asked for all the others


def _finding(row: Row[Any], digest: str | None) -> Finding | None:
    if digest is None:
        return finding("object.missing", row.sha256, "has lost its bytes: bring them back from a backup")
    if digest != (row.stored_sha256 or row.sha256):
        return finding("object.differs", row.sha256, "has bytes that are not its own")
    return None


def _digest(objects: ObjectStore, object_key: str) -> str | None:
    digest = hashlib.sha256()
    try:
        for piece in objects.stream(object_key):
            digest.update(piece)
    except ObjectMissing:
        return None
    return digest.hexdigest()


def _still_held(db: Database, row: Row[Any]) -> bool:
    """It may have been withdrawn since."""
    with db.read() as conn:
        return bool(held_keys(conn, [row.object_key]))


def _read(path: Path) -> Position:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Position)
    except (FileNotFoundError, msgspec.DecodeError):
        return Position()


def _mark(path: Path, position: Position) -> None:
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(msgspec.json.encode(position))
    unfinished.replace(path)
    sync_folder(path.parent)

"""Say which objects are about to be put before they are, so that a crash leaves none that nobody knows of."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select

from storage.among import among
from storage.batches import chunks
from storage.bulk import insert_all
from storage.database import Database
from storage.doomed_objects import doom
from storage.objects import digest_in
from storage.run_locks import RunLock
from storage.tables import object_intent, picture


def intend(conn: Connection, run_id: str, object_keys: Iterable[str]) -> None:
    """Commit it before the objects are put."""
    now = datetime.now(UTC)
    rows = [{"object_key": each, "run_id": run_id, "at": now} for each in object_keys]
    insert_all(conn, object_intent, rows)


def intended(conn: Connection, object_keys: Collection[str]) -> set[str]:
    """Return those that may still be stored: of the others somebody has given up, and deletes the bytes."""
    found: set[str] = set()
    for some in chunks(object_keys):
        found |= set(
            conn.execute(select(object_intent.c.object_key).where(among(object_intent.c.object_key, some))).scalars()
        )
    return found


def fulfil(conn: Connection, object_keys: Collection[str]) -> None:
    """Call it in the transaction that writes the pictures with these keys."""
    for some in chunks(object_keys):
        conn.execute(delete(object_intent).where(among(object_intent.c.object_key, some)))


def give_up(conn: Connection, object_keys: Collection[str]) -> int:
    """Doom what was put, or meant to be, and what no picture has; return how many objects that are."""
    gone = intended(conn, object_keys)
    fulfil(conn, gone)
    doomed = gone - held_keys(conn, gone)
    doom(conn, doomed)
    return len(doomed)


def held_keys(conn: Connection, object_keys: Collection[str]) -> set[str]:
    """Return those that pictures have; a key names its picture, so no index of keys is needed."""
    found: set[str] = set()
    for some in chunks(object_keys):
        theirs = picture.c.sha256.in_({digest_in(each) for each in some})
        found |= set(conn.execute(select(picture.c.object_key).where(theirs)).scalars())
    return found & set(object_keys)


def left_intents(db: Database) -> list[str]:
    """Return the keys that runs meant to put bytes under on which nobody works any more.

    What is meant is read before it is asked who is at work, so that a run which is resumed meanwhile means other keys;
    and once more after it, as one may just have ended in order.
    """
    by_run: dict[str, list[str]] = {}
    with db.read() as conn:
        for row in conn.execute(select(object_intent.c.run_id, object_intent.c.object_key)):
            by_run.setdefault(row.run_id, []).append(row.object_key)
    left = [key for run_id, keys in by_run.items() if not RunLock(db, run_id).is_held() for key in keys]
    with db.read() as conn:
        return sorted(intended(conn, left))


def give_up_left(db: Database) -> int:
    """Give up what runs meant to put on which nobody works any more, and return how many those were."""
    left = left_intents(db)
    if left:
        with db.write() as conn:
            give_up(conn, left)
    return len(left)

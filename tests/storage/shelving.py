"""Put the bytes of pairs that are to be recorded into the store, as a crawl does: said, put, then recorded."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from storage.database import Database
from storage.kept_pictures import key_of
from storage.object_intents import intended
from storage.objects import ObjectStore, new_key
from storage.recorder import Recorder
from storage.shares import Entry, Kept
from storage.tables import doomed_object
from tests.storage.samples import bytes_with


def shelved(db: Database, recorder: Recorder, objects: ObjectStore | None, entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries, each kept pair under the key that its picture has, or will have; `objects` may be nobody's.

    Bytes that a test has put already stay as they are.
    """
    return [_shelved(db, recorder, objects, each) if isinstance(each, Kept) else each for each in entries]


def _shelved(db: Database, recorder: Recorder, objects: ObjectStore | None, kept: Kept) -> Kept:
    sha256 = kept.pair.facts.digests.sha256
    if (held := key_of(db, sha256)) is not None:
        return replace(kept, object_key=held)
    if _is_doomed(db, kept.object_key):
        kept = replace(kept, object_key=new_key(sha256))
    _put(db, recorder, objects, kept)
    return kept


def _is_doomed(db: Database, object_key: str) -> bool:
    with db.read() as conn:
        return conn.execute(select(doomed_object).where(doomed_object.c.object_key == object_key)).first() is not None


def _put(db: Database, recorder: Recorder, objects: ObjectStore | None, kept: Kept) -> None:
    with db.read() as conn:
        new = not intended(conn, [kept.object_key])
    if new:
        recorder.intend([kept.object_key]).result(timeout=60)
    if objects is not None and not objects.exists(kept.object_key):
        objects.put_all({kept.object_key: bytes_with(kept.pair.facts.digests.sha256)})

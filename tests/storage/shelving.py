"""Put the bytes of pairs that are to be recorded into the store, as a crawl does: said, put, then recorded."""

from collections.abc import Sequence
from dataclasses import replace

from storage.database import Database
from storage.kept_pictures import key_of
from storage.object_intents import intended
from storage.objects import ObjectStore
from storage.recorder import Recorder
from storage.shares import Entry, Kept
from tests.storage.samples import bytes_with


def shelved(db: Database, recorder: Recorder, objects: ObjectStore | None, entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries, each kept pair under the key that its picture has, or will have; `objects` may be nobody's.

    Bytes that a test has put already stay as they are.
    """
    done: list[Entry] = []
    for each in entries:
        held = key_of(db, each.pair.facts.digests.sha256) if isinstance(each, Kept) else None
        if isinstance(each, Kept) and held is None:
            _put(db, recorder, objects, each)
        done.append(replace(each, object_key=held) if isinstance(each, Kept) and held is not None else each)
    return done


def _put(db: Database, recorder: Recorder, objects: ObjectStore | None, kept: Kept) -> None:
    with db.read() as conn:
        new = not intended(conn, [kept.object_key])
    if new:
        recorder.intend([kept.object_key]).result(timeout=60)
    if objects is not None and not objects.exists(kept.object_key):
        objects.put_all({kept.object_key: bytes_with(kept.pair.facts.digests.sha256)})

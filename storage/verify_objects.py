"""Check that every picture has its bytes, whole, and that no other bytes are kept."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.finding import Finding
from storage.objects import ObjectStore
from storage.tables import doomed_object, object_intent, picture


def check_objects(conn: Connection, objects: ObjectStore) -> Iterator[Finding]:
    known = set(conn.execute(select(doomed_object.c.object_key)).scalars())  # `check_withdrawn` tells of those
    known |= set(conn.execute(select(object_intent.c.object_key)).scalars())  # a run is about to store those
    for row in conn.execute(select(picture).execution_options(yield_per=1000)):
        known.add(row.object_key)
        yield from _check_picture(row, objects)
    for each in objects.keys():  # noqa: SIM118 - a store is no dict
        if each.key not in known:
            yield Finding(
                code="object.orphan",
                subject=each.key,
                text=f"Object {each.key} belongs to no picture of the database: a crash came between the two. "
                "If no crawl runs, crawl the page again or delete it.",
            )


def _check_picture(row: Row[Any], objects: ObjectStore) -> Iterator[Finding]:
    digests = row.facts.get("digests", {})
    if digests.get("sha256") != row.sha256:
        yield _finding("picture.differs", row.sha256, "has the facts of another one")
    if not objects.exists(row.object_key):
        yield _finding("object.missing", row.sha256, "has lost its bytes")
        return
    body = objects.get(row.object_key)
    if len(body) != digests.get("size_bytes") or sha256(body).hexdigest() != row.sha256:
        yield _finding("object.differs", row.sha256, "has bytes that are not its own")


def _finding(code: str, digest: str, what: str) -> Finding:
    return Finding(code=code, subject=digest, text=f"Picture {digest} {what}.")

"""Give the bytes of a picture to who asks to see it: of a pair that is held, judged by all lists of this moment."""

import hashlib
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import Text, cast, select

from storage import gate
from storage.database import Database
from storage.errors import ObjectMissing, StorageError
from storage.held_pairs import WITHDRAWN
from storage.objects import ObjectStore
from storage.rescan_records import covered_epoch
from storage.tables import pair, picture

MEDIA_TYPES: Final = {each: f"image/{each}" for each in ("jpeg", "png", "webp", "gif", "avif")}
"""Formats that browsers show."""

_CHANGED: Final = "lists or thresholds were changed since it was judged; type: altsieve rescan"


class NotShown(StorageError):
    """The picture is not to be shown; the message says why, and names nothing of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownPicture:
    body: bytes
    media_type: str

    def __repr__(self) -> str:
        return f"<ShownPicture {self.media_type}>"


class _Picture(msgspec.Struct):
    format: str


class _Facts(msgspec.Struct):
    """What is read of what was measured."""

    picture: _Picture | None = None


_facts = msgspec.json.Decoder(_Facts)


def shown_picture(db: Database, objects: ObjectStore, pair_id: str) -> ShownPicture:
    """Raise `NotShown` for a pair that is not held, or that a list has come for since it was judged.

    A list that has come since may name it: nobody is to see it before a re-scan has said that it does not.
    """
    facts = cast(picture.c.facts, Text).label("facts")
    columns = (pair.c.state, pair.c.epoch, picture.c.sha256, picture.c.stored_sha256, picture.c.object_key, facts)
    with db.read() as conn:
        query = select(*columns).join(picture, picture.c.sha256 == pair.c.sha256).where(pair.c.id == pair_id)
        row = conn.execute(query).one_or_none()
        if row is None or row.state == WITHDRAWN:
            raise NotShown("this pair is not held")
        epoch = gate.epoch(conn)
        if max(row.epoch, covered_epoch(conn)) < epoch:
            raise NotShown(_CHANGED)
    measured = _facts.decode(row.facts).picture
    media_type = None if measured is None else MEDIA_TYPES.get(measured.format)
    if media_type is None:
        raise NotShown("it is in a format that browsers do not show")
    try:
        body = objects.get(row.object_key)
    except ObjectMissing:
        raise NotShown("its bytes are missing; type: altsieve verify") from None
    if hashlib.sha256(body).hexdigest() != (row.stored_sha256 or row.sha256):
        raise NotShown("its bytes are not those that were judged; type: altsieve verify --deep")
    with db.read() as conn:
        if gate.epoch(conn) != epoch:  # a list has come while its bytes were read
            raise NotShown(_CHANGED)
    return ShownPicture(body=body, media_type=media_type)

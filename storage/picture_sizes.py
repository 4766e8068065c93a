"""Count the pairs of a run that are held by the size of their picture."""

from collections import Counter
from dataclasses import dataclass

import msgspec
from sqlalchemy import Text, cast, select

from storage.batches import by_walking, rows_by
from storage.database import Database
from storage.decisions import STORED
from storage.tables import pair, picture, sighting


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureSize:
    """So many pairs have a picture whose shorter side has from `low_px` to `high_px` pixels; the next starts there."""

    low_px: int
    high_px: int
    pairs: int
    size_bytes: int
    """Of all of them; a picture with two captions counts twice."""


class _Digests(msgspec.Struct):
    size_bytes: int


class _Picture(msgspec.Struct):
    width_px: int
    height_px: int


class _Facts(msgspec.Struct):
    """What is read of what was measured."""

    digests: _Digests
    picture: _Picture | None = None


_facts = msgspec.json.Decoder(_Facts)


def picture_sizes(db: Database, run_id: str) -> tuple[PictureSize, ...]:
    """Return them from the smallest to the largest, in powers of two; those that hold nothing are left out."""
    query = (
        select(sighting.c.id.label("key"), cast(picture.c.facts, Text).label("facts"))
        .join_from(sighting, pair, pair.c.id == sighting.c.pair_id)
        .join(picture, picture.c.sha256 == pair.c.sha256)
        .where(by_walking(sighting.c.run_id) == run_id, sighting.c.outcome == STORED)
    )
    pairs, size_bytes = Counter[int](), Counter[int]()
    for row in rows_by(sighting.c.id, query, db):
        facts = _facts.decode(row.facts)
        if facts.picture is not None:
            power = min(facts.picture.width_px, facts.picture.height_px).bit_length()
            pairs[power] += 1
            size_bytes[power] += facts.digests.size_bytes
    return tuple(
        PictureSize(low_px=1 << power - 1, high_px=1 << power, pairs=pairs[power], size_bytes=size_bytes[power])
        for power in sorted(pairs)
    )

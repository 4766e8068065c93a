"""Tell what was taken back of what a trail shows, by whom and why."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from storage.among import among
from storage.batches import chunks
from storage.decisions import STORED
from storage.tables import tombstone
from storage.tombstones import PAIR, PICTURE
from storage.trail_parts import Subject, TrailPair, TrailSighting, Withdrawal


def withdrawals_of(
    conn: Connection, subject: Subject, sightings: Sequence[TrailSighting], pairs: Sequence[TrailPair]
) -> tuple[Withdrawal, ...]:
    """Return the tombstones of the subject, and of the pairs and pictures of what is shown, the oldest first."""
    of_pairs = {each.pair_id for each in sightings if each.pair_id is not None} | {each.pair_id for each in pairs}
    if subject.kind == "pair":
        of_pairs.add(subject.value)
    found = _withdrawals(conn, PAIR, of_pairs)
    digests = (*(each.image_sha256 for each in pairs), *(each.image_sha256 for each in found))
    of_pictures = {each for each in digests if each is not None}
    if subject.kind == "image":
        of_pictures.add(subject.value)
    found += _withdrawals(conn, PICTURE, of_pictures)
    return tuple(sorted(found, key=lambda each: (each.at, each.kind, each.key)))


def pairs_withdrawn(
    sightings: Sequence[TrailSighting], pairs: Sequence[TrailPair], withdrawn: Sequence[Withdrawal]
) -> tuple[TrailPair, ...]:
    """Return the pairs that are no longer held, as their last sighting that was stored knew them."""
    held = {each.pair_id for each in pairs}
    stored = {each.pair_id: each for each in sightings if each.outcome == STORED}
    gone = (each for each in withdrawn if each.kind == PAIR and each.key not in held and each.key in stored)
    return tuple(_pair(stored[each.key], each) for each in gone)


def _pair(seen: TrailSighting, gone: Withdrawal) -> TrailPair:
    return TrailPair(
        pair_id=gone.key,
        image_sha256=gone.image_sha256 or "",
        run_id=seen.run_id,
        state="withdrawn",
        epoch=seen.epoch,
        stored_at=seen.judged_at,
    )


def _withdrawals(conn: Connection, kind: str, keys: Collection[str]) -> list[Withdrawal]:
    found: list[Withdrawal] = []
    for some in chunks(sorted(keys)):
        rows = conn.execute(select(tombstone).where(tombstone.c.kind == kind, among(tombstone.c.key, some)))
        found += [
            Withdrawal(
                kind=row.kind,
                key=row.key,
                image_sha256=row.sha256,
                reason=row.reason,
                bars=row.bars,
                why=row.why,
                by=row.by,
                at=row.at,
            )
            for row in rows
        ]
    return found

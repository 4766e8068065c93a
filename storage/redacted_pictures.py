"""Let go of pictures whose sightings were redacted: facts, bytes, tombstones that would name known material."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select, update

from storage.batches import chunks
from storage.blanking import blank, places_of
from storage.doomed_objects import doom
from storage.keys import KeyRing
from storage.ledger import OPERATORS, Ledger
from storage.tables import gate_change, measurement, pair, picture, sighting, tombstone, withdrawn_match
from storage.upsert import upsert

KEYED_AS = "picture"
"""What a picture's digest is keyed as in `withdrawn_match`."""


def forget_unused(conn: Connection, digests: Collection[str], known: Collection[str]) -> int:
    """Delete what was measured of pictures that no pair and no sighting has any more; return how many were kept.

    Those that are not in `known` are innocent: a crawl may store them again.
    """
    count = 0
    for some in chunks(sorted(digests)):
        in_pairs = set(conn.execute(select(pair.c.sha256).where(pair.c.sha256.in_(some))).scalars())
        seen = set(conn.execute(select(sighting.c.sha256).where(sighting.c.sha256.in_(some))).scalars())
        count += _delete_pictures(conn, [each for each in some if each not in in_pairs], known)
        unseen = [each for each in some if each not in seen]
        conn.execute(delete(measurement).where(measurement.c.sha256.in_(unseen)))
    return count


def forget_matches(conn: Connection, ledger: Ledger, digests: Collection[str]) -> int:
    """Leave nothing that names these pictures, which no sighting shows any more.

    Return how many had a row left that no sighting had led to.
    """
    count = 0
    for some in chunks(sorted(digests)):
        count += _delete_pictures(conn, some, some)
        conn.execute(delete(measurement).where(measurement.c.sha256.in_(some)))
        _forget_tombstones(conn, ledger, some)
    return count


def refuse_for_good(conn: Connection, keys: KeyRing, digests: Collection[str]) -> frozenset[str]:
    """Write the keyed digests of those of which a picture, a measurement or a tombstone is held, and return those."""
    found: set[str] = set()
    for some in chunks(sorted(digests)):
        held: set[str] = set()
        for column in (picture.c.sha256, measurement.c.sha256, tombstone.c.sha256, tombstone.c.key):
            held |= set(conn.execute(select(column).where(column.in_(some))).scalars())
        rows = [{"key": keys.hmac(KEYED_AS, each)} for each in sorted(held)]
        if rows:
            conn.execute(upsert(conn, withdrawn_match).on_conflict_do_nothing(), rows)
        found |= held
    return frozenset(found)


def was_match(conn: Connection, keys: KeyRing, digests: Collection[str]) -> bool:
    """Say whether one of these pictures was held until it was found to be known material."""
    return bool(known_as_matches(conn, keys, digests))


def known_as_matches(conn: Connection, keys: KeyRing, digests: Collection[str]) -> set[str]:
    """Return those of these pictures that were held until they were found to be known material."""
    if conn.execute(select(withdrawn_match.c.key).limit(1)).first() is None:
        return set()  # as long as there is none, no digest has to be keyed
    keyed = {keys.hmac(KEYED_AS, each): each for each in sorted(set(digests))}
    found: set[str] = set()
    for some in chunks(keyed):
        asked = select(withdrawn_match.c.key).where(withdrawn_match.c.key.in_(some))
        found |= {keyed[each] for each in conn.execute(asked).scalars()}
    return found


def _delete_pictures(conn: Connection, digests: Collection[str], known: Collection[str]) -> int:
    theirs = picture.c.sha256.in_(digests)
    kept = conn.execute(select(picture.c.sha256, picture.c.object_key).where(theirs)).all()
    conn.execute(delete(picture).where(theirs))
    doom(conn, [row.object_key for row in kept])
    return len(kept)


def _forget_tombstones(conn: Connection, ledger: Ledger, digests: Collection[str]) -> None:
    """An operator may have withdrawn it before anybody knew what it is: who and when stays, what does not."""
    theirs = tombstone.c.sha256.in_(digests) | ((tombstone.c.kind == "picture") & tombstone.c.key.in_(digests))
    of_operators = select(tombstone.c.act).where(theirs, tombstone.c.act.is_not(None)).distinct()
    acts = sorted(map(str, conn.execute(of_operators).scalars()))
    conn.execute(delete(tombstone).where(theirs))
    conn.execute(update(gate_change).where(gate_change.c.subject.in_(acts)).values(why="blanked"))
    blank(conn, ledger, places_of(conn, acts, segment=OPERATORS), segment=OPERATORS, at=datetime.now(UTC).date())

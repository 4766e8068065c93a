"""Take back what is held: rows and facts in one transaction with their tombstones, then the bytes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from storage.batches import chunks
from storage.blanking import blank, places_of
from storage.database import Database
from storage.doomed_objects import delete_doomed, doom
from storage.errors import ObjectsUnavailable
from storage.gate import epoch
from storage.held_hashes import HeldHashes
from storage.identifiers import new_id
from storage.kept_pictures import original_of
from storage.ledger import OPERATORS, Ledger
from storage.objects import ObjectStore
from storage.operators import record_act
from storage.retained import is_retained
from storage.tables import ledger_body, measurement, pair, picture, sighting
from storage.tombstones import Why, bury_pairs, bury_pictures
from storage.withdrawal_targets import Held, Target, TargetKind, was_withdrawn, what_is_held

__all__ = ["Held", "Target", "TargetKind", "Why", "Withdrawals", "Withdrawn", "take_back"]

BARRED: Final = "tombstone.add"
LEFT_TO_THE_FILTERS: Final = "rescan.withdraw"
_BYTES_LEFT: Final = (
    "it is withdrawn, but not all bytes are deleted: type the same again once that is mended, "
    "or leave it to the next crawl"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawn:
    """How much was taken back, and the gate epoch from then on. `objects` counts those whose bytes are gone now.

    `before` says that nothing was held any more, because it had been taken back before.
    """

    pairs: int
    pictures: int
    epoch: int
    objects: int = 0
    before: bool = False


class Withdrawals:
    """Take back what operators name. Called again with the same target, it finishes what a crash cut off."""

    def __init__(self, db: Database, ledger: Ledger, objects: ObjectStore) -> None:
        self._db = db
        self._ledger = ledger
        self._objects = objects

    def withdraw(self, target: Target, *, by: str, why: str) -> Withdrawn | None:
        """Return None if nothing of it is held, nor ever was taken back.

        Raise `ObjectsUnavailable` if the bytes could not be deleted: all else is done by then.
        """
        with self._db.write() as conn:
            if target.kind is TargetKind.IMAGE:
                target = replace(target, value=original_of(conn, target.value))
            held = what_is_held(conn, target)
            pictures = {*held.pictures, *_pairs(conn, held).values()}
            if held.pairs or held.pictures:
                done = take_back(conn, self._ledger, held, Why(by=by, why=why))
            elif was_withdrawn(conn, target):
                done = Withdrawn(pairs=0, pictures=0, epoch=epoch(conn), before=True)
            else:
                return None
        self._ledger.checkpoint()
        self._forget_hashes(pictures, all_gone=done.before)
        return replace(done, objects=self._delete_bytes())

    def _delete_bytes(self) -> int:
        try:
            return delete_doomed(self._db, self._objects)
        except ObjectsUnavailable as failure:
            raise type(failure)(f"{failure}\n{_BYTES_LEFT}") from None

    def _forget_hashes(self, pictures: Collection[str], *, all_gone: bool) -> None:
        """With `all_gone`, of whatever is not there any more: a crash came between."""
        hashes = HeldHashes(self._db)
        if not all_gone:
            hashes.forget_gone(pictures)
            return
        with self._db.read() as conn:
            gone = hashes.gone(conn)
        hashes.forget(gone)


def take_back(conn: Connection, ledger: Ledger, held: Held, why: Why) -> Withdrawn:
    """Delete pairs and pictures with all that was measured of them, and keep tombstones.

    A picture goes with its last pair. What the sightings said of page and picture goes too; where they were, and how
    they were judged, stays. What bars raises the gate epoch; of what does not, the facts are retained as those of any
    picture that is refused. Afterwards, outside the transaction, call `delete_doomed` and `ledger.checkpoint()`.
    """
    act, at = new_id(), datetime.now(UTC)
    pairs = _pairs(conn, held)
    _forget_texts(conn, ledger, sorted(pairs), at)
    for some in chunks(pairs):
        conn.execute(delete(pair).where(pair.c.id.in_(some)))
    facts = _take_pictures(conn, {*pairs.values(), *held.pictures}, why)
    bury_pairs(conn, pairs, why, act=act, at=at)
    if why.bars:
        bury_pictures(conn, facts, why, act=act, at=at)
    now = record_act(
        conn,
        ledger,
        what=BARRED if why.bars else LEFT_TO_THE_FILTERS,
        subject=act,
        by=why.by,
        why=why.why,
        body={"reason": why.reason, "pairs": sorted(pairs), "pictures": sorted(facts)},
    )
    return Withdrawn(pairs=len(pairs), pictures=len(facts), epoch=now)


def _pairs(conn: Connection, held: Held) -> dict[str, str]:
    """Return the picture of each pair that goes."""
    found: dict[str, str] = {}
    for column, values in ((pair.c.id, held.pairs), (pair.c.sha256, held.pictures)):
        for some in chunks(sorted(values)):
            found |= {
                row.id: row.sha256 for row in conn.execute(select(pair.c.id, pair.c.sha256).where(column.in_(some)))
            }
    return found


def _forget_texts(conn: Connection, ledger: Ledger, pairs: Collection[str], at: datetime) -> None:
    for some in chunks(pairs):
        theirs = sighting.c.pair_id.in_(some)
        rows = conn.execute(select(sighting.c.id, sighting.c.candidate).where(theirs)).all()
        telling = [place for row in rows for place in _bodies_with_text(conn, row.id, row.candidate)]
        blank(conn, ledger, telling, segment=OPERATORS, at=at)
        conn.execute(update(sighting).where(theirs).values(candidate=None, fetched=None))


def _bodies_with_text(conn: Connection, sighting_id: str, candidate: Mapping[str, Any] | None) -> list[tuple[str, int]]:
    """Bodies hold the caption as a digest only; evidence that quotes it would hold it in the clear."""
    texts = {msgspec.json.encode(str((candidate or {}).get(each, ""))).decode()[1:-1] for each in ("text", "text_raw")}
    found = []
    for segment, sequence in places_of(conn, [sighting_id]):
        here = (ledger_body.c.segment == segment) & (ledger_body.c.sequence == sequence)
        body = conn.execute(select(ledger_body.c.body).where(here)).scalar_one()
        if any(each in (body or "") for each in texts - {""}):
            found.append((segment, sequence))
    return found


def _take_pictures(conn: Connection, digests: Collection[str], why: Why) -> dict[str, Mapping[str, Any]]:
    """Delete the pictures that no pair has any more, and return their facts."""
    facts: dict[str, Mapping[str, Any]] = {}
    for some in chunks(sorted(digests)):
        in_pairs = set(conn.execute(select(pair.c.sha256).where(pair.c.sha256.in_(some))).scalars())
        gone = [each for each in some if each not in in_pairs]
        facts |= _take_measured(conn, gone, why)
    return facts


def _take_measured(conn: Connection, digests: Collection[str], why: Why) -> dict[str, Mapping[str, Any]]:
    kept = conn.execute(select(picture).where(picture.c.sha256.in_(digests))).all()
    retained = conn.execute(select(measurement).where(measurement.c.sha256.in_(digests))).all() if why.bars else []
    conn.execute(delete(picture).where(picture.c.sha256.in_(digests)))
    doom(conn, [row.object_key for row in kept])
    found = {row.sha256: row.facts for row in (*retained, *kept)}
    conn.execute(delete(measurement).where(measurement.c.sha256.in_(found)))
    if kept and not why.bars and is_retained(why.reason):
        rows = [{"sha256": row.sha256, "facts": row.facts, "measured_at": row.stored_at} for row in kept]
        conn.execute(insert(measurement), rows)
    return found

"""Read sightings with all that belongs to them: facts, ledger places, the lists that were in force."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, select

from filters.candidate import Candidate, Hop
from filters.facts import Fetched
from filters.verdict import Verdict
from storage.batches import chunks
from storage.ledger import run_segment
from storage.scores import facts_with_fit
from storage.tables import gate_change, ledger_record, pair, picture, sighting
from storage.trail_parts import LedgerPlace, TrailSighting

_LIST_CHANGE = re.compile(r"(?:blocklist|hashlist)\..+")


def read_sightings(conn: Connection, which: ColumnElement[bool], most: int) -> tuple[TrailSighting, ...]:
    """Return the oldest of the sightings, at most `most`."""
    oldest = select(sighting.c.id).where(which).order_by(sighting.c.id).limit(most)  # sorted without their JSON
    of_subject = (
        select(sighting, pair.c.sighting_id.label("first_id"), pair.c.fit, picture.c.facts)
        .join_from(sighting, pair, pair.c.id == sighting.c.pair_id, isouter=True)
        .join(picture, picture.c.sha256 == pair.c.sha256, isouter=True)
        .where(sighting.c.id.in_(oldest))
    )
    rows = conn.execute(of_subject.order_by(sighting.c.id)).all()
    lists = lists_in_force(conn, {row.epoch for row in rows})
    places = _places(conn, rows)
    return tuple(_as_sighting(row, lists[row.epoch], places.get(row.id)) for row in rows)


def lists_in_force(conn: Connection, epochs: set[int]) -> dict[int, tuple[str, ...]]:
    """Return for each epoch the newest revision that each list then had, as `name@number`."""
    changes = conn.execute(select(gate_change.c.epoch, gate_change.c.what, gate_change.c.subject)).all()
    numbers: dict[str, str] = {}
    found: dict[int, tuple[str, ...]] = {}
    remaining = sorted(changes, key=lambda each: each.epoch, reverse=True)
    for epoch in sorted(epochs):
        while remaining and remaining[-1].epoch <= epoch:
            change = remaining.pop()
            if _LIST_CHANGE.fullmatch(change.what):
                name, _, number = change.subject.rpartition("@")
                numbers[name] = number
        found[epoch] = tuple(f"{name}@{numbers[name]}" for name in sorted(numbers))
    return found


def _places(conn: Connection, rows: Sequence[Row[Any]]) -> dict[str, LedgerPlace]:
    """Return where the decision of each sighting is, by the sighting's id."""
    segments = {row.id: run_segment(row.run_id) for row in rows}
    columns = (ledger_record.c.subject, ledger_record.c.segment, ledger_record.c.sequence, ledger_record.c.leaf)
    found: dict[str, LedgerPlace] = {}
    for some in chunks(segments):
        for record in conn.execute(select(*columns).where(ledger_record.c.subject.in_(some))):
            if record.segment == segments[record.subject]:
                place = LedgerPlace(segment=record.segment, sequence=record.sequence, hash=record.leaf)
                found.setdefault(record.subject, place)
    return found


def _as_sighting(row: Row[Any], lists: tuple[str, ...], place: LedgerPlace | None) -> TrailSighting:
    fetched = msgspec.convert(row.fetched, Fetched) if row.fetched and "status" in row.fetched else None
    return TrailSighting(
        sighting_id=row.id,
        run_id=row.run_id,
        page_url=row.page_url,
        image_url=row.image_url,
        outcome=row.outcome,
        reason=row.reason,
        pair_id=row.pair_id,
        first=row.first_id == row.id,
        judged_at=row.judged_at,
        epoch=row.epoch,
        lists=lists,
        candidate=None if row.candidate is None else msgspec.convert(row.candidate, Candidate),
        fetched=fetched,
        hops=msgspec.convert((row.fetched or {}).get("hops", []), tuple[Hop, ...]),
        facts=None if row.facts is None else facts_with_fit(row.facts, row.fit),
        verdicts=msgspec.convert(row.verdicts, tuple[Verdict, ...]),
        ledger=place,
    )

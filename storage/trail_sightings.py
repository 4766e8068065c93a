"""Read sightings with all that belongs to them: facts, ledger places, the lists that were in force."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Label, Row, Text, cast, select

from filters.candidate import Candidate, Hop
from filters.facts import Facts, Fetched, Score
from filters.verdict import Verdict
from storage.among import among
from storage.batches import chunks
from storage.ledger import run_segment
from storage.tables import gate_change, ledger_record, pair, picture, sighting
from storage.trail_parts import LedgerPlace, TrailSighting

_LIST_CHANGE = re.compile(r"(?:blocklist|hashlist)\..+")


class _Answered(msgspec.Struct):
    """What says whether a picture came, or only how far its request did."""

    hops: tuple[Hop, ...] = ()
    status: int | None = None


_NULL = "null"
_candidate = msgspec.json.Decoder(Candidate | None)
_fetched = msgspec.json.Decoder(Fetched)
_answered = msgspec.json.Decoder(_Answered | None)
_verdicts = msgspec.json.Decoder(tuple[Verdict, ...])
_facts = msgspec.json.Decoder(Facts | None)
_fit = msgspec.json.Decoder(tuple[Score, ...] | None)


def _as_text(column: Column[Any]) -> Label[str]:
    """JSON is read into what it is to be at once: by way of dictionaries it takes twice as long."""
    return cast(column, Text).label(column.name)


_COLUMNS = (
    *(sighting.c.id, sighting.c.run_id, sighting.c.page_url, sighting.c.image_url, sighting.c.outcome),
    *(sighting.c.reason, sighting.c.pair_id, sighting.c.judged_at, sighting.c.epoch),
    *map(_as_text, (sighting.c.candidate, sighting.c.fetched, sighting.c.verdicts)),
)


def read_sightings(conn: Connection, which: ColumnElement[bool], most: int) -> tuple[TrailSighting, ...]:
    """Return the oldest of the sightings, at most `most`."""
    oldest = select(sighting.c.id).where(which).order_by(sighting.c.id).limit(most)  # sorted without their JSON
    of_subject = (
        select(*_COLUMNS, pair.c.sighting_id.label("first_id"), _as_text(pair.c.fit), _as_text(picture.c.facts))
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
    if not epochs:
        return {}
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


def _places(conn: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[str, LedgerPlace]:
    """Return where the decision of each sighting is, by the sighting's id."""
    segments = {row.id: run_segment(row.run_id) for row in rows}
    columns = (ledger_record.c.subject, ledger_record.c.segment, ledger_record.c.sequence, ledger_record.c.leaf)
    found: dict[str, LedgerPlace] = {}
    for some in chunks(segments):
        for record in conn.execute(select(*columns).where(among(ledger_record.c.subject, some))):
            if record.segment == segments[record.subject]:
                place = LedgerPlace(segment=record.segment, sequence=record.sequence, hash=record.leaf)
                found.setdefault(record.subject, place)
    return found


def _as_sighting(row: Row[*tuple[Any, ...]], lists: tuple[str, ...], place: LedgerPlace | None) -> TrailSighting:
    facts, fit = _facts.decode(row.facts or _NULL), _fit.decode(row.fit or _NULL)
    if facts is not None and fit is not None:
        facts = replace(facts, fit=fit)
    answered = _answered.decode(row.fetched or _NULL) or _Answered()
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
        candidate=_candidate.decode(row.candidate or _NULL),
        fetched=None if answered.status is None else _fetched.decode(row.fetched),
        hops=answered.hops,
        facts=facts,
        verdicts=_verdicts.decode(row.verdicts),
        ledger=place,
    )

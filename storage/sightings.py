"""List what was refused, unsure or failed, and why; a match with known material shows no place and no picture."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select

from storage.batches import Some, by_walking, newest_by, rows_by
from storage.database import Database
from storage.tables import event, sighting

NOT_STORED = ("refused", "unsure", "failed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """One candidate that was not kept. Of a match, and of what stood beside it, only the event is known."""

    sighting_id: str
    run_id: str
    outcome: str
    filter: str | None
    filter_version: str | None
    revision: str | None
    reason: str
    evidence: Mapping[str, Any] | None
    page_url: str | None
    image_url: str | None
    judged_at: datetime | date
    """Of an event, only the day."""

    def __repr__(self) -> str:
        return f"<Refusal {self.sighting_id} {self.reason}>"


def list_refusals(
    db: Database, run: str | None = None, reason: str | None = None, unsure: bool = False
) -> Iterator[Refusal]:
    """Yield sightings in the order they were judged, then events in the order of their random ids.

    So where an event stands says nothing of when it happened. With `unsure`, only what the filters were unsure about.
    """
    outcomes = ("unsure",) if unsure else NOT_STORED
    return itertools.chain(_sightings(db, run, reason, outcomes), _events(db, run, reason, outcomes))


def newest_refusals(
    db: Database, *, run: str | None = None, reason: str | None = None, older: str = "", most: int = 50
) -> Some[Refusal]:
    """Return the newest sightings that were not kept; events are in no order of time, so they are not among them."""
    query = _of_sightings(run, reason, NOT_STORED)
    return newest_by(sighting.c.id, query, db, _of_sighting, older=older, most=most)


def _sightings(db: Database, run: str | None, reason: str | None, outcomes: tuple[str, ...]) -> Iterator[Refusal]:
    return map(_of_sighting, rows_by(sighting.c.id, _of_sightings(run, reason, outcomes), db))


def _of_sightings(run: str | None, reason: str | None, outcomes: tuple[str, ...]) -> Select[Any]:
    query = select(sighting.c.id.label("key"), *(sighting.c[name] for name in _SHOWN))
    query = query.where(sighting.c.outcome.in_(outcomes))
    if run is not None:
        query = query.where(by_walking(sighting.c.run_id) == run)
    return query if reason is None else query.where(sighting.c.reason == reason)


def _of_sighting(row: Row[Any]) -> Refusal:
    return Refusal(sighting_id=row.key, **{name: getattr(row, name) for name in _SHOWN})


def _events(db: Database, run: str | None, reason: str | None, outcomes: tuple[str, ...]) -> Iterator[Refusal]:
    query = select(event.c.id.label("key"), *(event.c[name] for name in _SHOWN_OF_EVENTS), event.c.day)
    query = query.where(event.c.outcome.in_(outcomes))
    if run is not None:
        query = query.where(by_walking(event.c.run_id) == run)
    if reason is not None:
        query = query.where(event.c.reason == reason)
    return map(_as_refusal, rows_by(event.c.id, query, db))


def _as_refusal(row: Row[Any]) -> Refusal:
    known = {name: getattr(row, name) for name in _SHOWN_OF_EVENTS}
    unsaid: dict[str, Any] = dict.fromkeys(("revision", "evidence", "page_url", "image_url"))
    return Refusal(sighting_id=row.key, judged_at=row.day, **known, **unsaid)


_SHOWN_OF_EVENTS = ("run_id", "outcome", "filter", "filter_version", "reason")
_SHOWN = (*_SHOWN_OF_EVENTS, "revision", "evidence", "page_url", "image_url", "judged_at")

"""Find what filters were unsure about and a person may look at, and what was decided on it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from filters.lineup import REVIEWABLE_REASONS
from storage.among import among
from storage.batches import chunks
from storage.identifiers import earliest_id
from storage.ledger import OPERATORS, parsed
from storage.tables import ledger_body, ledger_record, sighting

UNSURE: Final = "unsure"


class Step(StrEnum):
    """What a person did, as the ledger calls it."""

    FIRST = "review.first"
    """Accepted, where another person has to accept as well."""
    ACCEPT = "review.accept"
    REFUSE = "review.refuse"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewDecision:
    """`by` and `why` are None once the body was blanked."""

    step: Step
    by: str | None
    why: str | None
    at: datetime


def steps_of(conn: Connection, sightings: Sequence[str]) -> dict[str, tuple[ReviewDecision, ...]]:
    """Return what was decided on each, in order; nothing of one on which nobody has decided."""
    same = (ledger_body.c.segment == ledger_record.c.segment) & (ledger_body.c.sequence == ledger_record.c.sequence)
    query = select(ledger_record.c.subject, ledger_record.c.header, ledger_body.c.body).join(ledger_body, same)
    query = query.where(ledger_record.c.segment == OPERATORS).order_by(ledger_record.c.sequence)
    found: dict[str, tuple[ReviewDecision, ...]] = {}
    for some in chunks(sightings):
        for subject, header, body in conn.execute(query.where(among(ledger_record.c.subject, some))):
            found[subject] = (*found.get(subject, ()), *_read(parsed(header), parsed(body)))
    return found


def queued(*columns: Any, since: datetime | None = None, run: str | None = None) -> Select[Any]:
    """Return the question for sightings that may be reviewed, the oldest first; `id` is among the columns.

    What was judged later of the same picture and caption stands in the place of what was judged before.
    """
    later = sighting.alias("later")
    same = (later.c.image_key == sighting.c.image_key) & (later.c.text_key == sighting.c.text_key)
    overtaken = select(later.c.id).where(same, later.c.id > sighting.c.id).exists()
    query = select(sighting.c.id, *columns).where(sighting.c.reason.in_(REVIEWABLE_REASONS))
    query = query.where(sighting.c.outcome == UNSURE, ~overtaken)
    if since is not None:
        query = query.where(sighting.c.id >= earliest_id(since))
    if run is not None:
        query = query.where(sighting.c.run_id == run)
    return query.order_by(sighting.c.id)


def accepted_of(conn: Connection, run_id: str) -> Iterator[tuple[str, str]]:
    """Yield page and HMAC of the image URL of what persons have accepted of a run: it is to be fetched again."""
    rows = conn.execute(queued(sighting.c.page_id, sighting.c.image_key, run=run_id)).all()
    steps = steps_of(conn, [row.id for row in rows])
    yield from ((row.page_id, row.image_key) for row in rows if is_accepted(steps.get(row.id, ())))


def is_accepted(steps: Iterable[ReviewDecision]) -> bool:
    return [each.step for each in steps][-1:] == [Step.ACCEPT]


def _read(header: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[ReviewDecision]:
    if header.get("reason") in [*Step]:
        at = datetime.fromisoformat(header["time"])
        yield ReviewDecision(step=Step(header["reason"]), by=body.get("by"), why=body.get("why"), at=at)

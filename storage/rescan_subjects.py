"""Make of what is stored the subjects that filters judged once, so that they can be judged again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, func, select

from filters.decision import Decision, Subject
from filters.facts import Facts
from storage.buried import buried_facts
from storage.held_pairs import WITHDRAWN
from storage.late_matches import late_match
from storage.redaction import of_pictures
from storage.scores import facts_with_fit
from storage.tables import measurement, page, pair, picture, run, sighting

_UNDECIDED = Decision(verdicts=(), lineup=(), epoch=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldPair:
    """A pair that is held, as it was stored; `verdicts` are those it was stored with."""

    pair_id: str
    sha256: str
    state: str
    epoch: int
    subject: Subject
    verdicts: tuple[Mapping[str, Any], ...]
    settings: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<HeldPair {self.pair_id}>"


def facts_of(conn: Connection, sha256: str) -> Facts | None:
    """Return what was measured of a picture, or is left of one that was withdrawn; None if nothing is."""
    for table in (picture, measurement):
        found = conn.execute(select(table.c.facts).where(table.c.sha256 == sha256)).scalar_one_or_none()
        if found is not None:
            return msgspec.convert(found, Facts)
    return buried_facts(conn, sha256)


def subjects_of(conn: Connection, sha256: str, facts: Facts) -> Iterator[Subject]:
    """Yield a picture as each of its sightings showed it: where it was fetched decides which lists count."""
    query = select(sighting, page.c.depth, page.c.seed, page.c.found_on)
    query = query.join(page, page.c.id == sighting.c.page_id).where(of_pictures([sha256]))
    for row in conn.execute(query):
        yield _subject(row, facts)


def pairs_after(conn: Connection, position: str, most: int) -> list[HeldPair]:
    """Return the next pairs in the order of their ids."""
    query = _held_pairs().where(pair.c.id > position).order_by(pair.c.id).limit(most)
    return [_held_pair(row) for row in conn.execute(query)]


def sightings_of(conn: Connection, held: HeldPair, facts: Facts) -> dict[str, HeldPair]:
    """Return a pair as each of its sightings showed it, by the id of the sighting: their pages say different things."""
    query = select(sighting, page.c.depth, page.c.seed, page.c.found_on)
    query = query.join(page, page.c.id == sighting.c.page_id).where(sighting.c.pair_id == held.pair_id)
    return {row.id: replace(held, subject=_subject(row, facts)) for row in conn.execute(query)}


def last_pair(conn: Connection, position: str) -> str:
    """Return the last pair up to this one that is still there; an empty string if there is none."""
    return str(conn.execute(select(func.max(pair.c.id)).where(pair.c.id <= position)).scalar() or "")


def is_held(conn: Connection, pair_id: str) -> bool:
    return conn.execute(select(pair.c.id).where(pair.c.id == pair_id)).first() is not None


def pairs_of(conn: Connection, sha256: str) -> list[HeldPair]:
    return [_held_pair(row) for row in conn.execute(_held_pairs().where(pair.c.sha256 == sha256))]


def _held_pairs() -> Select[Any]:
    of_pair = (
        pair.c.id.label("held_id"),
        pair.c.sha256.label("held_sha256"),
        pair.c.state,
        pair.c.fit,
        pair.c.epoch.label("judged"),
    )
    columns = (sighting, *of_pair, page.c.depth, page.c.seed, page.c.found_on, picture.c.facts, run.c.settings)
    query = select(*columns).join_from(pair, sighting, sighting.c.id == pair.c.sighting_id)
    query = query.join(page, page.c.id == sighting.c.page_id).join(run, run.c.id == pair.c.run_id)
    return query.join(picture, picture.c.sha256 == pair.c.sha256).where(pair.c.state != WITHDRAWN)


def _held_pair(row: Row[Any]) -> HeldPair:
    return HeldPair(
        pair_id=row.held_id,
        sha256=row.held_sha256,
        state=row.state,
        epoch=row.judged,
        subject=_subject(row, facts_with_fit(row.facts, row.fit)),
        verdicts=tuple(row.verdicts),
        settings=row.settings,
    )


def _subject(row: Row[Any], facts: Facts) -> Subject:
    match = late_match(row, facts, _UNDECIDED)
    return Subject(candidate=match.candidate, fetched=match.fetched, facts=facts)

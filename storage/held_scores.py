"""Find what models said of pairs that are held, by their ids."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy import select

from filters.candidate import Candidate
from filters.facts import Score
from storage.batches import chunks
from storage.database import Database
from storage.held_pairs import WITHDRAWN
from storage.tables import pair, sighting


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldScores:
    """How well the caption of a pair fits, as stored; `fit` is empty if no model was asked."""

    pair_id: str
    sha256: str
    language: str | None
    fit: tuple[Score, ...]

    def __repr__(self) -> str:
        return f"<HeldScores {self.pair_id}>"


def held_scores(db: Database, pair_ids: Iterable[str]) -> Iterator[HeldScores]:
    """Yield those of the pairs that are held, in no order; of one that was withdrawn nothing is left to tell."""
    columns = (pair.c.id, pair.c.sha256, pair.c.fit, sighting.c.candidate)
    query = select(*columns).join(sighting, sighting.c.id == pair.c.sighting_id).where(pair.c.state != WITHDRAWN)
    for some in chunks(pair_ids):
        with db.read() as conn:
            rows = conn.execute(query.where(pair.c.id.in_(some))).all()
        for row in rows:
            found = None if row.candidate is None else msgspec.convert(row.candidate, Candidate).language
            fit = msgspec.convert(row.fit or (), tuple[Score, ...])
            language = None if found is None else found.label
            yield HeldScores(pair_id=row.id, sha256=row.sha256, language=language, fit=fit)

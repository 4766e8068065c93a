"""Count what became of all that was seen on a host and its subdomains, over all runs."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from filters.indexes.hosts import normalise_host
from storage.database import Database
from storage.decisions import STORED
from storage.seen_hosts import seen_on
from storage.tables import sighting

MOST: Final = 20_000
"""So many sightings are looked at: a host can have millions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HostCounts:
    """Candidates on the host's pages or with a picture on it; matches with known material are in none of the counts."""

    seen: int
    stored: int
    reasons: dict[str, Counter[str]]
    """Outcome -> reason -> how many."""

    @property
    def is_cut_off(self) -> bool:
        return self.seen >= MOST


def host_counts(db: Database, host: str) -> HostCounts:
    """Raise `NotAHost` if there is none in what was typed."""
    columns = (sighting.c.outcome, sighting.c.reason)
    some = select(*columns).where(seen_on(normalise_host(host))).limit(MOST).subquery()
    query = select(some.c.outcome, some.c.reason, func.count()).group_by(some.c.outcome, some.c.reason)
    reasons: dict[str, Counter[str]] = {}
    seen = stored = 0
    with db.read() as conn:
        for outcome, reason, count in conn.execute(query):
            seen += count
            if outcome == STORED:
                stored += count
            else:
                reasons.setdefault(outcome, Counter())[reason] += count
    return HostCounts(seen=seen, stored=stored, reasons=reasons)

"""Sum up what all runs decided, and what was taken back since."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import func, select

from storage.database import Database
from storage.decisions import STORED
from storage.tables import tally, tombstone
from storage.tombstones import PAIR


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """Candidates of all runs by what became of them; `withdrawn` are pairs that were stored and are no longer held."""

    stored: int
    withdrawn: int
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    """Outcome -> reason -> how many."""

    @property
    def candidates(self) -> int:
        return self.stored + sum(sum(counts.values()) for counts in self.reasons.values())


def overview(db: Database) -> Overview:
    sums = select(tally.c.outcome, tally.c.reason, func.sum(tally.c.count)).group_by(tally.c.outcome, tally.c.reason)
    gone = select(func.count()).select_from(tombstone).where(tombstone.c.kind == PAIR)
    reasons: dict[str, Counter[str]] = {}
    stored = 0
    with db.read() as conn:
        for outcome, reason, count in conn.execute(sums):
            if outcome == STORED:
                stored += int(count)
            else:
                reasons.setdefault(outcome, Counter())[reason] += int(count)
        withdrawn = conn.execute(gone).scalar_one()
    return Overview(stored=stored, withdrawn=withdrawn, reasons=reasons)

"""Tell of each reason for which pairs were refused how many of them nothing else would have refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from storage.database import Database
from storage.shadow_counts import ALONE, SAMPLED
from storage.tables import shadow, tally


@dataclass(frozen=True, kw_only=True, slots=True)
class ShadowShare:
    """Of those refused for a reason, `sampled` were shown to the filters after; `alone` of these no other would stop.

    Asked were only filters that needed nothing which was not at hand: of a picture that was never fetched they saw the
    page alone. So `alone` is an upper bound of the pairs that this one reason threw away.
    """

    filter: str
    reason: str
    refused: int
    sampled: int
    alone: int
    others: Mapping[str, int] = field(default_factory=dict)
    """How many each other filter would not have kept either."""

    @property
    def share(self) -> float:
        return self.alone / self.sampled if self.sampled else 0.0


def shadow_shares(db: Database, run_id: str) -> tuple[ShadowShare, ...]:
    """Return them in the order of filter and reason; none if nothing was sampled."""
    refused = select(tally.c.reason, tally.c.count).where(tally.c.run_id == run_id, tally.c.outcome != "stored")
    columns = (shadow.c.filter, shadow.c.reason, shadow.c.other, shadow.c.count)
    counts: dict[tuple[str, str], dict[str, int]] = {}
    with db.read() as conn:
        in_all: dict[str, int] = {}
        for reason, count in conn.execute(refused):
            in_all[reason] = in_all.get(reason, 0) + count
        for name, reason, other, count in conn.execute(select(*columns).where(shadow.c.run_id == run_id)):
            counts.setdefault((name, reason), {})[other] = count
    return tuple(_share(*key, counts[key], in_all.get(key[1], 0)) for key in sorted(counts))


def _share(name: str, reason: str, counts: Mapping[str, int], refused: int) -> ShadowShare:
    return ShadowShare(
        filter=name,
        reason=reason,
        refused=refused,
        sampled=counts.get(SAMPLED, 0),
        alone=counts.get(ALONE, 0),
        others={other: count for other, count in sorted(counts.items()) if other not in (SAMPLED, ALONE)},
    )

"""Count what shadows said: of a sample of ordinary refusals, which later filters would not have kept them either."""

from collections import Counter
from typing import Final

from sqlalchemy import Connection, delete, func, select

from storage.tables import shadow, tally
from storage.upsert import upsert

SAMPLED: Final = ""
"""Stands where a filter's name would: how many were sampled."""
ALONE: Final = "-"
"""Likewise: of how many no later filter that could be asked said anything."""


def count_shadows(conn: Connection, run_id: str, counts: Counter[tuple[str, str, str]]) -> None:
    """Add counts by the filter that refused, its reason, and the other."""
    if not counts:
        return
    new = upsert(conn, shadow)
    keys = ["run_id", "filter", "reason", "other"]
    adding = new.on_conflict_do_update(index_elements=keys, set_={"count": shadow.c.count + new.excluded.count})
    rows = [
        {"run_id": run_id, "filter": name, "reason": reason, "other": other, "count": count}
        for (name, reason, other), count in sorted(counts.items())
    ]
    conn.execute(adding, rows)


def forget_impossible(conn: Connection, run_id: str) -> None:
    """Delete the counts of each reason for which more were sampled than are left: they would tell of what was taken."""
    refused = (tally.c.run_id == run_id) & (tally.c.reason == shadow.c.reason) & (tally.c.outcome == "refused")
    left = select(func.coalesce(func.sum(tally.c.count), 0)).where(refused).scalar_subquery()
    sampled = select(shadow.c.reason).where(shadow.c.run_id == run_id, shadow.c.other == SAMPLED)
    reasons = conn.execute(sampled.group_by(shadow.c.reason).having(func.sum(shadow.c.count) > left)).scalars().all()
    if reasons:
        conn.execute(delete(shadow).where(shadow.c.run_id == run_id, shadow.c.reason.in_(reasons)))

"""Count what shadows said: of a sample of ordinary refusals, which later filters would not have kept them either."""

from collections import Counter
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert

from storage.tables import shadow

SAMPLED: Final = ""
"""Stands where a filter's name would: how many were sampled."""
ALONE: Final = "-"
"""Likewise: of how many no later filter that could be asked said anything."""


def count_shadows(conn: Connection, run_id: str, counts: Counter[tuple[str, str, str]]) -> None:
    """Add counts by the filter that refused, its reason, and the other."""
    if not counts:
        return
    new = insert(shadow)
    keys = ["run_id", "filter", "reason", "other"]
    adding = new.on_conflict_do_update(index_elements=keys, set_={"count": shadow.c.count + new.excluded.count})
    rows = [
        {"run_id": run_id, "filter": name, "reason": reason, "other": other, "count": count}
        for (name, reason, other), count in sorted(counts.items())
    ]
    conn.execute(adding, rows)

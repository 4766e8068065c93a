"""Tell of the runs that a trail's sightings are of: who answers for each, and with what it was done."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from storage.among import among
from storage.batches import chunks
from storage.tables import run
from storage.trail_parts import TrailRun

_TOLD = (
    run.c.id.label("run_id"),
    run.c.spider,
    run.c.operator,
    run.c.contact,
    run.c.legal_basis,
    run.c.code_version,
    run.c.settings_digest,
    run.c.policy_digest,
    run.c.provisional,
    run.c.state,
    run.c.started_at,
    run.c.finished_at,
)


def runs_of(conn: Connection, run_ids: Collection[str]) -> tuple[TrailRun, ...]:
    """Return them in the order in which they began."""
    rows = [
        row
        for some in chunks(sorted(set(run_ids)))
        for row in conn.execute(select(*_TOLD).where(among(run.c.id, some)))
    ]
    return tuple(TrailRun(**row._mapping) for row in sorted(rows, key=lambda each: (each.started_at, each.run_id)))

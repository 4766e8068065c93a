"""Keep how many canaries a run was shown and how many it found, for each edit."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from storage.database import Database
from storage.tables import canary_result


@dataclass(frozen=True, kw_only=True, slots=True)
class CanaryResult:
    """How many harmless pictures declared known a run was shown in one edit, and how many of them it found."""

    edit: str
    injected: int
    found: int


def save_canary_results(db: Database, run_id: str, results: Sequence[CanaryResult]) -> None:
    """Put the results in the place of those that an earlier part of the run left, if there are any."""
    if not results:
        return
    rows = [{"run_id": run_id, "edit": each.edit, "injected": each.injected, "found": each.found} for each in results]
    with db.write() as conn:
        conn.execute(delete(canary_result).where(canary_result.c.run_id == run_id))
        conn.execute(insert(canary_result), rows)


def canary_results(db: Database, run_id: str) -> tuple[CanaryResult, ...]:
    """Return the results of a run by the name of the edit; none if it was shown no canaries."""
    query = select(canary_result).where(canary_result.c.run_id == run_id).order_by(canary_result.c.edit)
    with db.read() as conn:
        rows = conn.execute(query).all()
    return tuple(CanaryResult(edit=row.edit, injected=row.injected, found=row.found) for row in rows)

"""Tell of pages that were not read: what stood in the way, and what that rests on."""

from sqlalchemy import ColumnElement, Connection, select

from storage.batches import by_walking
from storage.tables import page, run
from storage.trail_parts import UnreadPage


def read_unread(conn: Connection, which: ColumnElement[bool], most: int) -> tuple[UnreadPage, ...]:
    """Return those found first, at most `most`."""
    of_runs = page.c.run_id.in_(select(run.c.id))  # all of them: by runs, the indexes lead to states and addresses
    unread = page.c.state.in_(("pending", "leased", "failed"))
    first = select(page.c.id).where(of_runs, unread, which).order_by(by_walking(page.c.id)).limit(most)
    rows = conn.execute(select(page).where(page.c.id.in_(first)).order_by(page.c.id))
    return tuple(
        UnreadPage(
            run_id=row.run_id,
            url=row.url,
            found_on=row.found_on,
            state=row.state,
            attempts=row.attempts,
            next_try_at=row.next_try_at if row.state == "pending" else None,
            reason=row.failure,
            evidence=row.failure_evidence or {},
        )
        for row in rows
    )

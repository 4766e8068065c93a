"""Count the pages of a run that could not be read, by reason."""

from sqlalchemy import func, select

from storage.database import Database
from storage.tables import page


def unread_pages(db: Database, run_id: str) -> dict[str, int]:
    """Return how many pages failed for each reason code; an empty one stands for a reason that was not told."""
    failed = (page.c.run_id == run_id) & (page.c.state == "failed")
    query = select(func.coalesce(page.c.failure, "").label("reason"), func.count().label("pages"))
    query = query.where(failed).group_by(page.c.failure)
    with db.read() as conn:
        return {row.reason: row.pages for row in conn.execute(query).all()}

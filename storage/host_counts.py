"""Count the pages that a run knows of each host."""

from sqlalchemy import func, select

from storage.database import Database
from storage.tables import page


def pages_by_host(db: Database, run_id: str) -> dict[str, int]:
    query = select(page.c.host, func.count()).where(page.c.run_id == run_id).group_by(page.c.host)
    with db.read() as conn:
        return dict(conn.execute(query).all())

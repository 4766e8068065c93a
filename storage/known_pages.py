"""Name the pages that a run knows, so that it counts none of them again when it goes on."""

from collections.abc import Iterator

from sqlalchemy import select

from storage.database import Database
from storage.tables import page


def known_urls(db: Database, run_id: str) -> Iterator[str]:
    with db.read() as conn:
        yield from conn.execute(select(page.c.url).where(page.c.run_id == run_id)).scalars()

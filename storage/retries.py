"""Find what a run failed at or was unsure of by our own doing, so that it can be read again."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from storage.database import Database
from storage.tables import page, sighting

OUR_OWN_DOING = ("filter.crashed", "inspection.crashed", "inspection.too-slow", "list.not-ready", "model.not-ready")
"""Reasons of unsure verdicts that say something of us, and nothing of the picture."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageToRetry:
    """`image_keys` are the HMACs of the pictures to judge again; empty for a page that could not be read at all."""

    url: str
    seed: str
    image_keys: frozenset[str]


def pages_to_retry(db: Database, run_id: str) -> list[PageToRetry]:
    """Return the pages in the order they were found."""
    ours = (sighting.c.outcome == "unsure") & sighting.c.reason.in_(OUR_OWN_DOING)
    again = select(sighting.c.page_id, sighting.c.image_key).where(
        sighting.c.run_id == run_id, or_(sighting.c.outcome == "failed", ours)
    )
    with db.read() as conn:
        keys: dict[str, set[str]] = {}
        for page_id, image_key in conn.execute(again).all():
            keys.setdefault(page_id, set()).add(image_key)
        mine = page.c.run_id == run_id
        rows = conn.execute(select(page.c.id, page.c.url, page.c.seed, page.c.state).where(mine).order_by(page.c.id))
        return [
            PageToRetry(url=row.url, seed=row.seed, image_keys=frozenset(keys.get(row.id, ())))
            for row in rows.all()
            if row.id in keys or row.state == "failed"
        ]

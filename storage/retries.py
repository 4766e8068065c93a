"""Find what may come right when a run is tried again: passing failures, our own doing, and what a person accepted."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from storage.database import Database
from storage.review_queue import accepted_of
from storage.tables import page, sighting

OUR_OWN_DOING = (
    "filter.crashed",
    "inspection.crashed",
    "inspection.too-slow",
    "list.not-ready",
    "model.not-ready",
    "remote.not-ready",
)
"""Reasons of unsure verdicts that say something of us, and nothing of the picture."""


PAGES_OF_OUR_OWN_DOING = ("page.crashed", "page.too-slow")
"""Likewise, of pages that were not read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageToRetry:
    """`image_keys` are the HMACs of the pictures to judge again; empty for a page that could not be read at all."""

    url: str
    depth: int
    seed: str
    found_on: str | None
    image_keys: frozenset[str]


def pages_to_retry(db: Database, run_id: str) -> list[PageToRetry]:
    """Return the pages in the order they were found. What failed for good is left alone: 404, 410, an owner's no."""
    ours = and_(sighting.c.outcome == "unsure", sighting.c.reason.in_(OUR_OWN_DOING))
    passing = and_(sighting.c.outcome == "failed", _retry(sighting.c.evidence, "transient") == "transient")
    no_for_now = and_(sighting.c.outcome != "stored", _retry(sighting.c.evidence, "permanent") == "transient")
    again = select(sighting.c.page_id, sighting.c.image_key).where(
        sighting.c.run_id == run_id, or_(passing, no_for_now, ours)
    )
    with db.read() as conn:
        keys: dict[str, set[str]] = {}
        for page_id, image_key in (*conn.execute(again).all(), *accepted_of(conn, run_id)):
            keys.setdefault(page_id, set()).add(image_key)
        unread = and_(
            page.c.state == "failed",
            or_(
                _retry(page.c.failure_evidence, "transient") == "transient",
                func.coalesce(page.c.failure, "").in_(PAGES_OF_OUR_OWN_DOING),
            ),
        )
        columns = (page.c.id, page.c.url, page.c.depth, page.c.seed, page.c.found_on, unread.label("unread"))
        rows = conn.execute(select(*columns).where(page.c.run_id == run_id).order_by(page.c.id))
        return [
            PageToRetry(
                url=row.url,
                depth=row.depth,
                seed=row.seed,
                found_on=row.found_on,
                image_keys=frozenset(keys.get(row.id, ())),
            )
            for row in rows.all()
            if row.id in keys or row.unread
        ]


def _retry(evidence: ColumnElement[Any], unsaid: str) -> ColumnElement[str]:
    """What was recorded before evidence said so counts as `unsaid`."""
    return func.coalesce(evidence["retry"].as_string(), unsaid)

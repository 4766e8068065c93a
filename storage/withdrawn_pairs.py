"""List the pairs that were withdrawn: what is left of them, which is little."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from storage.batches import by_walking, of_host, rows_by
from storage.database import Database
from storage.decisions import STORED
from storage.tables import pair, sighting, tombstone
from storage.tombstones import PAIR


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawnPair:
    """A tombstone and where the pair had been found. `reason` is a re-scan's; None if a person took it back."""

    pair_id: str
    image_sha256: str | None
    run_id: str | None
    page_url: str | None
    image_url: str | None
    reason: str | None
    why: str
    by: str
    at: datetime

    def __repr__(self) -> str:
        return f"<WithdrawnPair {self.pair_id}>"


def list_withdrawn(db: Database, run: str | None = None, host: str | None = None) -> Iterator[WithdrawnPair]:
    """Yield them in the order in which they were first withdrawn; one that was stored again since is none of them."""
    query = _withdrawn()
    if run is not None:
        query = query.where(by_walking(sighting.c.run_id) == run)
    if host is not None:
        query = query.where(of_host(sighting.c.page_host, host) | of_host(sighting.c.image_host, host))
    return map(_as_withdrawn, rows_by(tombstone.c.id, query, db))


def _withdrawn() -> Select[Any]:
    held = select(pair.c.id).where(pair.c.id == tombstone.c.key).exists()
    theirs = (sighting.c.pair_id == tombstone.c.key) & (sighting.c.outcome == STORED)
    newest = select(func.max(sighting.c.id)).where(theirs).correlate(tombstone).scalar_subquery()
    said = (tombstone.c[name] for name in ("sha256", "reason", "why", "by", "at"))
    found = (sighting.c[name] for name in ("run_id", "page_url", "image_url"))
    return (
        select(tombstone.c.id.label("key"), tombstone.c.key.label("pair_id"), *said, *found)
        .join_from(tombstone, sighting, sighting.c.id == newest, isouter=True)
        .where(tombstone.c.kind == PAIR, ~held)
    )


def _as_withdrawn(row: Row[Any]) -> WithdrawnPair:
    return WithdrawnPair(
        pair_id=row.pair_id,
        image_sha256=row.sha256,
        run_id=row.run_id,
        page_url=row.page_url,
        image_url=row.image_url,
        reason=row.reason,
        why=row.why,
        by=row.by,
        at=row.at,
    )

"""Hold the pages of a run that are still to be read, so that a killed run goes on where it was."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from filters.indexes.hosts import NotAHost, normalise_host
from storage.among import among
from storage.batches import chunks
from storage.database import Database
from storage.identifiers import new_id
from storage.tables import page, sighting
from storage.upsert import upsert


class PageState(StrEnum):
    PENDING = "pending"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPage:
    """A page that was found. `url` is normalised and without fragment; `found_on` is None for a seed."""

    url: str
    depth: int
    seed: str
    found_on: str | None = None

    def __repr__(self) -> str:
        return f"<NewPage depth={self.depth}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class FrontierPage:
    """A page that was handed out; `attempts` counts this time."""

    page_id: str
    url: str
    host: str
    depth: int
    seed: str
    found_on: str | None
    attempts: int

    def __repr__(self) -> str:
        return f"<FrontierPage {self.page_id}>"


class Frontier:
    """The frontier of one run, a transaction for each call; the recorder calls the functions below in its own."""

    def __init__(self, db: Database, run_id: str) -> None:
        self._db = db
        self._run_id = run_id

    def add(self, pages: Sequence[NewPage]) -> int:
        with self._db.write() as conn:
            return add_pages(conn, self._run_id, pages)

    def lease(self, count: int, *, other_than_hosts: Collection[str] = ()) -> list[FrontierPage]:
        with self._db.write() as conn:
            return lease_pages(conn, self._run_id, count, other_than_hosts=other_than_hosts)

    def release_leases(self) -> int:
        """Give back what a process that is gone had leased, and return how many."""
        with self._db.write() as conn:
            mine = (page.c.run_id == self._run_id) & (page.c.state == PageState.LEASED)
            return conn.execute(update(page).where(mine).values(state=PageState.PENDING)).rowcount

    def pending_count(self) -> int:
        return self.counts()[PageState.PENDING]

    def counts(self) -> dict[PageState, int]:
        query = select(page.c.state, func.count()).where(page.c.run_id == self._run_id).group_by(page.c.state)
        with self._db.read() as conn:
            found = {str(state): count for state, count in conn.execute(query).all()}
        return {state: found.get(state.value, 0) for state in PageState}

    def decided_keys(self, page_id: str) -> set[tuple[str, str]]:
        """Return (image_key, text_key) of the page's candidates that need not be judged again."""
        with self._db.read() as conn:
            return decided_keys(conn, self._run_id, page_id)


def add_pages(conn: Connection, run_id: str, pages: Sequence[NewPage]) -> int:
    """Add those that the run does not know, in order, and return how many they were."""
    if not pages:
        return 0
    rows = [_row(run_id, each) for each in pages]
    new = upsert(conn, page).on_conflict_do_nothing().returning(page.c.id)  # PostgreSQL does not count rows of many
    return len(conn.execute(new, rows).all())


def lease_pages(
    conn: Connection, run_id: str, count: int, *, other_than_hosts: Collection[str] = ()
) -> list[FrontierPage]:
    """Hand out the pages that were found first and may be tried now."""
    due = or_(page.c.next_try_at.is_(None), page.c.next_try_at <= datetime.now(UTC))
    free = (page.c.run_id == run_id) & (page.c.state == PageState.PENDING) & due & page.c.host.not_in(other_than_hosts)
    rows = conn.execute(select(page).where(free).order_by(page.c.id).limit(count)).all()
    if rows:
        lease = update(page).where(page.c.id == bindparam("leased"))
        conn.execute(
            lease.values(state=PageState.LEASED, attempts=page.c.attempts + 1), [{"leased": row.id} for row in rows]
        )
    return [
        FrontierPage(
            page_id=row.id,
            url=row.url,
            host=row.host,
            depth=row.depth,
            seed=row.seed,
            found_on=row.found_on,
            attempts=row.attempts + 1,
        )
        for row in rows
    ]


def postpone_page(conn: Connection, page_id: str, next_try_at: datetime | None, *, whole_host: bool = False) -> None:
    """Give a page back that could not be read now; with `whole_host` it was not even tried, nor is any of its host."""
    back = {"state": PageState.PENDING, "next_try_at": next_try_at}
    mine = update(page).where(page.c.id == page_id)
    if not whole_host:
        conn.execute(mine.values(**back))
        return
    conn.execute(mine.values(**back, attempts=page.c.attempts - 1))
    same = select(page.c.run_id, page.c.host).where(page.c.id == page_id).subquery()
    waiting = (page.c.run_id == same.c.run_id) & (page.c.host == same.c.host) & (page.c.state == PageState.PENDING)
    sooner = or_(page.c.next_try_at.is_(None), page.c.next_try_at < next_try_at)
    conn.execute(update(page).where(waiting & sooner).values(next_try_at=next_try_at))


def drop_hosts(conn: Connection, run_id: str, hosts: Collection[str]) -> int:
    """Take all that is pending of some hosts out of the frontier, as if it had never been found; return how many."""
    pending = (page.c.run_id == run_id) & (page.c.state == PageState.PENDING) & page.c.host.in_(hosts)
    return conn.execute(delete(page).where(pending)).rowcount


def next_due(conn: Connection, run_id: str) -> datetime | None:
    """Return when the next pending page may be tried, a moment gone by for one that may be now; None without any."""
    pending = (page.c.run_id == run_id) & (page.c.state == PageState.PENDING)
    row = conn.execute(
        select(func.count(), func.count(page.c.next_try_at), func.min(page.c.next_try_at)).where(pending)
    ).one()
    count, put_off, first = row
    if not count:
        return None
    return datetime.fromtimestamp(0, UTC) if put_off < count else first


def end_page(
    conn: Connection,
    page_id: str,
    state: PageState,
    failure: str | None = None,
    evidence: Mapping[str, object] | None = None,
) -> None:
    ended = {"state": state, "failure": failure, "failure_evidence": None if evidence is None else dict(evidence)}
    conn.execute(update(page).where(page.c.id == page_id).values(**ended))


def end_pages(conn: Connection, page_ids: Collection[str]) -> None:
    """Note that all candidates of these pages are decided."""
    ended = {"state": PageState.DONE, "failure": None, "failure_evidence": None}
    for some in chunks(page_ids):
        conn.execute(update(page).where(among(page.c.id, some)).values(**ended))


def decided_keys(conn: Connection, run_id: str, page_id: str) -> set[tuple[str, str]]:
    """Ask with the run, which a page has one of: its index begins with it."""
    of_page = (sighting.c.run_id == run_id) & (sighting.c.page_id == page_id)
    query = select(sighting.c.image_key, sighting.c.text_key).where(of_page)
    return {(image_key, text_key) for image_key, text_key in conn.execute(query).all()}


def url_digest(url: str) -> str:
    """Return by what a page is found in the frontier."""
    return hashlib.sha256(url.encode(errors="surrogatepass")).hexdigest()


def host_of(url: str) -> str:
    """Return the normalised host, or nothing for an address that has none."""
    try:
        return normalise_host(url)
    except NotAHost:
        return ""


def _row(run_id: str, new: NewPage) -> dict[str, object]:
    host = host_of(new.url)
    return {
        "id": new_id(),
        "run_id": run_id,
        "url": new.url,
        "url_digest": url_digest(new.url),
        "host": host,
        "host_reversed": host[::-1],
        "depth": new.depth,
        "seed": new.seed,
        "found_on": new.found_on,
        "state": PageState.PENDING,
        "attempts": 0,
    }

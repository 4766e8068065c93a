"""Let persons decide on what filters were unsure about: fetch and judge it again, or refuse it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from filters.lineup import REVIEWABLE_REASONS
from storage.batches import BATCH_ROWS
from storage.database import Database
from storage.errors import NotAllowed, NothingToReview
from storage.ledger import Ledger
from storage.operators import record_act
from storage.review_queue import ReviewDecision, Step, queued, steps_of
from storage.tables import sighting

MOST_COUNTED: Final = 10_000
"""So many are looked at where the queue is summed up."""
_WEEK: Final = timedelta(days=7)
_COLUMNS: Final = ("run_id", "filter", "filter_version", "revision", "reason", "evidence", "page_url", "image_url")


class ReviewState(StrEnum):
    WAITING = "waiting"
    AWAITS_ANOTHER = "awaits-another"
    """One person has accepted; another one has to."""
    ACCEPTED = "accepted"
    """To be fetched and judged again."""
    REFUSED = "refused"
    EXPIRED = "expired"
    """Nobody decided in time: it counts as refused."""


UNDECIDED: Final = (ReviewState.WAITING, ReviewState.AWAITS_ANOTHER)
_REACHED: Final = {
    Step.FIRST: ReviewState.AWAITS_ANOTHER,
    Step.ACCEPT: ReviewState.ACCEPTED,
    Step.REFUSE: ReviewState.REFUSED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewItem:
    """One sighting that a filter was unsure about, by what was recorded of it: no picture, no caption."""

    sighting_id: str
    state: ReviewState
    run_id: str
    filter: str
    filter_version: str
    revision: str
    reason: str
    evidence: Mapping[str, Any]
    page_url: str
    image_url: str
    judged_at: datetime
    expires_at: datetime
    decisions: tuple[ReviewDecision, ...]

    def __repr__(self) -> str:
        return f"<ReviewItem {self.sighting_id} {self.state}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """How the queue stands, by reason. `came` and `decided` were within seven days; a month of it is looked at."""

    waiting: Counter[str] = field(default_factory=Counter)
    came: int = 0
    decided: int = 0
    expiring: int = 0
    """Of those waiting, how many expire within seven days."""
    is_cut_off: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reviews:
    """`two_persons` are reasons of which one person's yes is not enough."""

    db: Database
    ledger: Ledger
    expires_days: int
    two_persons: Collection[str] = ()

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.two_persons) - REVIEWABLE_REASONS):
            known = ", ".join(sorted(REVIEWABLE_REASONS))
            raise NotAllowed(f"REVIEW_TWO_PERSONS names what nobody reviews: {', '.join(unknown)}; there are {known}")

    def waiting(self, *, after: str = "") -> Iterator[ReviewItem]:
        """Yield what waits for somebody, the oldest first; what expires next stands before all others."""
        return (each for each in self._in_time(after) if each.state in UNDECIDED)

    def show(self, sighting_id: str) -> ReviewItem:
        """Raise `NothingToReview` if it is none, or was judged again since."""
        with self.db.read() as conn:
            return self._one(conn, sighting_id)

    def decide(self, sighting_id: str, *, accept: bool, by: str, why: str) -> ReviewItem:
        """Record what a person decided. To accept overrides no filter: it lets the next retry of the run look again.

        Raise `NothingToReview`, or `NotAllowed` if it was decided, has expired, or needs another person.
        """
        with self.db.write() as conn:
            item = self._one(conn, sighting_id)
            step = self._step(item, by) if accept else self._refusal(item)
            body = {"filter": item.filter, "about": item.reason}
            record_act(conn, self.ledger, what=step, subject=sighting_id, by=by, why=why, body=body)
            done = self._one(conn, sighting_id)
        self.ledger.checkpoint()
        return done

    def growth(self) -> Growth:
        looked_at = list(islice(self._in_time(""), MOST_COUNTED))
        week_ago, now = self._now() - _WEEK, self._now()
        open_ = [each for each in looked_at if each.state in UNDECIDED]
        ended = [each.decisions[-1].at for each in looked_at if each.state not in UNDECIDED]
        return Growth(
            waiting=Counter(each.reason for each in open_),
            came=sum(each.judged_at >= week_ago for each in looked_at),
            decided=sum(at >= week_ago for at in ended),
            expiring=sum(each.expires_at <= now + _WEEK for each in open_),
            is_cut_off=len(looked_at) >= MOST_COUNTED,
        )

    def _in_time(self, after: str) -> Iterator[ReviewItem]:
        """Yield what has not expired, decided or not, some rows a transaction."""
        query = queued(*_shown(), since=self._now() - timedelta(days=self.expires_days))
        while True:
            with self.db.read() as conn:
                rows = conn.execute(query.where(sighting.c.id > after).limit(BATCH_ROWS)).all()
                steps = steps_of(conn, [row.id for row in rows])
            found = (self._item(row, steps.get(row.id, ())) for row in rows)
            yield from (each for each in found if each.state is not ReviewState.EXPIRED)
            if len(rows) < BATCH_ROWS:
                return
            after = rows[-1].id

    def _one(self, conn: Connection, sighting_id: str) -> ReviewItem:
        row = conn.execute(queued(*_shown()).where(sighting.c.id == sighting_id)).one_or_none()
        if row is None:
            raise NothingToReview(f"{self._why_not(conn, sighting_id)}; type: altsieve review list")
        return self._item(row, steps_of(conn, [sighting_id]).get(sighting_id, ()))

    def _why_not(self, conn: Connection, sighting_id: str) -> str:
        reason = conn.execute(select(sighting.c.reason).where(sighting.c.id == sighting_id)).scalar_one_or_none()
        if reason is None:
            return f"there is nothing to review under {sighting_id}"
        return f"{reason} is not for review, or it was judged again since"

    def _item(self, row: Row[Any], decisions: tuple[ReviewDecision, ...]) -> ReviewItem:
        expires_at = row.judged_at + timedelta(days=self.expires_days)
        return ReviewItem(
            sighting_id=row.id,
            state=_state(decisions, expired=expires_at <= self._now()),
            judged_at=row.judged_at,
            expires_at=expires_at,
            decisions=decisions,
            **{name: getattr(row, name) for name in _COLUMNS},
        )

    def _step(self, item: ReviewItem, by: str) -> Step:
        self._refusal(item)
        if item.reason not in self.two_persons:
            return Step.ACCEPT
        if item.state is ReviewState.WAITING:
            return Step.FIRST
        if any(each.by is None or _same(each.by, by) for each in item.decisions):
            raise NotAllowed(f"REVIEW_TWO_PERSONS names {item.reason}: another person has to accept it as well")
        return Step.ACCEPT

    def _refusal(self, item: ReviewItem) -> Step:
        if item.state not in UNDECIDED:
            raise NotAllowed(f"it is {item.state}: what was decided stays decided")
        return Step.REFUSE

    @staticmethod
    def _now() -> datetime:
        return datetime.now(UTC)


def _shown() -> tuple[Any, ...]:
    return (*(sighting.c[name] for name in _COLUMNS), sighting.c.judged_at)


def _state(decisions: tuple[ReviewDecision, ...], *, expired: bool) -> ReviewState:
    reached = _REACHED[decisions[-1].step] if decisions else ReviewState.WAITING
    return ReviewState.EXPIRED if expired and reached in UNDECIDED else reached


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()

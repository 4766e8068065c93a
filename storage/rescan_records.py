"""Keep what re-scans were begun, how far each came, and what is known of all that is held because of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from storage.held_pairs import WITHDRAWN
from storage.identifiers import new_id
from storage.tables import pair, rescan

KEPT: Final = "kept"
PROVISIONAL: Final = "provisional"


class RescanState(StrEnum):
    RUNNING = "running"
    """At work, or killed: it can be resumed."""
    DONE = "done"
    INCOMPLETE = "incomplete"
    """It came to its end, but some of what is held could not be judged; or another one was begun in its place."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a re-scan judges by. One that was cut off is gone on with only if all of it is still the same."""

    epoch: int
    since: int | None
    revisions: Mapping[str, str]
    settings_digest: str


@dataclass(kw_only=True, slots=True)
class Counts:
    """`looked_at` pictures were named by the lists, `judged` pairs by all filters; the rest is by reason.

    `scored` pairs had what models of today say of them filled in. `unmeasured` are those of `not_judged` that would be
    withdrawn if they were scored: their caption is in a language that no model measures.
    """

    looked_at: int = 0
    judged: int = 0
    scored: int = 0
    unmeasured: int = 0
    matches: int = 0
    beside_matches: int = 0
    cleared: int = 0
    withdrawn: Counter[str] = field(default_factory=Counter)
    not_judged: Counter[str] = field(default_factory=Counter)

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "Counts":
        by_reason = {name: Counter(said[name]) for name in ("withdrawn", "not_judged")}
        return cls(**{**said, **by_reason})

    def plain(self) -> dict[str, Any]:
        return {
            "looked_at": self.looked_at,
            "judged": self.judged,
            "scored": self.scored,
            "unmeasured": self.unmeasured,
            "matches": self.matches,
            "beside_matches": self.beside_matches,
            "cleared": self.cleared,
            "withdrawn": dict(sorted(self.withdrawn.items())),
            "not_judged": dict(sorted(self.not_judged.items())),
        }


def newest_done(conn: Connection) -> Row[Any] | None:
    query = select(rescan).where(rescan.c.state == RescanState.DONE)
    return conn.execute(query.order_by(rescan.c.epoch.desc(), rescan.c.id.desc()).limit(1)).one_or_none()


def cut_off(conn: Connection, plan: Plan) -> Row[Any] | None:
    """Return the newest re-scan that did not come to its end, if it judged by the same."""
    query = select(rescan).where(rescan.c.state == RescanState.RUNNING).order_by(rescan.c.id.desc()).limit(1)
    found = conn.execute(query).one_or_none()
    if found is None or (found.revisions, found.settings_digest) != (dict(plan.revisions), plan.settings_digest):
        return None
    return found


def begin(conn: Connection, plan: Plan, *, by: str) -> str:
    """Begin one in place of any that was cut off."""
    running = rescan.c.state == RescanState.RUNNING
    conn.execute(update(rescan).where(running).values(state=RescanState.INCOMPLETE, position=None))
    rescan_id = new_id()
    said = {"epoch": plan.epoch, "since": plan.since, "settings_digest": plan.settings_digest, "by": by}
    conn.execute(
        insert(rescan).values(
            id=rescan_id,
            revisions=dict(plan.revisions),
            state=RescanState.RUNNING,
            counts=Counts().plain(),
            started_at=datetime.now(UTC),
            **said,
        )
    )
    return rescan_id


def save(conn: Connection, rescan_id: str, *, position: str | None, counts: Counts) -> None:
    conn.execute(update(rescan).where(rescan.c.id == rescan_id).values(position=position, counts=counts.plain()))


def count(conn: Connection, rescan_id: str, counts: Counts) -> None:
    """Save the counts alone, where the position would name what must not be named."""
    conn.execute(update(rescan).where(rescan.c.id == rescan_id).values(counts=counts.plain()))


def end(conn: Connection, rescan_id: str, state: RescanState, counts: Counts) -> None:
    """No position stays: what stood there last may turn out to be known material, and must not be named then."""
    ended = {"state": state, "position": None, "counts": counts.plain(), "finished_at": datetime.now(UTC)}
    conn.execute(update(rescan).where(rescan.c.id == rescan_id).values(**ended))


def covered_epoch(conn: Connection) -> int:
    """Return the epoch up to which all that is held was judged: what was judged later is covered by its own."""
    return int(conn.execute(select(func.max(rescan.c.epoch)).where(rescan.c.state == RescanState.DONE)).scalar() or 0)


def done_since(conn: Connection, at: datetime | None) -> list[tuple[datetime, datetime]]:
    """Return when the done re-scans that were begun after that began and ended, in order; none if `at` is None."""
    if at is None:
        return []
    query = select(rescan.c.started_at, rescan.c.finished_at)
    rows = conn.execute(query.where(rescan.c.state == RescanState.DONE, rescan.c.started_at > at))
    return sorted((began, ended) for began, ended in rows)


def pairs_below(conn: Connection, epoch: int) -> int:
    """Return how many pairs that are held were not judged by lists of this epoch or a later one."""
    if covered_epoch(conn) >= epoch:
        return 0
    below = (pair.c.epoch < epoch) & (pair.c.state != WITHDRAWN)
    return int(conn.execute(select(func.count()).select_from(pair).where(below)).scalar_one())

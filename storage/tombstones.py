"""Keep what was withdrawn in mind without keeping it: digests, who and why, and what copies would look like."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from storage.batches import chunks
from storage.identifiers import new_id
from storage.tables import tombstone
from storage.upsert import upsert

PAIR: Final = "pair"
PICTURE: Final = "picture"


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """Who takes something back, and for what reason.

    `reason` is the stable code of the verdict that a re-scan gave, None if a person decided. What does not bar is left
    to the filter that refused it: it may be stored again once that filter is clean about it.
    """

    by: str
    why: str
    reason: str | None = None
    bars: bool = True


def bury_pairs(conn: Connection, pairs: Mapping[str, str], why: Why, *, act: str | None, at: datetime) -> None:
    """`pairs` names the picture of each by its SHA-256."""
    _bury(conn, ({"kind": PAIR, "key": each, "sha256": digest} for each, digest in pairs.items()), why, act, at)


def bury_pictures(
    conn: Connection, facts: Mapping[str, Mapping[str, Any]], why: Why, *, act: str | None, at: datetime
) -> None:
    """`facts` are those of each picture by its SHA-256, as they were stored; what tells it and its copies stays."""
    graves = (
        {"kind": PICTURE, "key": digest, "sha256": digest} | {"near": _views(measured), "digests": measured["digests"]}
        for digest, measured in facts.items()
    )
    _bury(conn, graves, why, act, at)


def _bury(conn: Connection, graves: Iterable[dict[str, Any]], why: Why, act: str | None, at: datetime) -> None:
    """What was buried before is buried for the new reason; what barred once goes on barring."""
    said = {
        "reason": why.reason,
        "bars": why.bars,
        "why": why.why,
        "by": why.by,
        "act": act,
        "at": at,
        "near": None,
        "digests": None,
    }
    statement = upsert(conn, tombstone)
    new = statement.excluded
    anew: dict[str, Any] = {
        name: new[name] for name in ("reason", "why", "by", "act", "at", "near", "digests", "sha256")
    }
    anew["bars"] = new.bars | tombstone.c.bars
    for some in chunks(said | each | {"id": new_id()} for each in graves):
        conn.execute(statement.on_conflict_do_update(index_elements=["kind", "key"], set_=anew), list(some))


def _views(facts: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return what a copy saved anew is known by; None of a file that nobody could decode."""
    shown = facts.get("picture")
    return None if shown is None else list(shown["views"])

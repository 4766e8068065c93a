"""Build the set of known material from the lists, and say whether it can be relied on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from filters.indexes.known import KnownHash, KnownMaterial, ListState, NotAHash, normalise_hash
from filters.revision import revision_of
from storage.hash_formats import Category
from storage.list_revisions import (
    HASHES,
    IMPORTED,
    SYNTHETIC,
    CorruptList,
    Revision,
    newest_revisions,
    require_whole,
)
from storage.tables import hash_entry

HOW_TO_IMPORT: Final = "type: altsieve hashlist import FILE --name LIST --type TYPE"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reliance:
    """Where synthetic lists count, whether a run may go without a production list, and how old one may be."""

    networks: tuple[str, ...]
    provisional: bool
    max_age: timedelta


def load_known(
    conn: Connection, reliance: Reliance, *, floor: KnownMaterial | None = None, now: datetime | None = None
) -> KnownMaterial:
    """Return the lists as one view of the database shows them; no hash that `floor` holds is dropped.

    A list that is not as it was recorded makes the whole BROKEN: what is left of it goes on matching, but finding
    nothing says nothing. A stale list goes on matching too, but is no production list: only one is that was imported
    from a real source, and anew within `max_age`.
    """
    lists = newest_revisions(conn, HASHES)
    hashes, broken = _read_lists(conn, lists, floor)
    if broken is not None:
        return _material(hashes, lists, reliance, ListState.BROKEN, fresh_until=None, problem=broken)
    sources = _sources(lists, hashes)
    fresh_until = max((each.at + reliance.max_age for each in sources), default=None)
    if fresh_until is None or fresh_until < (now or datetime.now(UTC)):
        problem = _problem(sources, reliance.max_age)
        return _material(hashes, lists, reliance, ListState.READY, fresh_until=None, problem=problem)
    return _material(hashes, lists, reliance, ListState.READY, fresh_until=fresh_until, problem=None)


def _read_lists(
    conn: Connection, lists: Sequence[Revision], floor: KnownMaterial | None
) -> tuple[tuple[KnownHash, ...], str | None]:
    """Return the hashes, and what is wrong with a list; what can still be read of it goes on matching."""
    in_use: dict[tuple[str, int], list[KnownHash]] = {}
    for each in () if floor is None or floor.ready is not ListState.READY else floor.hashes:
        in_use.setdefault((each.list, each.number), []).append(each)
    hashes: list[KnownHash] = []
    broken = None
    for newest in lists:
        if (same := in_use.get((newest.list, newest.number))) is not None:
            hashes += same
            continue
        rows = conn.execute(select(hash_entry).where(HASHES.counting(newest.list))).all()
        wrong = _wrong_with(newest, rows)
        hashes += [_known(row, newest) for row in rows if row.category != Category.POSITIVE_CLASS]
        if wrong is not None:
            hashes = [each for each in hashes if _is_hash(each)]
            broken = wrong
    return (*hashes, *_left_over(hashes, floor)), broken


def _wrong_with(newest: Revision, rows: Sequence[Row[Any]]) -> str | None:
    try:
        require_whole(newest, (tuple(getattr(row, each) for each in HASHES.key) for row in rows))
    except CorruptList as corrupt:
        return str(corrupt)
    return None


def _is_hash(entry: KnownHash) -> bool:
    """An index is built of hashes only: what else stands in a broken list must not keep the rest from matching."""
    try:
        return normalise_hash(entry.type, entry.value) == entry.value
    except NotAHash:
        return False


def _known(row: Any, newest: Revision) -> KnownHash:
    return KnownHash(
        list=newest.list,
        number=newest.number,
        entry=row.id,
        type=row.type,
        value=row.value,
        category=row.category,
        distance_bits=row.distance_bits,
        synthetic=newest.origin == SYNTHETIC,
    )


def _left_over(now: Sequence[KnownHash], floor: KnownMaterial | None) -> list[KnownHash]:
    """A run is never loosened: what was ended since it began goes on counting, under the revision it was in."""
    if floor is None:
        return []
    entries = {each.entry for each in now}
    return [each for each in floor.hashes if each.entry not in entries]


def _sources(lists: Sequence[Revision], hashes: Sequence[KnownHash]) -> tuple[Revision, ...]:
    """The lists from a real source that hold something. A revision without a source is one that ended its list."""
    holding = {each.list for each in hashes}
    return tuple(r for r in lists if r.origin == IMPORTED and r.source is not None and r.list in holding)


def _problem(sources: Sequence[Revision], max_age: timedelta) -> str:
    if not sources:
        return f"no list of known material from a real source has been imported; {HOW_TO_IMPORT}"
    newest = max(sources, key=lambda each: each.at)
    hours = int(max_age.total_seconds() // 3600)
    since = f"{newest.at:%Y-%m-%d %H:%M} UTC"
    return f"list {newest.label}, the newest, is from {since}, more than {hours} hours ago; {HOW_TO_IMPORT}"


def _material(
    hashes: tuple[KnownHash, ...],
    lists: Sequence[Revision],
    reliance: Reliance,
    ready: ListState,
    *,
    fresh_until: datetime | None,
    problem: str | None,
) -> KnownMaterial:
    return KnownMaterial(
        hashes=hashes,
        revision=_revision(hashes, lists),
        ready=ready,
        production=fresh_until is not None,
        networks=reliance.networks,
        provisional=reliance.provisional,
        problem=problem,
        fresh_until=fresh_until,
    )


def _revision(hashes: Sequence[KnownHash], lists: Sequence[Revision]) -> str:
    """Name the lists and, of earlier revisions that go on counting in a run, how much of them."""
    current = {(each.list, each.number) for each in lists}
    earlier: dict[str, int] = {}
    for each in hashes:
        if (each.list, each.number) not in current:
            label = f"{each.list}@{each.number}"
            earlier[label] = earlier.get(label, 0) + 1
    return revision_of({"lists": {each.label: each.digest for each in lists}, "earlier": dict(earlier)})

"""Build the set of known material from the lists, and say whether it can be relied on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, func, select

from filters.indexes.entry_columns import gather
from filters.indexes.hash_parts import HashParts
from filters.indexes.known import NEAR_TYPES, KnownEntry, NotAHash, normalise_hash
from filters.indexes.known_list import KnownList
from filters.indexes.known_material import KnownMaterial, ListState
from filters.indexes.list_policy import BadPolicy, ListPolicy
from filters.revision import revision_of
from storage.hash_indexes import HashIndexes, matching
from storage.index_folder import IndexNotWritten
from storage.list_kinds import HASHES, IMPORTED, SYNTHETIC
from storage.list_revisions import CorruptList, Revision, newest_revisions, revisions_of
from storage.tables import hash_entry, revision

HOW_TO_IMPORT: Final = "type: altsieve hashlist import FILE --name LIST --type TYPE"
_MOST_COPIED: Final = 20_000
"""Of so many entries that were ended while a run goes on, it keeps a list; of more, the whole old index."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reliance:
    """Where synthetic lists count, whether a run may go without a production list, and how old one may be."""

    networks: tuple[str, ...]
    provisional: bool
    max_age: timedelta


def load_known(
    conn: Connection,
    indexes: HashIndexes,
    reliance: Reliance,
    *,
    floor: KnownMaterial | None = None,
    now: datetime | None = None,
) -> KnownMaterial:
    """Return the lists as one view of the database shows them; no hash that `floor` holds is dropped.

    A list that is not as it was recorded makes the whole BROKEN: what is left of it goes on matching, but finding
    nothing says nothing. A stale list goes on matching too, but is no production list: only one is that was imported
    from a real source, holds perceptual hashes, and came anew within its own `max_age_hours` or else `max_age`.
    """
    revisions = newest_revisions(conn, HASHES)
    read = [_read(conn, indexes, each, floor) for each in revisions]
    now_held = tuple(each.list for each in read)
    left_over = [*_left_over(conn, indexes, now_held, floor)]
    lists = (*now_held, *(each.list for each in left_over))
    broken = next((each.problem for each in (*read, *left_over) if each.problem is not None), None)
    if broken is not None:
        return _material(lists, revisions, reliance, ListState.BROKEN, problem=broken)
    sources = _sources(read, reliance)
    fresh = [each for each in sources if each.fresh_until >= (now or datetime.now(UTC))]
    looking = [each.fresh_until for each in fresh if each.looks]
    return _material(
        lists,
        revisions,
        reliance,
        ListState.READY,
        fresh_until=max(looking, default=max((each.fresh_until for each in fresh), default=None)),
        production=bool(looking),
        only_digests=bool(fresh) and not looking,
        problem=None if looking else _problem(sources, fresh),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    """A list as far as it could be read, and what is wrong with it."""

    list: KnownList
    problem: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read(_Held):
    revision: Revision


@dataclass(frozen=True, kw_only=True, slots=True)
class _Source:
    """A list from a real source that holds something."""

    revision: Revision
    fresh_until: datetime
    looks: bool


def _read(conn: Connection, indexes: HashIndexes, newest: Revision, floor: KnownMaterial | None) -> _Read:
    if floor is not None and floor.ready is ListState.READY:
        same = next((each for each in floor.lists if _is(each, newest) and each.is_whole), None)
        if same is not None:
            return _Read(revision=newest, list=same)
    policy, problem = _policy(newest)
    if problem is None:
        try:
            return _Read(revision=newest, list=_list_of(newest, policy, indexes.open(conn, newest)))
        except (CorruptList, IndexNotWritten) as error:
            problem = str(error)
    rest = (each for each in matching(conn, HASHES.counting(newest.list)) if _is_hash(each))
    return _Read(revision=newest, list=_list_of(newest, policy, HashParts.of(gather(rest))), problem=problem)


def _is(listed: KnownList, of: Revision) -> bool:
    return (listed.name, listed.number, listed.digest) == (of.list, of.number, of.digest)


def _policy(newest: Revision) -> tuple[ListPolicy, str | None]:
    try:
        return ListPolicy.read(newest.policy), None
    except (BadPolicy, TypeError):
        return ListPolicy(), f"the policy of list {newest.label} cannot be read: type: altsieve hashlist policy --help"


def _list_of(of: Revision, policy: ListPolicy, parts: HashParts) -> KnownList:
    return KnownList(
        name=of.list,
        number=of.number,
        synthetic=of.origin == SYNTHETIC,
        policy=policy,
        digest=of.digest,
        parts=parts,
    )


def _is_hash(entry: KnownEntry) -> bool:
    """An index is built of hashes only: what else stands in a broken list must not keep the rest from matching."""
    try:
        return normalise_hash(entry.type, entry.value) == entry.value
    except NotAHash:
        return False


def _left_over(
    conn: Connection, indexes: HashIndexes, now: Sequence[KnownList], floor: KnownMaterial | None
) -> Iterator[_Held]:
    """A run is never loosened: what was ended since it began goes on counting, under the revision it was in."""
    for each in () if floor is None else floor.lists:
        if not any(_is_same(each, other) for other in now) and (rest := _rest(conn, each, now)) is not None:
            yield _Held(list=rest) if rest.is_whole else _reopened(conn, indexes, rest)


def _is_same(each: KnownList, other: KnownList) -> bool:
    return (each.name, each.number, each.digest) == (other.name, other.number, other.digest)


def _reopened(conn: Connection, indexes: HashIndexes, each: KnownList) -> _Held:
    """Open anew what somebody has written to while it was mapped; what cannot be is no longer relied on."""
    opened = [of for of in revisions_of(conn, HASHES, each.name) if of.number == each.number]
    try:
        return _Held(list=replace(each, parts=indexes.open(conn, opened[0])))
    except (CorruptList, IndexNotWritten) as error:
        return _Held(list=replace(each, parts=HashParts.of({})), problem=str(error))


def _rest(conn: Connection, each: KnownList, now: Sequence[KnownList]) -> KnownList | None:
    """Return what of a list in use its newest revision does not hold, or holds less strictly; None if nothing."""
    newer = next((other for other in now if other.name == each.name), None)
    if newer is None or not _is_a_revision(conn, each) or newer.policy.is_looser_than(each.policy):
        return each  # it may be what was left over before
    if not (removed := _removed(conn, each, newer.number)):
        return None
    entry = hash_entry.c
    ended = (entry.list == each.name) & (entry.until > each.number) & (entry.until <= newer.number)
    copied = list(islice(matching(conn, ended & (entry.since <= each.number)), _MOST_COPIED + 1))
    if len(copied) < removed or len(copied) > _MOST_COPIED:
        return each  # what is not all told by the rows stays as it was
    return replace(each, digest="", parts=HashParts.of(gather(copied)))


def _removed(conn: Connection, each: KnownList, now: int) -> int:
    since = (revision.c.list == each.name) & (revision.c.number > each.number) & (revision.c.number <= now)
    return int(conn.execute(select(func.coalesce(func.sum(revision.c.removed), 0)).where(since)).scalar_one())


def _is_a_revision(conn: Connection, each: KnownList) -> bool:
    of_this = (revision.c.list == each.name) & (revision.c.number == each.number)
    return conn.execute(select(revision.c.digest).where(of_this)).scalar_one_or_none() == each.digest


def _sources(read: Sequence[_Read], reliance: Reliance) -> list[_Source]:
    """A revision without a source is one that ended its list."""
    return [
        _Source(
            revision=each.revision,
            fresh_until=each.revision.fresh_at + _max_age(each.list.policy, reliance),
            looks=not NEAR_TYPES.isdisjoint(each.list.counts),
        )
        for each in read
        if each.revision.origin == IMPORTED and each.revision.source is not None and len(each.list)
    ]


def _max_age(policy: ListPolicy, reliance: Reliance) -> timedelta:
    return reliance.max_age if policy.max_age_hours is None else timedelta(hours=policy.max_age_hours)


def _problem(sources: Sequence[_Source], fresh: Sequence[_Source]) -> str:
    if fresh:
        names = ", ".join(each.revision.label for each in fresh)
        return (
            f"{names} holds digests only, which find no altered copy: a list of PDQ hashes is needed; {HOW_TO_IMPORT}"
        )
    if not sources:
        return f"no list of known material from a real source has been imported; {HOW_TO_IMPORT}"
    newest = max(sources, key=lambda each: each.fresh_until)
    hours = int((newest.fresh_until - newest.revision.fresh_at).total_seconds() // 3600)
    since = f"{newest.revision.fresh_at:%Y-%m-%d %H:%M} UTC"
    return f"list {newest.revision.label}, the newest, is from {since}, more than {hours} hours ago; {HOW_TO_IMPORT}"


def _material(
    lists: tuple[KnownList, ...], revisions: Sequence[Revision], reliance: Reliance, ready: ListState, **state: Any
) -> KnownMaterial:
    return KnownMaterial(
        lists=lists,
        revision=_revision(lists, revisions),
        ready=ready,
        networks=reliance.networks,
        provisional=reliance.provisional,
        **{"production": False, "problem": None} | state,
    )


def _revision(lists: Sequence[KnownList], revisions: Sequence[Revision]) -> str:
    """Name the lists and, of earlier revisions that go on counting in a run, how much of them."""
    current = {(each.list, each.number) for each in revisions}
    earlier = [(each.label, len(each)) for each in lists if (each.name, each.number) not in current]
    return revision_of({"lists": {each.label: each.digest for each in revisions}, "earlier": dict(earlier)})

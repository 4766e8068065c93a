"""Say what a re-scan has to look at: what the records leave open, and nothing that they settle."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from filters.indexes.known_material import KnownMaterial, ListState
from filters.lineup import Material, Thresholds
from filters.models import NO_MODELS, Models
from storage.batches import rows_by
from storage.buried import all_buried, buried_matched, new_graves
from storage.canonical import canonical, plain
from storage.database import Database
from storage.held_hashes import HeldHashes
from storage.list_kinds import HASHES
from storage.list_revisions import ListMismatch, revisions_of
from storage.rescan_entries import new_entries, revisions_in_force
from storage.rescan_judging import Judges
from storage.rescan_records import PROVISIONAL, Plan, newest_done
from storage.rescan_subjects import HeldPair
from storage.tables import pair, run, sighting

_QUALITY: Final = ("pdq_min_quality", "pdq_min_side_px")
"""Thresholds that say which near match means something."""
_ENTRIES_A_SEARCH: Final = 1024
_EVERYTHING: Final = -1
"""Every epoch is above it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class By:
    """What judges: the filters by name, their thresholds, which lists count where and for how long, whose scores."""

    names: tuple[str, ...]
    thresholds: Thresholds
    networks: tuple[str, ...]
    max_age: timedelta
    models: Models = NO_MODELS


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """`whole` when nothing that was judged before can be relied on: thresholds moved, or no list is ready."""

    plan: Plan
    whole: bool
    covered: int
    """Up to this epoch the newest re-scan has judged everything, by what `last` says."""
    last: Mapping[str, str] | None
    quality: Mapping[str, Any]

    def needs(self, held: HeldPair, judges: Judges) -> bool:
        """Say whether a pair is to be judged by all filters again."""
        if self.whole or held.state == PROVISIONAL:
            return True
        if held.epoch <= self.covered:
            return self.last != judges.revisions
        same = judges.judged_by_the_same(held.verdicts) and judges.looked_up(held.verdicts)
        return not (same and self.had_this_quality(held.settings))

    def had_this_quality(self, settings: Mapping[str, Any]) -> bool:
        return all(settings.get(name) == value for name, value in self.quality.items())


def require_revision(conn: Connection, since: tuple[str, int] | None) -> None:
    """Raise `ListMismatch` for a revision that there never was: it would be passed over without a word."""
    if since is None:
        return
    name, number = since
    newest = max((each.number for each in revisions_of(conn, HASHES, name)), default=None)
    if newest is None:
        raise ListMismatch(f"there is no list of known material named {name}; altsieve hashlist list shows them")
    if number > newest:
        raise ListMismatch(f"list {name} has no revision {number} yet; its newest is {name}@{newest}")


def scope_of(conn: Connection, by: By, material: Material, judges: Judges) -> Scope:
    said = {"thresholds": plain(by.thresholds), "networks": by.networks, "versions": judges.versions}
    digest = hashlib.sha256(canonical(said)).hexdigest()
    last = newest_done(conn)
    since = _judged_since(conn) if last is None else last.epoch
    plan = Plan(epoch=material.epoch, since=since, revisions=judges.revisions, settings_digest=digest)
    moved = last is not None and last.settings_digest != digest
    return Scope(
        plan=plan,
        whole=moved or not _relied_on(material.known),
        covered=_EVERYTHING if last is None else last.epoch,
        last=None if last is None else last.revisions,
        quality={name: getattr(by.thresholds, name) for name in _QUALITY},
    )


def nominees(
    db: Database,
    held: HeldHashes,
    known: KnownMaterial | None,
    scope: Scope,
    judges: Judges,
    *,
    since: tuple[str, int] | None,
    each: int,
    told: Callable[[float], None],
) -> list[str]:
    """Return the pictures that lists may match now and could not before, in the order of their digests.

    For each search of the file there are `each` pictures of which it costs less to judge every one.
    """
    with db.read() as conn:
        before = {} if scope.whole else revisions_in_force(conn, scope.plan.since)
        if since is not None:
            before[since[0]] = min(since[1], before.get(since[0], 0))
        entries = [] if known is None or scope.whole else list(new_entries(conn, known, before))
        buried = all_buried(conn) if scope.whole else buried_matched(conn, entries) if entries else set()
        entries += [] if scope.whole else new_graves(conn, scope.plan.since)
    searches = -(-len(entries) // _ENTRIES_A_SEARCH)
    if scope.whole or held.count() <= each * searches:
        return sorted(held.digests() | buried)
    found = held.nominated(entries, told) if entries else set()
    return sorted(found | _never_looked_up(db, scope, judges) | buried)


def _never_looked_up(db: Database, scope: Scope, judges: Judges) -> set[str]:
    """Return pictures that were refused before the lists were asked, or when they were asked otherwise."""
    digest = func.coalesce(sighting.c.sha256, pair.c.sha256).label("digest")
    columns = (sighting.c.id.label("key"), digest, sighting.c.verdicts, run.c.settings)
    query = select(*columns).join_from(sighting, run, run.c.id == sighting.c.run_id)
    query = query.outerjoin(pair, pair.c.id == sighting.c.pair_id)
    query = query.where(sighting.c.epoch > scope.covered, digest.is_not(None))
    rows = rows_by(sighting.c.id, query, db)
    return {row.digest for row in rows if not _was_looked_up(row, scope, judges)}


def _was_looked_up(row: Row[Any], scope: Scope, judges: Judges) -> bool:
    return judges.looked_up(row.verdicts) and scope.had_this_quality(row.settings)


def _judged_since(conn: Connection) -> int | None:
    """Return the epoch of the oldest decision on a picture whose bytes came; None if there is none."""
    came = sighting.c.sha256.is_not(None) | sighting.c.pair_id.is_not(None)
    found = conn.execute(select(func.min(sighting.c.epoch)).where(came)).scalar_one_or_none()
    return None if found is None else int(found)


def _relied_on(known: KnownMaterial | None) -> bool:
    return known is not None and known.ready is ListState.READY and known.production

"""Find what an operator means to take back: a pair, a picture, an address or a host."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, func, select

from storage.addresses import spellings
from storage.frontier import host_of
from storage.seen_hosts import any_of, seen_on
from storage.tables import measurement, pair, picture, sighting, tombstone


class TargetKind(StrEnum):
    PAIR = "pair"
    IMAGE = "image"
    URL = "url"
    HOST = "host"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """`value` is the id of a pair, the SHA-256 of a picture, the address of a page or a picture, or a host."""

    kind: TargetKind
    value: str

    def __repr__(self) -> str:
        return f"<Target {self.kind}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What is to be taken back: pairs by id, and pictures of which every pair goes, whichever caption it has."""

    pairs: frozenset[str] = frozenset()
    pictures: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"<Held {len(self.pairs)} pairs, {len(self.pictures)} pictures>"


def what_is_held(conn: Connection, target: Target) -> Held:
    """Return the pairs that any of their sightings ties to the target, and the pictures that it names themselves.

    An address of a picture names it, under every caption; that of a page, or a host, only the pairs found there. Raise
    `NotAHost` if what should be a host is none.
    """
    match target.kind:
        case TargetKind.PAIR:
            return Held(pairs=_pairs(conn, pair.c.id == target.value))
        case TargetKind.IMAGE:
            return Held(pictures=_pictures(conn, picture.c.sha256 == target.value, target.value))
        case TargetKind.URL:
            return Held(pairs=_seen(conn, _on_page(target.value)), pictures=_shown(conn, _of_image(target.value)))
        case TargetKind.HOST:
            return Held(pairs=_seen(conn, seen_on(target.value)))


def was_withdrawn(conn: Connection, target: Target) -> bool:
    """Say whether something of the target was taken back before."""
    return conn.execute(select(tombstone.c.id).where(_graves(target)).limit(1)).first() is not None


def _graves(target: Target) -> ColumnElement[bool]:
    match target.kind:
        case TargetKind.PAIR:
            return (tombstone.c.kind == "pair") & (tombstone.c.key == target.value)
        case TargetKind.IMAGE:
            return (tombstone.c.key == target.value) | (tombstone.c.sha256 == target.value)
        case TargetKind.URL:
            return _buried(any_of(_on_page(target.value), _of_image(target.value)))
        case TargetKind.HOST:
            return _buried(seen_on(target.value))


def _pairs(conn: Connection, which: ColumnElement[bool]) -> frozenset[str]:
    return frozenset(conn.execute(select(pair.c.id).where(which)).scalars())


def _pictures(conn: Connection, which: ColumnElement[bool], digest: str) -> frozenset[str]:
    kept = select(picture.c.sha256).where(which)
    measured = select(measurement.c.sha256).where(measurement.c.sha256 == digest)
    return frozenset(conn.execute(kept.union(measured)).scalars())


def _seen(conn: Connection, which: ColumnElement[bool]) -> frozenset[str]:
    return _pairs(conn, pair.c.id.in_(select(sighting.c.pair_id).where(which)))


def _shown(conn: Connection, which: ColumnElement[bool]) -> frozenset[str]:
    """Return the pictures that are held, or of which something measured is."""
    joined = sighting.outerjoin(pair, pair.c.id == sighting.c.pair_id)
    digest = func.coalesce(pair.c.sha256, sighting.c.sha256)
    shown = select(digest).select_from(joined).where(which).scalar_subquery()
    kept = select(picture.c.sha256).where(picture.c.sha256.in_(shown))
    measured = select(measurement.c.sha256).where(measurement.c.sha256.in_(shown))
    return frozenset(conn.execute(kept.union(measured)).scalars())


def _on_page(url: str) -> ColumnElement[bool]:
    spelled = spellings(url)
    return sighting.c.page_host.in_({host_of(each) for each in spelled}) & sighting.c.page_url.in_(spelled)


def _of_image(url: str) -> ColumnElement[bool]:
    spelled = spellings(url)
    return sighting.c.image_host.in_({host_of(each) for each in spelled}) & sighting.c.image_url.in_(spelled)


def _buried(which: ColumnElement[bool]) -> ColumnElement[bool]:
    pairs = select(sighting.c.pair_id).where(which, sighting.c.pair_id.is_not(None))
    pictures = select(sighting.c.sha256).where(which, sighting.c.sha256.is_not(None))
    of_pictures = tombstone.c.key.in_(pictures) | tombstone.c.sha256.in_(pictures)
    return ((tombstone.c.kind == "pair") & tombstone.c.key.in_(pairs)) | of_pictures

"""List the clean pairs, with the fields that users rely on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, select

from filters.candidate import Candidate
from filters.consent import Consent
from filters.facts import Facts, Fetched
from storage.among import among
from storage.batches import Some, by_walking, newest_by, of_host, rows_by
from storage.database import Database
from storage.decisions import STORED
from storage.held_pairs import WITHDRAWN
from storage.objects import ObjectStore
from storage.scores import facts_with_fit, values_of
from storage.seen_hosts import seen_on
from storage.tables import pair, picture, sighting


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptPair:
    """One pair as its first sighting found it. What nobody has measured is None.

    `image_sha256` is of the picture as it came, `stored_sha256` of the bytes at `object_uri`: they differ where private
    metadata was taken out.

    `consistency_score` is in the unit of `consistency_model`; `safety_scores` are by model.
    """

    pair_id: str
    run_id: str
    page_url: str
    image_url: str
    final_image_url: str
    alt_text: str
    text_source: str | None
    language: str | None
    language_confidence: float | None
    image_sha256: str
    image_md5: str
    image_sha1: str
    pdq: str | None
    pdq_quality: int | None
    phash16: str | None
    width_px: int | None
    height_px: int | None
    format: str | None
    size_bytes: int
    consistency_score: float | None
    consistency_model: str | None
    safety_scores: Mapping[str, float] | None
    consent: str | None
    licence_url: str | None
    object_uri: str
    stored_sha256: str
    fetched_at: datetime
    state: str

    def __repr__(self) -> str:
        return f"<KeptPair {self.pair_id}>"


_OF_FIRST = (sighting.c.id == pair.c.sighting_id) & (sighting.c.pair_id == pair.c.id)
_HELD: Select[Any] = (
    select(
        sighting.c.id.label("key"),
        *(sighting.c[name] for name in ("run_id", "page_url", "image_url", "candidate", "fetched", "verdicts")),
        *(pair.c.id.label("pair_id"), pair.c.state, pair.c.fit, picture.c.facts, picture.c.object_key),
    )
    .join_from(sighting, pair, _OF_FIRST)
    .join(picture, picture.c.sha256 == pair.c.sha256)
    .where(sighting.c.outcome == "stored", sighting.c.reason.is_(None))
    .where(pair.c.state != WITHDRAWN)
)


def list_pairs(
    db: Database,
    run: str | None = None,
    host: str | None = None,
    objects: ObjectStore | None = None,
) -> Iterator[KeptPair]:
    """Yield the pairs that are held, in the order they were stored.

    `host` is that of the page or of the picture, with its subdomains. Without `objects`, `object_uri` is only the key.
    """
    query = _HELD
    if run is not None:
        query = query.where(by_walking(sighting.c.run_id) == run)
    if host is not None:
        query = query.where(of_host(sighting.c.page_host, host) | of_host(sighting.c.image_host, host))
    return (_kept_pair(row, objects) for row in rows_by(sighting.c.id, query, db))


def newest_pairs(db: Database, *, host: str | None = None, older: str = "", most: int = 50) -> Some[KeptPair]:
    """Return the newest pairs that are held; `host` is that of the page or of the picture, with its subdomains.

    Of `most` that were stored those that were withdrawn since are left out.
    """
    stored = select(sighting.c.id.label("key")).where(sighting.c.outcome == STORED)
    stored = stored if host is None else stored.where(seen_on(host))
    found = newest_by(sighting.c.id, stored, db, lambda row: str(row.key), older=older, most=most)
    with db.read() as conn:
        rows = conn.execute(_HELD.where(among(sighting.c.id, found.rows)).order_by(sighting.c.id.desc())).all()
    return Some(rows=tuple(_kept_pair(row, None) for row in rows), older=found.older)


def _kept_pair(row: Row[Any], objects: ObjectStore | None) -> KeptPair:
    candidate = msgspec.convert(row.candidate, Candidate)
    fetched = msgspec.convert(row.fetched, Fetched)
    facts = facts_with_fit(row.facts, row.fit)
    return KeptPair(
        pair_id=row.pair_id,
        run_id=row.run_id,
        page_url=row.page_url,
        image_url=row.image_url,
        final_image_url=fetched.final_url,
        alt_text=candidate.text,
        text_source=candidate.text_source,
        language=None if candidate.language is None else candidate.language.label,
        language_confidence=None if candidate.language is None else candidate.language.confidence,
        object_uri=row.object_key if objects is None else objects.uri(row.object_key),
        fetched_at=fetched.fetched_at,
        state=row.state,
        consent=_consent(row.verdicts),
        licence_url=_licence_url(candidate, facts),
        **_measured(facts),
        **_scores(facts),
    )


def _consent(verdicts: Iterable[Mapping[str, Any]]) -> str | None:
    """Return allow or unknown, as it was judged; None of a pair from before anybody asked."""
    said = (each.get("evidence", {}).get("consent") for each in verdicts if each["filter"] == Consent.name)
    return next(said, None)


def _licence_url(candidate: Candidate, facts: Facts) -> str | None:
    """Return the licence that was named nearest to the picture: in its file, of it, in its figure, on its page."""
    named = [*(() if facts.rights is None else facts.rights.licences), *candidate.licences]
    return min(named, key=lambda each: each.nearness).url if named else None


def _scores(facts: Facts) -> dict[str, Any]:
    """Return what models said; of how well the caption fits, what the first one said that gave a number."""
    model, score = next(iter(values_of(facts.fit).items()), (None, None))
    safety = None if facts.safety is None else values_of(facts.safety)
    return {"consistency_score": score, "consistency_model": model, "safety_scores": safety}


def _measured(facts: Facts) -> dict[str, Any]:
    digests, shown = facts.digests, facts.picture
    view = None if shown is None else shown.views[0]
    return {
        "image_sha256": digests.sha256,
        "image_md5": digests.md5,
        "image_sha1": digests.sha1,
        "stored_sha256": facts.stored_sha256,
        "size_bytes": digests.size_bytes,
        "pdq": None if view is None else view.pdq,
        "pdq_quality": None if view is None else view.pdq_quality,
        "phash16": None if view is None else view.phash16,
        "width_px": None if shown is None else shown.width_px,
        "height_px": None if shown is None else shown.height_px,
        "format": None if shown is None else shown.format,
    }

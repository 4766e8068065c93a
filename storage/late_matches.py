"""Make of a sighting the match that it would have been, had the lists of today been there when it was judged."""

from typing import Any

import msgspec
from sqlalchemy import Row

from filters.candidate import Candidate, Hop, PageVisit
from filters.decision import Decision
from filters.facts import Facts, Fetched
from storage.shares import Match

UNKNOWN_STATUS = 0
"""Stands where no status was kept: of a refused pair only the addresses are."""


def late_match(row: Row[Any], facts: Facts, decision: Decision) -> Match:
    """`row` is a sighting with `depth`, `seed` and `found_on` of its page; what was not kept of it stays empty."""
    return Match(candidate=_candidate(row), fetched=_fetched(row), facts=facts, decision=decision)


def _candidate(row: Row[Any]) -> Candidate:
    if row.candidate is not None:
        return msgspec.convert(row.candidate, Candidate)
    visit = PageVisit(
        page_id=row.page_id,
        url=row.page_url,
        final_url=row.page_url,
        hops=(),
        status=UNKNOWN_STATUS,
        headers=(),
        fetched_at=row.judged_at,
        depth=row.depth,
        seed=row.seed,
        found_on=row.found_on,
    )
    return Candidate(
        visit=visit,
        image_url_found=row.image_url,
        image_url=row.image_url,
        text_raw="",
        text="",
        text_source=None,
    )


def _fetched(row: Row[Any]) -> Fetched:
    if row.fetched and "status" in row.fetched:
        return msgspec.convert(row.fetched, Fetched)
    hop = Hop(url=row.image_url, status=UNKNOWN_STATUS, address=None, answered_at=row.judged_at)
    return Fetched(hops=(hop,), status=UNKNOWN_STATUS, headers=(), requested_at=row.judged_at, fetched_at=row.judged_at)

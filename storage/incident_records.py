"""Say what of a match goes into its sealed record: all that an authority can act on, no picture, no words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from filters.candidate import Candidate, PageVisit
from filters.caption_safety import CaptionSafetyReason
from filters.decision import Decision
from filters.facts import Fetched
from filters.reason import SuspectReason
from filters.safety import SafetyReason
from filters.verdict import Verdict
from storage.incidents import Sealed, seal
from storage.keys import KeyRing
from storage.recordable import recordable
from storage.shares import Match

NOT_REPORTED: Final = frozenset(
    {SuspectReason.SUSPECT.value, SafetyReason.MINOR.value, CaptionSafetyReason.MINOR_TERM.value}
)
"""Reasons of a match that no list vouches for: it is kept and recorded, and reported only by a person who judged it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentRecords:
    """Seal the matches of one run. `due_days` after its day a match is to be exported."""

    keys: KeyRing
    public_key: str | None
    run_id: str
    due_days: int = 3

    def seal(self, event_id: str, match: Match, at: datetime) -> Sealed:
        return seal(self.public_key, self.record(event_id, match, at), event_id)

    def due(self, match: Match, day: date) -> date | None:
        """Return None for what is not to be reported as it is, and for what nothing was kept of."""
        decisive = match.decision.decisive
        if self.public_key is None or decisive is None or decisive.reason in NOT_REPORTED:
            return None
        return day + timedelta(days=self.due_days)

    def record(self, event_id: str, match: Match, at: datetime) -> dict[str, Any]:
        """Return the record in the clear. The words beside the picture are in it as a keyed digest: they name people.

        So are those of the page's title left out, and its other statements, which are nothing to an authority.
        """
        facts, fetched = match.facts, match.fetched
        found = {
            "verdict": match.decision.decisive,
            "asked": _asked(match.decision),
            "epoch": match.decision.epoch,
            "picture": _picture(match.candidate, fetched),
            "page": _page(match.candidate.visit),
            "text": self._text(match.candidate),
            "digests": None if facts is None else facts.digests,
            "measured": None if facts is None else facts.picture,
            "flaw": None if facts is None else facts.flaw,
            "measured_by": {} if facts is None else dict(facts.measured_by),
        }
        return {
            "event_id": event_id,
            "run_id": self.run_id,
            "crawler_version": _code_version(),
            "judged_at": at.isoformat(),
            "host_suspended": match.host_suspended,
            "viewed_by_a_person": False,
            **recordable(found),
        }

    def _text(self, candidate: Candidate) -> dict[str, Any]:
        source = "" if candidate.text_source is None else candidate.text_source.value
        return {"source": source, "keyed_digest": self.keys.hmac("text", source, candidate.text)}


def _picture(candidate: Candidate, fetched: Fetched | None) -> dict[str, Any]:
    """Say where it is; of one that was never asked for, nothing of how it was reached."""
    where = {"url": candidate.image_url, "url_found": candidate.image_url_found}
    if fetched is None:
        return where | dict.fromkeys(_NOT_ASKED_FOR) | {"final_url": candidate.image_url, "hops": (), "headers": ()}
    return where | {
        "final_url": fetched.final_url,
        "address": fetched.hops[-1].address,
        "hops": fetched.hops,
        "status": fetched.status,
        "headers": fetched.headers,
        "requested_at": fetched.requested_at,
        "fetched_at": fetched.fetched_at,
    }


_NOT_ASKED_FOR: Final = ("address", "status", "requested_at", "fetched_at")


def _page(visit: PageVisit) -> dict[str, Any]:
    return {
        "page_id": visit.page_id,
        "url": visit.url,
        "final_url": visit.final_url,
        "address": visit.hops[-1].address if visit.hops else None,
        "hops": visit.hops,
        "status": visit.status,
        "headers": visit.headers,
        "fetched_at": visit.fetched_at,
        "depth": visit.depth,
        "seed": visit.seed,
        "found_on": visit.found_on,
    }


def _asked(decision: Decision) -> Sequence[dict[str, Any]]:
    """Name every filter that was asked with its version and lists; what the others rest on is not needed."""
    return [_said(each) for each in decision.verdicts]


def _said(verdict: Verdict) -> dict[str, Any]:
    return {
        "filter": verdict.filter,
        "filter_version": verdict.filter_version,
        "revision": verdict.revision,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
    }


def _code_version() -> str:
    try:
        return version("altsieve")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0"

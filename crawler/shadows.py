"""Ask, of a sample of ordinary refusals, what the filters after the one that refused would have said; only count it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from filters.candidate import Candidate
from filters.decision import FLOOR, Decision, Filter, Lineup, Needs, Subject, decide
from filters.exact_hash import ExactHash
from filters.lineup import MATCH_REASONS
from filters.near_hash import NearHash
from filters.remote_match import RemoteMatch
from filters.verdict import Outcome, Verdict
from filters.vetted_source import VettedSource
from filters.withdrawn import Withdrawn
from storage.drafts import sighting_keys
from storage.keys import KeyRing
from storage.retries import OUR_OWN_DOING

_NEVER_SAMPLED: Final = frozenset({*FLOOR, VettedSource.name, RemoteMatch.name})
"""Filters whose refusals say what a picture shows, or who said no: nothing more is asked about those."""
_NEVER_SAMPLED_FOR: Final = ("hash.", "safety.", "consent.", "domain.", "network.", "page.", "source.", "withdrawn.")
_NEVER_ASKED: Final = frozenset({ExactHash.name, NearHash.name, Withdrawn.name, RemoteMatch.name})
"""Filters that compare with known material: a shadow must not find out what has consequences."""
_SHARES: Final = 2**64


@dataclass(frozen=True, kw_only=True, slots=True)
class Shadow:
    """What those said that were asked; `match` is the one that would have called it a match, which is never counted."""

    others: tuple[str, ...] = ()
    match: Verdict | None = None


class Shadows:
    """The same candidates of a run are sampled however often it is gone on with; without the key none can be told."""

    def __init__(self, keys: KeyRing, share: float) -> None:
        """`share` of ordinary refusals, from 0 to 1."""
        self._keys = keys
        self._share = share

    def samples(self, candidate: Candidate, decision: Decision) -> bool:
        if self._share <= 0 or not is_ordinary(decision):
            return False
        keyed = self._keys.hmac("shadow", candidate.visit.page_id, *sighting_keys(self._keys, candidate))
        return int(keyed[:16], 16) < self._share * _SHARES


def share_of(setting: object) -> float:
    """Read SHADOW_SHARE; `ValueError` says what it may be."""
    try:
        share = float(str(setting))
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise ValueError("SHADOW_SHARE must be a number from 0 to 1")
    return share


def is_ordinary(decision: Decision) -> bool:
    """Say whether a filter refused it that neither compares with known material, nor judges safety, nor asks owners."""
    said = decision.decisive
    if said is None or said.outcome is not Outcome.REFUSED or said.reason in MATCH_REASONS:
        return False
    return said.filter not in _NEVER_SAMPLED and not str(said.reason).startswith(_NEVER_SAMPLED_FOR)


def wants_scores(lineup: Lineup, subject: Subject, decision: Decision) -> bool:
    """Say whether models would be asked next, and can be: the picture was decoded."""
    shown = subject.facts is not None and subject.facts.picture is not None
    return shown and any(each.needs is Needs.MODELS for each in _after(lineup, decision))


def cast(lineup: Lineup, subject: Subject, decision: Decision) -> Shadow | None:
    """Return what the later filters say, each asked by itself; None if none can be with what is at hand."""
    asked = [each for each in _after(lineup, decision) if _at_hand(each.needs, subject)]
    verdicts = [verdict for each in asked for verdict in _said(lineup, each, subject)]
    if not verdicts:
        return None
    return Shadow(
        others=tuple(each.filter for each in verdicts if each.outcome is not Outcome.CLEAN),
        match=next((each for each in verdicts if each.reason in MATCH_REASONS), None),
    )


def _after(lineup: Lineup, decision: Decision) -> Iterable[Filter]:
    refused = None if decision.decisive is None else decision.decisive.filter
    names = lineup.names
    later = lineup.filters[names.index(refused) + 1 :] if refused in names else ()
    return (each for each in later if each.name not in _NEVER_ASKED)


def _at_hand(needs: Needs, subject: Subject) -> bool:
    facts = subject.facts
    match needs:
        case Needs.ADDRESS:
            return True
        case Needs.DIGESTS:
            return facts is not None
        case Needs.PICTURE:
            return facts is not None and facts.picture is not None
        case Needs.MODELS:
            return facts is not None and facts.safety is not None and facts.fit is not None
        case Needs.REMOTE:
            return False


def _said(lineup: Lineup, one: Filter, subject: Subject) -> tuple[Verdict, ...]:
    """What says something of us, and nothing of the pair, is left out."""
    (verdict,) = decide(Lineup(filters=(one,), epoch=lineup.epoch), subject).verdicts
    reason = str(verdict.reason)
    return () if reason in OUR_OWN_DOING or reason.endswith(".not-ready") else (verdict,)

"""Say of a picture or a pair that is held what the filters of today say of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from filters.caption_frequency import CaptionFrequency
from filters.consistency import Consistency, ConsistencyReason
from filters.decision import CrashReason, Decision, Filter, Lineup, Needs, Subject, decide
from filters.duplicates import Duplicates
from filters.exact_hash import ExactHash
from filters.lineup import MATCH_REASONS
from filters.near_hash import NearHash
from filters.reason import SuspectReason
from filters.remote_match import RemoteMatch
from filters.verdict import Outcome, Verdict
from filters.withdrawn import Withdrawn
from storage.rescan_subjects import HeldPair
from storage.retries import OUR_OWN_DOING

_KNOWS: Final = (ExactHash.name, NearHash.name, Withdrawn.name)
"""Filters that can call a picture known material by what was measured of it."""
BY_LISTS: Final = (ExactHash.name, NearHash.name)
"""Filters that compare with lists of known material."""
_NOT_READY: Final = ".not-ready"
_COUNTS_ITSELF: Final = frozenset({Duplicates.name, CaptionFrequency.name})
"""Filters that compare with what is held, of which everything that is judged again is one."""
_LOOKED_UP: Final = frozenset({*_KNOWS, *_COUNTS_ITSELF, RemoteMatch.name})
"""Filters whose revision says nothing of how a pair was judged: lists are compared entry by entry, the others change
with everything that is stored or taken back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judges:
    """The lineup of today without the filters that would find in what is held the pair itself.

    A re-scan asks no service: of remote matchers it judges the answers that were kept, and misses none.
    """

    lineup: Lineup

    @classmethod
    def of(cls, lineup: Lineup) -> "Judges":
        answered = RemoteMatch(())
        filters = tuple(
            answered if each.name == RemoteMatch.name else each
            for each in lineup.filters
            if each.name not in _COUNTS_ITSELF
        )
        return cls(lineup=Lineup(filters=filters, epoch=lineup.epoch))

    @property
    def revisions(self) -> dict[str, str]:
        """Return what judges a pair but for lists, by filter: its version and its revision."""
        return {each.name: _basis(each.version, each.revision) for each in self.lineup.filters if _tells(each.name)}

    @property
    def versions(self) -> dict[str, str]:
        return {each.name: each.version for each in self._named(BY_LISTS)}

    def match(self, subjects: Iterable[Subject]) -> Decision | None:
        """Return the decision that calls the picture known material, as any of its sightings showed it."""
        return next((found for each in subjects if (found := self._match(each)) is not None), None)

    def decision(self, pair: HeldPair) -> Decision:
        return decide(self.lineup, pair.subject, Needs.REMOTE)

    def is_unmeasured(self, pair: HeldPair) -> bool:
        """Say whether its language is one that no model measures, and whether that takes it back once it is scored."""
        decision = decide(Lineup(filters=self._named((Consistency.name,)), epoch=self.lineup.epoch), pair.subject)
        return decision.decisive is not None and decision.decisive.reason == ConsistencyReason.NOT_MEASURED

    def judged_by_the_same(self, verdicts: Iterable[Mapping[str, Any]]) -> bool:
        """Say whether these are verdicts of the very filters of today, lists apart."""
        said = {each["filter"]: _basis(each["filter_version"], each["revision"]) for each in verdicts}
        return {name: basis for name, basis in said.items() if _tells(name)} == self.revisions

    def looked_up(self, verdicts: Iterable[Mapping[str, Any]]) -> bool:
        """Say whether every filter that compares with lists was asked, as it asks today."""
        asked = {each["filter"]: each["filter_version"] for each in verdicts}
        return all(asked.get(name) == version for name, version in self.versions.items())

    def _match(self, subject: Subject) -> Decision | None:
        """Each is asked: that one cannot look keeps no other from it."""
        decisions = [decide(Lineup(filters=(each,), epoch=self.lineup.epoch), subject) for each in self._named(_KNOWS)]
        verdicts = [verdict for each in decisions for verdict in each.verdicts]
        found = min((each for each in verdicts if each.reason in MATCH_REASONS), key=_is_suspicion, default=None)
        if found is None:
            return None
        clean = (each for each in verdicts if each.outcome is Outcome.CLEAN)
        return Decision(verdicts=(*clean, found), lineup=self.lineup.names, epoch=self.lineup.epoch)

    def _named(self, names: Collection[str]) -> tuple[Filter, ...]:
        return tuple(each for each in self.lineup.filters if each.name in names)


def _is_suspicion(verdict: Verdict) -> bool:
    return verdict.reason == SuspectReason.SUSPECT


def is_match(decision: Decision) -> bool:
    return decision.decisive is not None and decision.decisive.reason in MATCH_REASONS


def is_undecided(decision: Decision) -> bool:
    """Say whether it says something of us, and nothing of the pair: then nothing is taken back."""
    reason = "" if decision.decisive is None else str(decision.decisive.reason)
    return reason.endswith(_NOT_READY) or reason == CrashReason.CRASHED or reason in OUR_OWN_DOING


def _tells(name: str) -> bool:
    return name not in _LOOKED_UP


def _basis(version: str, revision: str) -> str:
    return f"{version}:{revision}"

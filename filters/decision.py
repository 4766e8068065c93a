"""Ask the filters of a lineup in order, and let a pair be kept only if every one of them is clean."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from itertools import islice
from typing import ClassVar, Never

from filters.candidate import Candidate
from filters.facts import Facts, Fetched
from filters.reason import Reason, SuspectReason
from filters.verdict import Evidence, Outcome, Verdict

FLOOR = ("domain-blocklist", "caption-safety", "consent", "exact-hash", "near-hash", "withdrawn", "safety")
"""Filters that settings can never take away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What a filter is shown; `fetched` and `facts` are None until the picture was fetched and measured."""

    candidate: Candidate
    fetched: Fetched | None = None
    facts: Facts | None = None


class Needs(IntEnum):
    """The least a filter needs to be asked; filters of a lineup stand in this order, cheap first."""

    ADDRESS = 1
    DIGESTS = 2
    PICTURE = 3
    MODELS = 4
    """What models said of the picture and of its caption; asked only of what every filter before finds clean."""
    REMOTE = 5
    """What other services said of the picture; asked last, and only of what every filter here finds clean."""


class CrashReason(Reason):
    """What `decide` itself says, in the name of the filter it asked."""

    CRASHED = "filter.crashed", Outcome.UNSURE, "the filter broke down or gave no verdict of its own: nobody looked"


class Filter(ABC):
    """Judge subjects by comparing facts with a list or a threshold. A filter does no I/O.

    `version` is bumped with every change of behaviour. `revision` is the digest of the lists, the model or the
    thresholds that answer.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    needs: ClassVar[Needs]
    confirms: ClassVar[bool] = False
    """Whether it is asked also about what an earlier filter suspects: what it refuses then is what counts."""
    revision: str

    @abstractmethod
    def judge(self, subject: Subject) -> Verdict: ...

    def clean(self, **evidence: str | int | float | bool | None) -> Verdict:
        return self._verdict(Outcome.CLEAN, None, evidence)

    def refused(self, reason: StrEnum, **evidence: str | int | float | bool | None) -> Verdict:
        return self._verdict(Outcome.REFUSED, reason, evidence)

    def unsure(self, reason: StrEnum, **evidence: str | int | float | bool | None) -> Verdict:
        return self._verdict(Outcome.UNSURE, reason, evidence)

    def _verdict(self, outcome: Outcome, reason: StrEnum | None, evidence: Evidence) -> Verdict:
        return Verdict(
            outcome=outcome,
            filter=self.name,
            filter_version=self.version,
            revision=self.revision,
            reason=None if reason is None else reason.value,
            evidence=evidence,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Lineup:
    """The filters of a run in the order they are asked, and the gate epoch their lists and thresholds belong to."""

    filters: tuple[Filter, ...]
    epoch: int

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.filters)

    def up_to(self, needs: Needs) -> tuple[Filter, ...]:
        return tuple(each for each in self.filters if each.needs <= needs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The verdicts in the order they were given, the lineup that was to be asked, and its epoch."""

    verdicts: tuple[Verdict, ...]
    lineup: tuple[str, ...]
    epoch: int

    @property
    def accepting(self) -> bool:
        """True only if every filter of the lineup was asked and is clean, and the floor is among them."""
        asked = tuple(each.filter for each in self.verdicts)
        everyone = asked == self.lineup and set(FLOOR) <= set(asked)
        return everyone and all(each.outcome is Outcome.CLEAN for each in self.verdicts)

    @property
    def decisive(self) -> Verdict | None:
        """The verdict that was not clean, or the one that confirmed it; None while all that were asked are clean."""
        return next((each for each in reversed(self.verdicts) if each.outcome is not Outcome.CLEAN), None)

    @property
    def suspects(self) -> bool:
        """Say whether it rests on a suspicion, which a filter that sees more of the picture may confirm."""
        return self.decisive is not None and self.decisive.reason == SuspectReason.SUSPECT

    def __bool__(self) -> Never:
        raise TypeError("a decision has no truth value: ask whether it is accepting")


class NotClean(ValueError):
    """A pair was to be kept that the full lineup has not accepted; storing it would be a defect in the program."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CleanPair:
    """The only thing that storage accepts: it cannot be built without an accepting decision from the full lineup."""

    candidate: Candidate
    fetched: Fetched
    facts: Facts
    decision: Decision

    def __post_init__(self) -> None:
        if not self.decision.accepting:
            raise NotClean("refused to build a clean pair: not every filter of the full lineup is clean")
        if self.facts.stored_sha256 is None:
            raise NotClean("refused to build a clean pair: its private metadata could not be taken out")

    @property
    def pair_id(self) -> str:
        return pair_id(self.facts.digests.sha256, self.candidate.text)

    def __repr__(self) -> str:
        return f"<CleanPair {self.candidate!r}>"


def pair_id(image_sha256: str, text: str) -> str:
    """Return the first 32 hex digits of SHA-256(picture digest, 0x00, cleaned caption in UTF-8)."""
    return hashlib.sha256(bytes.fromhex(image_sha256) + b"\0" + text.encode()).hexdigest()[:32]


def decide(lineup: Lineup, subject: Subject, needs: Needs = Needs.REMOTE, so_far: Decision | None = None) -> Decision:
    """Ask the filters that need at most `needs`, in order, up to the first that is not clean.

    What it only suspects of being known material is shown to those after it that can confirm it, so that a match which
    is to be reported is not taken for one that is not. With less than the lineup needs, the decision is a partial one
    and accepts nothing. `so_far` is such a one of the same subject, of which less was known: filters that have answered
    are not asked again, unless the lineup is another one by now or it rests on a suspicion.
    """
    said = _still_counts(so_far, lineup)
    if any(each.outcome is not Outcome.CLEAN for each in said):
        return Decision(verdicts=said, lineup=lineup.names, epoch=lineup.epoch)
    verdicts = tuple(_until_not_clean(lineup.up_to(needs)[len(said) :], subject))
    return Decision(verdicts=(*said, *verdicts), lineup=lineup.names, epoch=lineup.epoch)


def _still_counts(so_far: Decision | None, lineup: Lineup) -> tuple[Verdict, ...]:
    if so_far is None or so_far.suspects or (so_far.lineup, so_far.epoch) != (lineup.names, lineup.epoch):
        return ()
    return so_far.verdicts


def _until_not_clean(filters: Iterable[Filter], subject: Subject) -> Iterable[Verdict]:
    asked = iter(filters)
    for each in asked:
        verdict = _ask(each, subject)
        yield verdict
        if verdict.reason == SuspectReason.SUSPECT:
            yield from _confirmed(asked, subject)
        if verdict.outcome is not Outcome.CLEAN:
            return


def _confirmed(filters: Iterable[Filter], subject: Subject) -> Iterable[Verdict]:
    answers = (_ask(each, subject) for each in filters if each.confirms)
    known = (each for each in answers if each.outcome is Outcome.REFUSED and each.reason != SuspectReason.SUSPECT)
    return islice(known, 1)


def _ask(one: Filter, subject: Subject) -> Verdict:
    try:
        verdict = one.judge(subject)
    except Exception as crash:  # noqa: BLE001 -- the one blind except: a crash must never be taken for clean
        return one.unsure(CrashReason.CRASHED, error=type(crash).__name__)
    if type(verdict) is not Verdict or verdict.filter != one.name:
        return one.unsure(CrashReason.CRASHED, error="not a verdict of its own")
    return verdict

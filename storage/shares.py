"""Name what can become of the candidates of a page, as it is handed in to be recorded."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from filters.candidate import Candidate, Hop
from filters.caption_safety import CaptionSafetyReason
from filters.decision import CleanPair, Decision, pair_id
from filters.duplicates import DuplicatesReason
from filters.facts import Facts, Fetched
from filters.safety import SafetyReason
from filters.signals.signal import Document
from filters.verdict import Evidence

_OF_WORDS: Final = frozenset({SafetyReason.MINOR.value, CaptionSafetyReason.MINOR_TERM.value})


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A clean pair whose bytes are in the object store. `provisional`: checked against no production list."""

    pair: CleanPair
    object_key: str
    provisional: bool = False

    @property
    def candidate(self) -> Candidate:
        return self.pair.candidate


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Refused or unsure, but no match. `fetched` is None if the picture was not requested.

    `facts`, if the bytes came, link a `duplicate.pair` to the pair it repeats, and are retained: lists that come later
    are compared with them too.
    """

    candidate: Candidate
    fetched: Fetched | None
    decision: Decision
    facts: Facts | None = None
    looked_up_at: int | None = None
    """Gate epoch under which lists of known material were asked once more, if a gate changed since the decision."""
    shadow: tuple[str, ...] | None = None
    """Filters that would not have kept it either, if it was sampled for that: they are only counted."""

    @property
    def repeats(self) -> str | None:
        """Id of the pair that the sighting is refused for repeating."""
        verdict = self.decision.decisive
        if verdict is None or verdict.reason != DuplicatesReason.PAIR or self.facts is None:
            return None
        return pair_id(self.facts.digests.sha256, self.candidate.text)

    def __repr__(self) -> str:
        return f"<Refused {self.candidate!r}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """The bytes never arrived: no verdict. `reason` is a `fetch.*` code, `hops` what answered on the way."""

    candidate: Candidate
    reason: str
    evidence: Evidence
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """Known material, or a minor beside sexual content: an event and a sealed incident, and nothing else is written.

    `fetched` and `facts` are None if the caption alone decided: then the picture was never asked for.
    """

    candidate: Candidate
    fetched: Fetched | None
    facts: Facts | None
    decision: Decision
    host_suspended: bool = False
    """Whether its host is left out of the run from now on; said in the sealed record and nowhere else."""

    @property
    def rests_on_words(self) -> bool:
        return rests_on_words(self.decision)

    def __repr__(self) -> str:
        return "<Match>"


@dataclass(frozen=True, kw_only=True, slots=True)
class BesideMatch:
    """A candidate of a page that has a match: it becomes an event that names neither page nor picture."""

    candidate: Candidate


Entry: TypeAlias = Kept | Refused | Failed | Match | BesideMatch


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """Entries of one page that are recorded all or none; `last` if none of the page is left after them.

    A page with a match comes in one last share in which all others are beside it: a sighting in the same transaction
    would point to it, and without the page's end a resumed run would record the match twice.
    """

    page_id: str
    entries: tuple[Entry, ...]
    last: bool
    documents: tuple[Document, ...] = ()
    """Bodies that its sightings may name; one that none of them names is not recorded."""

    def __post_init__(self) -> None:
        if any(each.candidate.visit.page_id != self.page_id for each in self.entries):
            raise ValueError("a share holds candidates of its page only")
        of_match = [isinstance(each, Match | BesideMatch) for each in self.entries]
        if any(of_match) and not (all(of_match) and self.last):
            raise ValueError("a match and all that stand beside it are the one last share of their page")

    def __repr__(self) -> str:
        return f"<Share of {len(self.entries)}>"


class Result(StrEnum):
    """What became of an entry."""

    STORED = "stored"
    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    """The pair was there: recorded as refused `duplicate.pair` and linked to it."""
    FLOODED = "flooded"
    """The picture was stored under as many captions as one may have: `duplicate.image-caption-flood`."""
    CAPTION_FLOODED = "caption-flooded"
    """The caption was stored with as many pictures as one may have: `duplicate.caption-flood`."""
    TOMBSTONED = "tombstoned"
    """The picture or the pair was withdrawn: recorded as refused `withdrawn.tombstone`."""
    EPOCH_MOVED = "epoch-moved"
    """A gate changed since a pair of the share was judged: nothing of the share is recorded. Judge its pairs again.

    Were the others recorded alone, they would stand beside a match, should it become one.
    """
    ALREADY = "already"
    """It had been recorded before."""
    ABANDONED = "abandoned"
    """Its page is not decided to the end, and is read again when the run is resumed: nothing of it is recorded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """Given once the share is durable: a result for each entry, and the gate epoch that counted."""

    results: tuple[Result, ...]
    epoch: int
    page_done: bool
    documents: frozenset[str] = frozenset()
    """Digests of those offered that are durable now."""
    left_objects: bool = False
    """Whether bytes are to be deleted now, because a match took back what had been kept."""
    held_keys: frozenset[str] = field(default=frozenset(), repr=False)
    """Object keys of its kept pairs that pictures have now; the others are to be given up."""
    lost_keys: frozenset[str] = field(default=frozenset(), repr=False)
    """Object keys under which nothing may be stored any more, and why nothing of the share was: put the bytes anew."""
    left_hashes: frozenset[str] = field(default=frozenset(), repr=False)
    """Pictures whose hashes are to be forgotten now, because they had been held and are known material."""


def rests_on_words(decision: Decision) -> bool:
    """Say whether it is a match only under the words of its page, which say nothing of the picture elsewhere.

    Anybody can write them beside anybody's picture: such a match reaches its own page and no other.
    """
    return decision.decisive is not None and decision.decisive.reason in _OF_WORDS

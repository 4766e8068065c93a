"""Name what a trail is made of."""

from dataclasses import dataclass
from datetime import datetime

from filters.candidate import Candidate, Hop
from filters.facts import Facts, Fetched
from filters.verdict import Evidence, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What was asked for: a pair, image, url, host or run, and which."""

    kind: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerPlace:
    """Where the ledger holds a record, and the hash of its leaf."""

    segment: str
    sequence: int
    hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailSighting:
    """One reference to a picture on a page, and how it was decided.

    `candidate` is all that the page said, kept only of pairs and further sightings of them; `facts` are the
    picture's and the pair's, if they are held. `lists` are the revisions of all lists in force in the epoch it was
    judged in, each as `name@number`.
    """

    sighting_id: str
    run_id: str
    page_url: str
    image_url: str
    outcome: str
    reason: str | None
    pair_id: str | None
    first: bool
    """Whether this sighting is the one the pair was stored for."""
    judged_at: datetime
    epoch: int
    lists: tuple[str, ...]
    candidate: Candidate | None
    fetched: Fetched | None
    hops: tuple[Hop, ...]
    """What answered on the way to the picture, even if its bytes never arrived."""
    facts: Facts | None
    verdicts: tuple[Verdict, ...]
    ledger: LedgerPlace | None

    def __repr__(self) -> str:
        return f"<TrailSighting {self.sighting_id}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadPage:
    """A page that a run knows and has not read. `state` is failed, with its `reason`, or pending or leased."""

    run_id: str
    url: str
    found_on: str | None
    state: str
    attempts: int
    next_try_at: datetime | None
    reason: str | None
    evidence: Evidence

    def __repr__(self) -> str:
        return f"<UnreadPage of run {self.run_id}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailRun:
    """A run that saw something, who answers for it, and with what it was done. Digests are SHA-256, in hex."""

    run_id: str
    spider: str
    operator: str
    contact: str | None
    legal_basis: str | None
    code_version: str
    settings_digest: str
    policy_digest: str | None
    provisional: bool
    state: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailPair:
    """A pair that the sightings belong to, and what became of it.

    `epoch` is the one it was last judged in, by a crawl or a re-scan; `lists` are the revisions of all lists in force
    then, each as `name@number`: those it has been checked against. `rescans` that were done since it was stored left it
    as it is, the last one at `rescanned_at`.
    """

    pair_id: str
    image_sha256: str
    run_id: str
    state: str
    epoch: int
    stored_at: datetime
    lists: tuple[str, ...] = ()
    rescans: int = 0
    rescanned_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawal:
    """A picture or pair that was taken back: `reason` is a re-scan's, None if a person decided.

    What `bars` is refused wherever it is found again; the rest is left to the filter that refused it.
    """

    kind: str
    key: str
    image_sha256: str | None
    reason: str | None
    bars: bool
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """An entry of a blocklist, or an override, that covers or covered a host. `until` None: it still counts."""

    list: str
    host: str
    action: str
    why: str
    by: str
    since: int
    since_at: datetime
    until: int | None
    until_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Trail:
    """All that is recorded about a subject, the oldest first. `total` counts sightings, also those not shown."""

    subject: Subject
    sightings: tuple[TrailSighting, ...]
    total: int
    pairs: tuple[TrailPair, ...]
    ledger: tuple[LedgerPlace, ...]
    withdrawn: tuple[Withdrawal, ...]
    listings: tuple[Listing, ...]
    unread: tuple[UnreadPage, ...] = ()
    runs: tuple[TrailRun, ...] = ()

    @property
    def found(self) -> bool:
        """Whether anything is recorded."""
        return bool(self.sightings or self.ledger or self.withdrawn or self.listings or self.unread)

    def __repr__(self) -> str:
        return f"<Trail of a {self.subject.kind}, {self.total} sightings>"

"""Refuse files whose digest is on a list of known material."""

from collections.abc import Iterable

from filters.decision import Filter, Needs, Subject
from filters.facts import Digests
from filters.indexes.digests import TYPES
from filters.indexes.known import KnownHash
from filters.indexes.known_list import KnownList
from filters.indexes.known_material import KnownMaterial
from filters.indexes.standing import Standing
from filters.reason import ListReason, Reason, SuspectReason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class ExactHashReason(Reason):
    ON_LIST = "hash.on-list", Outcome.REFUSED, "the file is known material, byte for byte"
    NO_DIGESTS = "hash.no-digests", Outcome.UNSURE, "the bytes were not digested"


class ExactHash(Filter):
    """Refuse a picture if MD5, SHA-1 or SHA-256 of its bytes is on a list of known material.

    Example: a listed file under a new name, on another host.
    Near miss: the same picture saved anew, which near-hash is there for; a file on a synthetic list outside
    `ALLOW_NETWORKS`.
    Evidence: when clean `lists` (`name@number,...`) and `provisional` if no production list was among them; of a match
    (sealed) `list`, `entry`, `type`, `category`, `severity`, `distance_bits`, `needed`.

    Entries of every category but ThreatExchange's POSITIVE_CLASS match; INVESTIGATION_SEED, DISPUTED and all of a list
    whose policy says so are `hash.suspect`, unless a confirmed one matches too. A match is one also in a stale or
    broken list; finding nothing there is unsure. Without a production list it is clean only of a provisional run, or of
    a picture whose every hop was answered from inside `ALLOW_NETWORKS`.
    """

    name = "exact-hash"
    version = "2"
    needs = Needs.DIGESTS

    def __init__(self, known: KnownMaterial | None) -> None:
        self._standing = Standing(known, TYPES)
        self.revision = revision_of([*self._standing.revision])

    def judge(self, subject: Subject) -> Verdict:
        if subject.facts is None:
            return self.unsure(ExactHashReason.NO_DIGESTS)
        counting = self._standing.counting(subject.fetched)
        match = _found(self._standing.real, subject.facts.digests)
        if match is None and counting.synthetic:
            match = _found(self._standing.synthetic, subject.facts.digests)
        if match is not None:
            return self._matched(*match)
        if counting.doubt is not None:
            return self.unsure(ListReason.NOT_READY, **counting.doubt)
        return self.clean(**counting.evidence)

    def _matched(self, listed: KnownList, entry: KnownHash) -> Verdict:
        return self.refused(
            SuspectReason.SUSPECT if listed.suspects(entry) else ExactHashReason.ON_LIST,
            list=listed.label,
            entry=entry.entry,
            type=entry.type,
            category=entry.category,
            severity=entry.severity,
            distance_bits=0,
            needed=0,
        )


def _found(lists: Iterable[KnownList], digests: Digests) -> tuple[KnownList, KnownHash] | None:
    """Return what is confirmed before what is suspected, and the strongest digest first."""
    found = [(each, entry) for each in lists if (entry := each.find(digests)) is not None]
    return min(found, key=lambda match: (match[0].suspects(match[1]), TYPES.index(match[1].type)), default=None)

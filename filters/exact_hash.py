"""Refuse files whose digest is on a list of known material."""

from filters.decision import Filter, Needs, Subject
from filters.indexes.digests import DigestIndex
from filters.indexes.known import HEX_DIGITS, NEAR_TYPES, KnownMaterial
from filters.indexes.standing import Standing
from filters.reason import ListReason, Reason
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
    (sealed) `list`, `entry`, `type`, `category`, `distance_bits`, `needed`.

    Entries of every category but ThreatExchange's POSITIVE_CLASS match. A match is one also in a stale or broken list;
    finding nothing there is unsure. Without a production list it is clean only of a provisional run, or of a picture
    whose every hop was answered from inside `ALLOW_NETWORKS`.
    """

    name = "exact-hash"
    version = "1"
    needs = Needs.DIGESTS

    def __init__(self, known: KnownMaterial | None) -> None:
        self._standing = Standing(known, HEX_DIGITS.keys() - NEAR_TYPES)
        self._real = DigestIndex(self._standing.real)
        self._synthetic = DigestIndex(self._standing.synthetic)
        self.revision = revision_of([*self._standing.revision])

    def judge(self, subject: Subject) -> Verdict:
        if subject.facts is None:
            return self.unsure(ExactHashReason.NO_DIGESTS)
        digests, counting = subject.facts.digests, self._standing.counting(subject.fetched)
        match = self._real.find(digests)
        if match is None and counting.synthetic:
            match = self._synthetic.find(digests)
        if match is not None:
            return self.refused(
                ExactHashReason.ON_LIST,
                list=f"{match.list}@{match.number}",
                entry=match.entry,
                type=match.type,
                category=match.category,
                distance_bits=0,
                needed=0,
            )
        if counting.doubt is not None:
            return self.unsure(ListReason.NOT_READY, **counting.doubt)
        return self.clean(**counting.evidence)

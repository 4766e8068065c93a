"""Refuse what was withdrawn, and copies of it."""

from filters.decision import Filter, Needs, Subject, pair_id
from filters.indexes.graves import GRAVE_DISTANCE_BITS, GRAVE_MIN_QUALITY, Graves, NearGraves
from filters.reason import ListReason, Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class WithdrawnReason(Reason):
    TOMBSTONE = "withdrawn.tombstone", Outcome.REFUSED, "it was withdrawn and must not come back"
    NEAR = "withdrawn.near", Outcome.REFUSED, "it looks like a picture that was withdrawn"
    MATCH = (
        "hash.withdrawn",
        Outcome.REFUSED,
        "it was held until a list of known material had it: it is refused for good",
    )
    NOT_MEASURED = "withdrawn.not-measured", Outcome.UNSURE, "the picture was not digested or not decoded"


class Withdrawn(Filter):
    """Refuse a picture that was withdrawn, wherever it is found again, and a pair that was under its caption.

    Example: a picture that was taken back for its right-holder, on another page, under another caption, or saved anew.
    Near miss: a picture 32 bits away from one that was withdrawn; a withdrawn pair's picture under another caption,
    while the picture itself is still held under that one.
    Evidence: `withdrawn`, which is picture or pair; of a copy `distance_bits` and `needed` (at most so many).

    PDQ hashes are compared in eight orientations, and inverted, where the quality of both (0-100) is at least 50. What
    was withdrawn as known material is a match still, even if no list has it any more.
    """

    name = "withdrawn"
    version = "1"
    needs = Needs.PICTURE

    def __init__(self, graves: Graves | None) -> None:
        self._graves = graves
        self._near = NearGraves(() if graves is None else graves.near)
        buried = None if graves is None else graves.revision
        self.revision = revision_of([GRAVE_MIN_QUALITY, GRAVE_DISTANCE_BITS, buried])

    def judge(self, subject: Subject) -> Verdict:
        facts = subject.facts
        if facts is None:
            return self.unsure(WithdrawnReason.NOT_MEASURED)
        if self._graves is None:
            return self.unsure(ListReason.NOT_READY, state="missing")
        digest = facts.digests.sha256
        if self._graves.matches.holds(digest):
            return self.refused(WithdrawnReason.MATCH)
        if digest in self._graves.pictures:
            return self.refused(WithdrawnReason.TOMBSTONE, withdrawn="picture")
        if pair_id(digest, subject.candidate.text) in self._graves.pairs:
            return self.refused(WithdrawnReason.TOMBSTONE, withdrawn="pair")
        if facts.picture is None:
            return self.unsure(WithdrawnReason.NOT_MEASURED)
        distance_bits = self._near.distance_bits(facts.picture.views)
        if distance_bits is not None:
            return self.refused(WithdrawnReason.NEAR, distance_bits=distance_bits, needed=GRAVE_DISTANCE_BITS)
        return self.clean()

"""Refuse pairs that are held already, and pictures under too many captions."""

from typing import Protocol

from filters.decision import Filter, Needs, Subject, pair_id
from filters.reason import Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class DuplicatesReason(Reason):
    PAIR = "duplicate.pair", Outcome.REFUSED, "the same bytes with the same caption are held; the sighting is linked"
    FLOOD = (
        "duplicate.image-caption-flood",
        Outcome.REFUSED,
        "the picture is held under as many captions as one may have",
    )
    NO_DIGESTS = "duplicate.no-digests", Outcome.UNSURE, "the bytes were not digested"


class Held(Protocol):
    """What is held already, as far as is known at the moment of asking; storage looks once more when it stores."""

    def holds(self, pair_id: str) -> bool: ...

    def captions_of(self, image_sha256: str) -> int:
        """Return under how many different captions a picture is held."""
        ...


class Duplicates(Filter):
    """Refuse a pair if it is held already, or if its picture has `max_captions` other captions.

    Example: one photograph under the same caption on two pages; a spacer picture under its sixth caption.
    Near miss: the same picture under its fifth caption, and the same caption under another picture.
    Evidence: `captions` (this one included) and `needed` (at most so many) of a flood; nothing of a pair, which storage
    links.

    With `max_captions` 0 a picture may have any number.
    """

    name = "duplicates"
    version = "1"
    needs = Needs.PICTURE

    def __init__(self, held: Held, *, max_captions: int = 5) -> None:
        self._held = held
        self._max_captions = max_captions
        self.revision = revision_of({"max_captions": max_captions})

    def judge(self, subject: Subject) -> Verdict:
        if subject.facts is None:
            return self.unsure(DuplicatesReason.NO_DIGESTS)
        image_sha256 = subject.facts.digests.sha256
        held = self._held.captions_of(image_sha256)
        if held == 0:  # the most frequent case: then no pair with it is held either
            return self.clean()
        if self._held.holds(pair_id(image_sha256, subject.candidate.text)):
            return self.refused(DuplicatesReason.PAIR)
        captions = held + 1
        if self._max_captions and not captions <= self._max_captions:
            return self.refused(DuplicatesReason.FLOOD, captions=captions, needed=self._max_captions)
        return self.clean()

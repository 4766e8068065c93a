"""Refuse captions that are held with as many pictures as one may have."""

from typing import Protocol

from filters.decision import Filter, Needs, Subject
from filters.reason import Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class CaptionFrequencyReason(Reason):
    FLOOD = (
        "duplicate.caption-flood",
        Outcome.REFUSED,
        "the caption is held with as many pictures as one may have",
    )
    NO_PICTURE = "caption-frequency.no-picture", Outcome.UNSURE, "the picture was not digested: nobody counted"


class HeldCaptions(Protocol):
    """What is held already, as far as is known at the moment of asking; storage looks once more when it stores."""

    def pictures_of(self, text: str) -> int:
        """Return with how many different pictures a cleaned caption is held."""
        ...


class CaptionFrequency(Filter):
    """Refuse a pair if its caption is held with `max_pictures` other pictures: then it tells of none of them.

    Example: "Image used with permission of the museum" under its eleventh picture.
    Near miss: the same caption under its tenth picture, and the same words in other letters or with one word more.
    Evidence: `pictures` (this one included) and `needed` (at most so many); never the text.

    Asked after `duplicates`, so that a pair that is held is no further picture. With `max_pictures` 0 a caption may
    have any number. Captions count of all runs and hosts together.
    """

    name = "caption-frequency"
    version = "1"
    needs = Needs.PICTURE

    def __init__(self, held: HeldCaptions, *, max_pictures: int = 10) -> None:
        self._held = held
        self._max_pictures = max_pictures
        self.revision = revision_of({"max_pictures": max_pictures})

    def judge(self, subject: Subject) -> Verdict:
        if subject.facts is None:
            return self.unsure(CaptionFrequencyReason.NO_PICTURE)
        if not self._max_pictures:
            return self.clean()
        pictures = self._held.pictures_of(subject.candidate.text) + 1
        if not pictures <= self._max_pictures:
            return self.refused(CaptionFrequencyReason.FLOOD, pictures=pictures, needed=self._max_pictures)
        return self.clean()
